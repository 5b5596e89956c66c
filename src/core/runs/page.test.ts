import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { describePostgres } from '../../../test/services.ts';
import { id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type Runs, workflow } from './index.ts';

const done = workflow<object, Input>('done', 1).node('do', async () => ({}));
const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => approve());
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
    const left = workflow<object, Input>('left', 1).node('do', async () => {
      throw new Error('not today');
    });
    await expect(runsOn(bench, left).start(left, of('pro-left'))).rejects.toThrow('not today');
    bench.at('2026-11-22T09:10:00.000Z');
    const { found } = await paged(runs, { order: 'urgent' });
    expect(found.slice(0, 3)).toEqual(['pro-ask', 'pro-left', 'pro-broken']);
  });

  test('is searched by what is written, whatever it means elsewhere', async () => {
    const runs = await filled(await open());
    expect(await paged(runs, { text: 'ASK' })).toEqual({ total: 1, found: ['pro-ask'] });
    expect((await paged(runs, { text: '2026-11-22' })).total).toBe(5);
    expect(await paged(runs, { text: 'failed' })).toEqual({ total: 1, found: ['pro-broken'] });
    expect(await paged(runs, { text: '%' })).toEqual({ total: 0, found: [] });
    expect(await paged(runs, { text: '_' })).toEqual({ total: 0, found: [] });
    expect(await paged(runs, { text: 'zzzz', about: ['pro-100'] })).toEqual({ total: 1, found: ['pro-100'] });
  });

  test('is counted by where they stand', async () => {
    const bench = await open();
    const runs = await filled(bench);
    expect(await runs.tally()).toMatchObject({ succeeded: 3, failed: 1, waiting: 1, stalled: 0 });
    const other = runsOn(await bench.other({ owner: id('owner', 'oak-lane') }), done);
    expect(await other.tally()).toMatchObject({ succeeded: 0, failed: 0, waiting: 0 });
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
