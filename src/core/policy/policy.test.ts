import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type IsoDay, id, type RunId, type TenantId } from '../domain/index.ts';
import type { Fate } from '../runs/index.ts';
import { acquireLease } from '../store/index.ts';
import { isWithheld } from './holdout.ts';
import { type Candidate, openPolicy, stepFor } from './index.ts';

const candidate = (n: number, more: Partial<Candidate> = {}): Candidate => ({
  ...{ tenant: id('tenant', `ten-${n}`), lease: id('lease', `lea-${n}`), property: id('property', 'pro-1') },
  ...{ stage: '0-3 months', indexMilli: 720, triggerVersion: 'scorecard-1.0.0', evidence: [`ticket:tic-${n}`] },
  ...{ analysisRun: id('run', 'run-a'), exempt: false, ...more },
});

interface Options {
  readonly today?: string;
  readonly holdout?: number;
  readonly salt?: string;
  readonly capacity?: number;
}

/** A policy, and what an analysis does with it. */
function policyOn(bench: Bench, { today = '2026-11-25', holdout = 0, salt = 'salt', capacity = 5 }: Options = {}) {
  const policy = openPolicy({
    ...bench,
    read: bench.store.read,
    today: () => today as IsoDay,
    holdout,
    salt,
    capacity,
  });
  let begun = 0;
  const fates: Record<string, Fate> = {};
  return {
    ...policy,
    fates,
    begun: () => begun,
    async analyse(...candidates: Candidate[]) {
      await using lease = await acquireLease(bench, 'run:a', 'the analysis');
      await lease.write(async (tx) => {
        for (const each of candidates)
          await policy.consider(tx, each, {
            begin: async () => {
              begun += 1;
              return `run-${each.tenant}-${begun}` as RunId;
            },
            fateOf: async (_tx, run) => fates[run] ?? 'unanswered',
          });
      });
    },
    states: async () => Object.fromEntries((await policy.proposals()).map(({ tenant, state }) => [tenant, state])),
  };
}

