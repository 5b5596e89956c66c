import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { id } from '../domain/index.ts';
import type { Tx } from '../store/index.ts';
import { workflow } from './index.ts';
import type { InDoubt } from './workflow.ts';

describe('a run of which there is more to tell than a page', () => {
  const LINES = 1100;
  const talking = workflow<object, Input>('talking', 1)
    .node('talk', async (_state, { emit }) => {
      for (let at = 0; at < LINES; at++) emit({ kind: 'kpi.probe', body: { service: id('service', 'talk'), ok: 1 } });
      return {};
    })
    .node('send', async (_state, { once }) => {
      for (const key of ['second', 'first']) await once(id('effect', key), async () => key, { inDoubt: 'retry' });
      return {};
    });

  test('tells all of it, and its effects in the order in which they were done', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, talking);
    const { runId } = await runs.start(talking, input);
    const told = await Array.fromAsync(runs.events(runId), ({ kind }) => kind);
    expect(told.filter((kind) => kind === 'kpi.probe')).toHaveLength(LINES);
    expect(told.at(-1)).toBe('run.succeeded');
    expect(await Array.fromAsync(runs.events(runId, 'run.node_finished'))).toHaveLength(2);
    expect(await runs.outcomes(runId)).toEqual(['second', 'first']);
  });
});

describe('an effect that is in doubt', () => {
  /** Does it, and is gone before that is recorded, as if killed. */
  async function inDoubt(policy: InDoubt) {
    const bench = await openBench();
    const [sent, gone]: [string[], { times: number }] = [[], { times: 1 }];
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async (key: string) => {
        sent.push(key);
        if (gone.times-- > 0) throw new Error('killed');
        return 'sent';
      };
      return { sent: (await once(id('effect', 'letter'), work, { inDoubt: policy })) ?? 'unknown' };
    });
    const runs = runsOn(bench, sending);
    await expect(runs.start(sending, input)).rejects.toThrow('killed');
    const { runId, state, run } = await runs.start(sending, input);
    return { bench, runs, sending, sent, runId, state, run, gone };
  }

  test('is done again with the same key, where that was declared', async () => {
    const { sent, state } = await inDoubt('retry');
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(state).toMatchObject({ sent: 'sent' });
  });

  test('is left as it is, where that was declared, and the journal says so', async () => {
    const { sent, state, bench, runId } = await inDoubt('skip');
    expect(sent).toHaveLength(1);
    expect(state).toMatchObject({ sent: 'unknown' });
    expect(await linesOf(bench, runId)).toContain('effect.skipped');
  });

  test.each([
    ['done', 1],
    ['not_done', 2],
  ])('is asked of a human: %s', async (decision, times) => {
    const { runs, sent, runId, run } = await inDoubt('ask');
    expect(sent).toHaveLength(1);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
    expect((await runs.show(runId)).approvals).toMatchObject([{ question: { title: 'Was letter done?' } }]);
    const wrong = runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    await expect(wrong).rejects.toMatchObject({ exit: 'usage' });
    expect(await runs.answer(runId, { answer: { decision }, reason: null })).toMatchObject({ status: 'succeeded' });
    expect(sent).toHaveLength(times);
  });

  test('again is asked again', async () => {
    const { runs, sent, runId, gone } = await inDoubt('ask');
    gone.times = 1;
    const given = { answer: { decision: 'not_done' }, reason: null };
    await expect(runs.answer(runId, given)).rejects.toThrow('killed');
    expect(await runs.resume(runId)).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
    await runs.answer(runId, { answer: { decision: 'done' }, reason: null });
    expect(sent).toHaveLength(2);
  });
});

describe('what outlives a power cut', () => {
  /** Of each transaction of a run: what it wrote, and whether it is safe at once. */
  async function watched() {
    const bench = await openBench();
    const seen: { tables: string[]; safe: 'now' | 'later' }[] = [];
    const store: Bench['store'] = {
      ...bench.store,
      write: (work, durability) =>
        bench.store.write(async (tx) => {
          const before = await countsIn(tx);
          const result = await work(tx);
          const after = await countsIn(tx);
          const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(tx);
          const tables = Object.keys(after).filter((table) => after[table] !== before[table]);
          seen.push({ tables, safe: rows[0]?.synchronous === FULL ? 'now' : 'later' });
          return result;
        }, durability),
    };
    return { bench, seen, runs: runsOn({ ...bench, store }, paying) };
  }
  const FULL = 2;

  const countsIn = async (tx: Tx): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const table of ['checkpoint', 'checkpoint_write', 'effect', 'approval', 'run'] as const) {
      const { n } = await tx.selectFrom(table).select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow();
      counts[table] = n;
    }
    return counts;
  };

  const paying = workflow<object, Input>('paying', 1)
    .node('pay', async (_state, { once }) => ({
      paid: await once(id('effect', 'pay'), async () => 1, { inDoubt: 'ask' }),
    }))
    .node('ask', async (_state, { approve }) => ({ decision: (await approve()).decision }));

  test('an effect, a question, an answer and a run at once; what can be computed again, later', async () => {
    const { seen, runs } = await watched();
    const { runId } = await runs.start(paying, input);
    await runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    const safe = (table: string) =>
      new Set(seen.filter(({ tables }) => tables.includes(table)).map(({ safe }) => safe));
    for (const table of ['effect', 'approval', 'run']) expect(safe(table), table).toEqual(new Set(['now']));
    for (const table of ['checkpoint', 'checkpoint_write']) expect(safe(table), table).toEqual(new Set(['later']));
    // What the last one set does not stay set.
    expect(seen.at(-1)?.safe).toBe('now');
  });
});
