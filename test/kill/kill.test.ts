import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { elmConfig } from '../elm-house.ts';
import { ask, openWorld } from '../sophia.ts';
import { everything, importedRows, observe, violations } from './checker.ts';
import { build, freeze, live, openFolders, store } from './life.ts';
import { enumerated } from './points.ts';

build();
const folders = openFolders();
afterAll(() => folders.remove());

const importing = ['portfolio', 'import', 'data', '--json'];
const analyze = ['churn', 'analyze', 'elm-house', '--json'];
/** Proposes nothing, so that all of it is one run under one lease. */
const past = ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-21', '--json'];
const approve = (run: string) => ['runs', 'approve', run, '--yes', '--json'];
const resume = (run: string) => ['runs', 'resume', run, '--json'];

const bare = folders.workspace();
const imported = folders.copyOf(bare);
const firstImport = await live(imported, importing);
const analysed = folders.copyOf(imported);
const firstAnalysis = await live(analysed, analyze);
const pastAnalysis = await live(folders.copyOf(imported), past);
const proposal = observe(analysed).runs.find(({ workflow }) => workflow === 'retention')?.id ?? '';
const approved = folders.copyOf(analysed);
const firstApproval = await live(approved, approve(proposal));

/** Before write n the store is as after write n - 1, so both ways to go on are tried from every state. */
const pointsOf = (writes: number) =>
  Array.from({ length: writes }, (_, index) => index + 1).flatMap((at) => [
    { at, side: 'before' as const, by: 'the same command' },
    { at, side: 'after' as const, by: 'runs resume' },
  ]);

/** What was found and proposed, without the ids that are minted anew. */
const answerOf = ({ stdout, stderr }: { stdout: string; stderr: string }) => {
  if (stdout === '') throw new Error(stderr);
  // What has changed since the last analysis is another thing for whoever comes second.
  const { runId: _run, resumed: _resumed, since: _since, tenants, proposals, ...answer } = JSON.parse(stdout);
  return {
    ...answer,
    tenants: tenants.map(({ sinceLast: _, ...each }: { sinceLast: unknown }) => each),
    proposals: proposals.map(({ run: _id, ...each }: { run: string }) => each),
  };
};

/** The store as whoever waits for the lease would find it: not renewed for long. */
function expireLeases(dir: string): void {
  const db = new DatabaseSync(store(dir));
  db.exec("update lease set expires_at = '2000-01-01T00:00:00.000Z' where name like 'run:%'");
  db.close();
}

describe('undisturbed', () => {
  test('every promise is kept', () => {
    expect(firstAnalysis.writes).toBeGreaterThanOrEqual(20);
    expect(violations(observe(imported), observe(analysed))).toEqual([]);
    expect(violations(observe(analysed), observe(approved))).toEqual([]);
    expect(observe(approved).out).toHaveLength(2);
  });
});

