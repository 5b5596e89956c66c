import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { describePostgres } from '../../../test/services.ts';
import { id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type Runs, type Term, workflow } from './index.ts';

const done = workflow<object, Input>('done', 1).node('do', async () => ({}));
const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => approve());
/** A bug ends its process, and leaves the run. */
const left = workflow<object, Input>('left', 1).node('do', async () => {
  throw new Error('not today');
});
const broken = workflow<object, Input>('broken', 1).node('do', async () => {
  throw new UserError('config', 'not today');
});

const of = (property: string): Input => ({ ...input, property: id('property', property) });

/** One that waits for a human, then one that has failed, then three that are over, each begun a minute later. */
async function filled(bench: Bench): Promise<Runs> {
  const runs = runsOn(bench, done, asking, broken);
  await runs.start(asking, of('pro-ask'));
  bench.at('2026-11-22T09:01:00.000Z');
  await runs.start(broken, of('pro-broken')).catch(() => undefined);
  for (const [minute, property] of ['pro-100', 'pro-1000', 'pro-2'].entries()) {
    bench.at(`2026-11-22T09:0${minute + 2}:00.000Z`);
    await runs.start(done, of(property));
  }
  return runs;
}

function suite(open: () => Promise<Bench>) {
  const paged = async (runs: Runs, query: Partial<Parameters<Runs['page']>[0]>) => {
    const { total, runs: found } = await runs.page({ from: 0, count: 10, order: 'newest', ...query });
    return { total, found: found.map((run) => String((run.input as Input).property)) };
  };

  test('is given in parts, in the order that is asked for', async () => {
    const runs = await filled(await open());
    const newest = ['pro-2', 'pro-1000', 'pro-100', 'pro-broken', 'pro-ask'];
    expect(await paged(runs, {})).toEqual({ total: 5, found: newest });
    expect(await paged(runs, { from: 1, count: 2 })).toEqual({ total: 5, found: newest.slice(1, 3) });
    expect(await paged(runs, { from: 9 })).toEqual({ total: 5, found: [] });
    const urgent = ['pro-ask', 'pro-broken', 'pro-2', 'pro-1000', 'pro-100'];
    expect(await paged(runs, { order: 'urgent' })).toEqual({ total: 5, found: urgent });
  });

  test('has what lost its process with what went wrong', async () => {
    const bench = await open();
    const runs = await filled(bench);
    await expect(runsOn(bench, left).start(left, of('pro-left'))).rejects.toThrow('not today');
    bench.at('2026-11-22T09:10:00.000Z');
    const { found } = await paged(runs, { order: 'urgent' });
    expect(found.slice(0, 3)).toEqual(['pro-ask', 'pro-left', 'pro-broken']);
  });

  test('is searched by what is written, whatever it means elsewhere', async () => {
    const runs = await filled(await open());
    const found = (...terms: Term[]) => paged(runs, { anyOf: [terms] });
    expect(await found({ text: 'ASK' })).toEqual({ total: 1, found: ['pro-ask'] });
    expect((await found({ text: '2026-11-22' })).total).toBe(5);
    expect(await found({ text: 'failed' })).toEqual({ total: 1, found: ['pro-broken'] });
    expect(await found({ text: '%' })).toEqual({ total: 0, found: [] });
    expect(await found({ text: '_' })).toEqual({ total: 0, found: [] });
    expect(await found({ text: 'zzzz', about: ['pro-100'] })).toEqual({ total: 1, found: ['pro-100'] });
    expect(await found({ text: 'done' }, { text: 'pro-1' })).toEqual({ total: 2, found: ['pro-1000', 'pro-100'] });
    const either = await paged(runs, { anyOf: [[{ text: 'pro-ask' }], [{ text: 'pro-2' }]] });
    expect(either).toEqual({ total: 2, found: ['pro-2', 'pro-ask'] });
  });

  test('is searched, and told, by the word for where a run stands', async () => {
    const bench = await open();
    const runs = await filled(bench);
    const { runs: waiting } = await runs.page({ from: 0, count: 1, order: 'urgent' });
    await runs.answer(waiting[0]?.id ?? id('run', 'none'), { answer: { decision: 'rejected' }, reason: 'not now' });
    const rejected = await runs.page({ from: 0, count: 9, order: 'newest', anyOf: [[{ text: 'reject' }]] });
    expect(rejected.runs.map(({ status, decision }) => ({ status, decision }))).toEqual([
      { status: 'succeeded', decision: 'rejected' },
    ]);
    expect((await paged(runs, { anyOf: [[{ text: 'succeeded' }]] })).total).toBe(3);
    bench.at('2026-11-22T10:00:00.000Z');
    expect((await paged(runs, { anyOf: [[{ text: 'stalled' }]] })).total).toBe(0);
    await expect(runsOn(bench, left).start(left, of('pro-left'))).rejects.toThrow('not today');
    bench.at('2026-11-22T11:00:00.000Z');
    expect(await paged(runs, { anyOf: [[{ text: 'stalled' }]] })).toEqual({ total: 1, found: ['pro-left'] });
    expect((await paged(runs, { anyOf: [[{ text: 'running' }]] })).total).toBe(0);
  });

  test('is narrowed to those that stand so, as they are counted', async () => {
    const bench = await open();
    const runs = await filled(bench);
    await expect(runsOn(bench, left).start(left, of('pro-left'))).rejects.toThrow('not today');
    bench.at('2026-11-22T09:10:00.000Z');
    const all = runsOn(bench, done, asking, broken, left);
    const { runs: waiting } = await all.page({ from: 0, count: 1, order: 'urgent' });
    await all.answer(waiting[0]?.id ?? id('run', 'none'), { answer: { decision: 'approved' }, reason: null });
    expect(await paged(all, { status: 'stalled' })).toEqual({ total: 1, found: ['pro-left'] });
    expect(await paged(runs, { status: 'incompatible' })).toEqual({ total: 1, found: ['pro-left'] });
    expect(await paged(all, { status: 'queued' })).toEqual({ total: 0, found: [] });
    // With those that were approved and have succeeded.
    expect((await paged(all, { status: 'succeeded' })).total).toBe((await all.tally()).standing.succeeded);
    expect(await paged(all, { status: 'failed', anyOf: [[{ text: 'pro-2' }]] })).toEqual({ total: 0, found: [] });
  });

  test('is counted by where they stand', async () => {
    const bench = await open();
    const runs = await filled(bench);
    expect(await runs.tally()).toMatchObject({
      ...{ standing: { succeeded: 3, failed: 1, waiting: 1, stalled: 0 }, approvals: 1, due: 0, stalled: 0 },
    });
    const other = runsOn(await bench.other({ owner: id('owner', 'oak-lane') }), done);
    expect(await other.tally()).toMatchObject({ standing: { succeeded: 0, failed: 0, waiting: 0 }, approvals: 0 });
    expect(await paged(other, {})).toEqual({ total: 0, found: [] });
  });

  test('and its journal tell what is new', async () => {
    const bench = await open();
    expect(await bench.journal.head()).toBe(0);
    const runs = await filled(bench);
    const head = await bench.journal.head();
    expect(await bench.journal.since(head)).toEqual([]);
    await runs.start(done, of('pro-3'));
    expect((await bench.journal.since(head)).map(({ kind }) => kind)).toContain('run.started');
  });
}

describe('a list of runs', () => suite(() => openBench()));
describePostgres('a list of runs on a server', (server) =>
  suite(async () => openBench(undefined, undefined, await server().database())),
);