describe('a proposal', () => {
  test('is opened once for a lease term; later analyses renew its evidence', async () => {
    const policy = policyOn(await openBench());
    await policy.analyse(candidate(1));
    const [first] = await policy.proposals();
    await policy.analyse(
      candidate(1, { indexMilli: 810, evidence: ['ticket:tic-9'], triggerVersion: 'scorecard-2.0.0' }),
    );
    expect(policy.begun()).toBe(1);
    expect(await policy.proposals()).toEqual([
      { ...first, indexMilli: 810, evidence: ['ticket:tic-9'], triggerVersion: 'scorecard-1.0.0' },
    ]);
  });

  test('of another lease term is opened once the open one is answered: a tenant is asked about once', async () => {
    const policy = policyOn(await openBench());
    await policy.analyse(candidate(1));
    const next = candidate(1, { lease: id('lease', 'lea-next') });
    await policy.analyse(next);
    expect(await policy.states()).toEqual({ 'ten-1': 'open' });
    expect(policy.begun()).toBe(1);
    policy.fates['run-ten-1-1'] = 'answered';
    await policy.analyse(next);
    expect(policy.begun()).toBe(2);
  });

  test('whose run ended without an answer is opened anew, in the place that it has', async () => {
    const policy = policyOn(await openBench(), { capacity: 1 });
    await policy.analyse(candidate(1));
    for (const [fate, begun] of [
      ['answered', 1],
      ['dropped', 2],
      ['unanswered', 2],
    ] as const) {
      policy.fates['run-ten-1-1'] = fate;
      await policy.analyse(candidate(1));
      expect(policy.begun()).toBe(begun);
    }
    expect(await policy.proposals()).toMatchObject([{ state: 'open', runId: 'run-ten-1-2' }]);
  });

  test('over capacity waits without a run, and is opened in another week', async () => {
    const bench = await openBench();
    const policy = policyOn(bench, { capacity: 1 });
    await policy.analyse(candidate(1), candidate(2), candidate(3, { property: id('property', 'pro-2') }));
    expect(await policy.states()).toEqual({ 'ten-1': 'open', 'ten-2': 'over_capacity', 'ten-3': 'open' });
    await policyOn(bench, { capacity: 1, today: '2026-11-29' }).analyse(candidate(2)); // Sunday of the same week
    expect((await policy.states())['ten-2']).toBe('over_capacity');
    await policyOn(bench, { capacity: 1, today: '2026-11-30' }).analyse(candidate(2));
    expect((await policy.states())['ten-2']).toBe('open');
    expect(await policy.proposals()).toEqual([
      expect.objectContaining({ runId: expect.any(String) }),
      expect.objectContaining({ runId: expect.any(String) }),
      expect.objectContaining({ runId: expect.any(String) }),
    ]);
  });

  test('withheld is withheld for good: neither another salt nor another share draws again', async () => {
    const bench = await openBench();
    const all = Array.from({ length: 40 }, (_, at) => candidate(at));
    const first = policyOn(bench, { holdout: 0.5, capacity: 1000 });
    await first.analyse(...all);
    const drawn = await first.states();
    const withheld = Object.values(drawn).filter((state) => state === 'withheld').length;
    expect(withheld).toBeGreaterThan(8);
    expect(withheld).toBeLessThan(32);
    for (const later of [{ holdout: 0.5, salt: 'another' }, { holdout: 0 }, { holdout: 1 }]) {
      const policy = policyOn(bench, { ...later, capacity: 1000 });
      await policy.analyse(...all);
      expect(await policy.states()).toEqual(drawn);
      expect(policy.begun()).toBe(0);
    }
  });

  test('for hardship or a home not fit to live in is never withheld', async () => {
    const policy = policyOn(await openBench(), { holdout: 1 });
    await policy.analyse(candidate(1, { exempt: true }), candidate(2));
    expect(await policy.states()).toEqual({ 'ten-1': 'open', 'ten-2': 'withheld' });
  });

  test('withheld is opened when need is heard later, and that is said', async () => {
    const bench = await openBench();
    const policy = policyOn(bench, { holdout: 1 });
    await policy.analyse(candidate(1));
    await policy.analyse(candidate(1, { exempt: true }));
    expect(await policy.states()).toEqual({ 'ten-1': 'open' });
    expect((await bench.journal.since(0)).map(({ kind }) => kind)).toEqual([
      'proposal.withheld',
      'proposal.exempted',
      'proposal.opened',
    ]);
  });

  test('is of the arm that was drawn when it was first seen, whatever comes of it', async () => {
    const bench = await openBench();
    const arms = async () =>
      Object.fromEntries((await policyOn(bench).proposals()).map(({ tenant, arm }) => [tenant, arm]));
    await policyOn(bench).analyse(candidate(0));
    await policyOn(bench, { holdout: 1 }).analyse(candidate(0), candidate(1), candidate(2, { exempt: true }));
    await policyOn(bench, { holdout: 1e-9, capacity: 0 }).analyse(candidate(3));
    const drawn = { 'ten-0': null, 'ten-1': 'withheld', 'ten-2': 'exempt', 'ten-3': 'treated' };
    expect(await arms()).toEqual(drawn);
    // In need by now, and so opened: still of those who were withheld by the draw. In need no more: still in no group.
    await policyOn(bench, { holdout: 0.5, salt: 'another' }).analyse(
      candidate(1, { exempt: true }),
      candidate(2),
      candidate(3, { exempt: true }),
    );
    expect(await arms()).toEqual(drawn);
  });

  test('of another owner is not seen, and does not count', async () => {
    const bench = await openBench();
    const other = await bench.other({ owner: id('owner', 'oak-lane') });
    const [mine, theirs] = [policyOn(bench, { capacity: 1 }), policyOn(other, { capacity: 1 })];
    await mine.analyse(candidate(1));
    expect(await theirs.proposals()).toEqual([]);
    await using lease = await acquireLease(other, 'run:b', 'their analysis');
    await lease.write((tx) =>
      theirs.consider(tx, candidate(2), {
        begin: async () => id('run', 'run-theirs'),
        fateOf: async () => 'unanswered',
      }),
    );
    expect(await theirs.states()).toEqual({ 'ten-2': 'open' });
  });

  test('leaves lines of the journal in its transaction', async () => {
    const bench = await openBench();
    const policy = policyOn(bench, { capacity: 1 });
    await policy.analyse(candidate(1), candidate(2));
    await policy.analyse(candidate(1), candidate(2));
    expect((await bench.journal.since(0)).map(({ kind }) => kind)).toEqual([
      'proposal.opened',
      'proposal.over_capacity',
    ]);
  });
});

test('the draw respects its share over 1,000 salts, within four standard deviations', () => {
  const key = { owner: 'hill-street', tenant: 'ten-1', lease: 'lea-1', head: 'leave' };
  for (const share of [0.15, 0.5]) {
    const withheld = Array.from({ length: 1000 }, (_, at) => isWithheld(key, share, `salt-${at}`)).filter(
      Boolean,
    ).length;
    expect(Math.abs(withheld - 1000 * share)).toBeLessThan(4 * Math.sqrt(1000 * share * (1 - share)));
  }
  const tenants = Array.from({ length: 1000 }, (_, at) => ({ ...key, tenant: `ten-${at}` as TenantId }));
  const withheld = tenants.filter((each) => isWithheld(each, 0.15, 'salt')).length;
  expect(Math.abs(withheld - 150)).toBeLessThan(4 * Math.sqrt(1000 * 0.15 * 0.85));
  expect(tenants.filter((each) => isWithheld(each, 0, 'salt'))).toEqual([]);
});

test('the menu knows band and stage, and gives service to whoever looks elsewhere', () => {
  expect(stepFor('high', '0-3 months', false)).toBe('renewal_call');
  expect(stepFor('high', '0-3 months', true)).toBe('service_check_in');
  expect(stepFor('high', '7+ months', false)).toBe('service_check_in');
  expect(stepFor('medium', '0-3 months', true)).toBe('watch');
  expect(stepFor('low', '0-3 months', true)).toBe('none');
});