describe('churn analyze killed at any write', () => {
  test.concurrent.each(enumerated(pointsOf(firstAnalysis.writes), 'an analysis killed'))(
    '$side write $at is finished by $by, at once, and no node is done again',
    async ({ at, side, by }) => {
      const dir = folders.copyOf(imported);
      expect(await live(dir, analyze, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = observe(dir);
      if (by === 'runs resume')
        for (const { id } of killed.runs) expect(await live(dir, resume(id))).toMatchObject({ code: 0 });
      // Whoever finished it, the analysis is the one that an undisturbed run gives.
      expect(answerOf(await live(dir, analyze))).toEqual(answerOf(firstAnalysis));
      expect(violations(killed, observe(dir))).toEqual([]);
    },
  );
});

describe('runs approve killed at any write', () => {
  test.concurrent.each(enumerated(pointsOf(firstApproval.writes), 'an approval killed'))(
    '$side write $at is finished, and each of its two effects is there once',
    async ({ at, side }) => {
      const dir = folders.copyOf(analysed);
      expect(await live(dir, approve(proposal), { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = observe(dir);
      const answered = killed.approvals.some(({ status }) => status === 'answered');
      const again = await live(dir, approve(proposal));
      expect(again, again.stderr).toMatchObject({ code: answered ? 9 : 0 });
      expect(await live(dir, resume(proposal))).toMatchObject({ code: 0 });
      const end = observe(dir);
      expect(violations(killed, end)).toEqual([]);
      expect(end.out).toHaveLength(2);
    },
  );
});

describe('runs approve on a disk without links', () => {
  // All writes but the first and the last two: around the answer and both files.
  test.concurrent.each(enumerated(pointsOf(firstApproval.writes - 2).slice(2), 'an approval killed and lapsed'))(
    'killed $side write $at leaves no half file, and none is written twice',
    async ({ at, side }) => {
      const dir = folders.copyOf(analysed);
      expect(await live(dir, approve(proposal), { at, side, withoutLinks: true })).toMatchObject({ signal: 'SIGKILL' });
      const killed = observe(dir);
      await live(dir, approve(proposal), { at: 0, side: 'before', withoutLinks: true });
      const again = await live(dir, resume(proposal), { at: 0, side: 'before', withoutLinks: true });
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(violations(killed, observe(dir))).toEqual([]);
      expect(observe(dir).out).toHaveLength(2);
    },
  );
});

describe('a process that sleeps for longer than its lease', () => {
  const asleep = (writes: number, from: number, to: number) =>
    Array.from({ length: writes - from - to }, (_, index) => index + from);

  // From the write that takes the lease to the one before the run's end.
  test.concurrent.each(enumerated(asleep(pastAnalysis.writes, 2, 1), 'an analysis asleep'))(
    'an analysis asleep after write %i and taken over: awake again it writes nothing',
    async (at) => {
      const dir = folders.copyOf(imported);
      const zombie = await freeze(dir, past, at);
      const frozen = observe(dir);
      expireLeases(dir);
      const heir = await live(dir, resume(frozen.runs[0]?.id ?? ''));
      expect(heir, heir.stderr).toMatchObject({ code: 0 });
      const left = everything(dir);

      const awake = await zombie.thaw();
      expect(awake, awake.stderr).toMatchObject({ code: 10, stdout: '' });
      expect(everything(dir)).toEqual(left);
      expect(violations(frozen, observe(dir))).toEqual([]);
    },
  );

  // From the answer to the write before the run's end.
  test.concurrent.each(enumerated(asleep(firstApproval.writes, 2, 1), 'an approval asleep'))(
    'an approval asleep after write %i and taken over: awake again it does nothing',
    async (at) => {
      const dir = folders.copyOf(analysed);
      const zombie = await freeze(dir, approve(proposal), at);
      const frozen = observe(dir);
      expireLeases(dir);
      expect(await live(dir, resume(proposal))).toMatchObject({ code: 0 });
      const left = { rows: everything(dir), out: observe(dir).out };

      const awake = await zombie.thaw();
      expect(awake, awake.stderr).toMatchObject({ code: 10, stdout: '' });
      expect({ rows: everything(dir), out: observe(dir).out }).toEqual(left);
      expect(violations(frozen, observe(dir))).toEqual([]);
    },
  );
});

describe('an analysis that was killed', () => {
  test('and is gone on with on a later day proposes nothing', async () => {
    const dir = folders.copyOf(imported);
    await live(dir, analyze, { at: 6, side: 'after' });
    using world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock: '2026-12-20T12:00:00.000Z' });
    cpSync(join(dir, '.sophia'), join(world.dir, '.sophia'), { recursive: true });
    const [run] = observe(world.dir).runs;
    expect(await ask(`runs resume ${run?.id}`, world)).toMatchObject({ status: 'succeeded' });
    expect(await ask('churn proposals', world)).toMatchObject({ proposals: [] });
    expect(observe(world.dir).runs).toHaveLength(1);
  });

  test('and is gone on with on the same day proposes, and asks', async () => {
    const dir = folders.copyOf(imported);
    await live(dir, analyze, { at: 6, side: 'after' });
    expect(await live(dir, resume(observe(dir).runs[0]?.id ?? ''))).toMatchObject({ code: 0 });
    expect(observe(dir).runs).toMatchObject([{ workflow: 'churn' }, { workflow: 'retention', status: 'waiting' }]);
  });
});

describe('who is withheld to measure what proposals do', () => {
  test('stays withheld, whoever analyses again and whenever that is killed', async () => {
    const dir = folders.copyOf(imported);
    // The draw depends on ids that are minted anew: the first salt that withholds Ada is taken.
    for (let salt = 0; observe(dir).proposals[0]?.state !== 'withheld'; salt++) {
      expect(salt).toBeLessThan(40);
      folders.renew(imported, dir);
      appendFileSync(join(dir, 'sophia.yaml'), `retention:\n  holdout: 0.5\n  holdout_salt: salt-number-${salt}\n`);
      expect(await live(dir, analyze)).toMatchObject({ code: 0 });
    }
    for (const at of [5, 9, 12, 14]) {
      const killed = observe(dir);
      await live(dir, analyze, { at, side: 'after' });
      expect(await live(dir, analyze)).toMatchObject({ code: 0 });
      expect(violations(killed, observe(dir))).toEqual([]);
    }
  });
});

describe('two who approve one proposal at the same time', () => {
  // The same without the program around it, again and again: test/durable/fleet.test.ts.
  const rounds = Array.from({ length: 15 }, (_, round) => round + 1);

  test.concurrent.each(enumerated(rounds, 'two approvals at once'))(
    'round %i: one wins, the other is told, one task is there',
    async () => {
      const dir = folders.copyOf(analysed);
      const codes = (await Promise.all([live(dir, approve(proposal)), live(dir, approve(proposal))])).map(
        ({ code }) => code,
      );
      expect(codes.toSorted()).toEqual([0, expect.toSatisfy((code) => code === 9 || code === 10)]);
      const end = observe(dir);
      expect(violations(observe(analysed), end)).toEqual([]);
      expect(end.out).toHaveLength(2);
    },
  );
});

describe('portfolio import killed at any write', () => {
  test.concurrent.each(enumerated(pointsOf(firstImport.writes), 'an import killed'))(
    '$side write $at shows all or nothing, and is whole when it is done again',
    async ({ at, side }) => {
      const dir = folders.copyOf(bare);
      expect(await live(dir, importing, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const { properties } = JSON.parse((await live(dir, ['portfolio', 'list', '--json'])).stdout);
      const seen = importedRows(dir, 'live');
      const whole = importedRows(imported, 'live');
      expect([[], whole]).toContainEqual(seen);
      expect(properties).toHaveLength(seen.length > 0 ? 1 : 0);

      const staged = importedRows(dir, 'staging').length;
      const again = await live(dir, importing);
      expect(again, again.stderr).toMatchObject({ code: 0 });
      if (staged > 0) expect(JSON.parse(again.stdout)).toMatchObject({ wentOnAfter: staged, rejected: 0 });
      expect(importedRows(dir, 'live')).toEqual(whole);
      expect(importedRows(dir, 'staging')).toEqual([]);
    },
  );
});
