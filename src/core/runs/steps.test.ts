import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { UserError } from '../errors/index.ts';
import { workflow } from './index.ts';
import { policy } from './policy.ts';
import type { Definition } from './workflow.ts';

describe('nodes that are run together', () => {
  const branches = (broken: { now: boolean }, ran: string[]) =>
    workflow<object, Input>('branches', 1)
      .node('before', async () => ({ base: 1 }))
      .together({
        left: async ({ base }: { base: number }) => {
          ran.push('left');
          return { left: base + 1 };
        },
        right: async ({ base }: { base: number }) => {
          ran.push('right');
          if (broken.now) throw new Error('not today');
          return { right: base + 2 };
        },
      })
      .node('after', async ({ left, right }) => ({ sum: left + right }));

  test('see what came before, and are seen by what comes after', async () => {
    const bench = await openBench();
    const both = branches({ now: false }, []);
    const { state, run } = await runsOn(bench, both).start(both, input);
    expect(state).toEqual({ ...input, base: 1, left: 2, right: 3, sum: 5 });
    expect(run.status).toBe('succeeded');
  });

  test('are not run again when they are finished and another one is not', async () => {
    const bench = await openBench();
    const [broken, ran] = [{ now: true }, [] as string[]];
    const both = branches(broken, ran);
    const runs = runsOn(bench, both);
    await expect(runs.start(both, input)).rejects.toThrow('not today');
    broken.now = false;
    expect((await runs.start(both, input)).state).toMatchObject({ sum: 5 });
    expect(ran.toSorted()).toEqual(['left', 'right', 'right']);
  });
});

describe('a node that is run for each of many', () => {
  const doubling = (count: number, ran: number[] = [], pass = async (_at: number) => {}) =>
    workflow<object, Input>('doubling', 1)
      .node('plan', async () => ({ count }))
      .each(
        'double',
        ({ count }) => Array.from({ length: count }, (_, at) => ({ at })),
        async ({ at }, { emit }) => {
          ran.push(at);
          await pass(at);
          emit({ kind: 'run.resumed', body: { token: at } });
          return at * 2;
        },
      )
      .node('sum', async ({ double }) => ({ sum: double.reduce((a, b) => a + b, 0) }));

  test('gives what came of them in their order, whatever the order in which they end', async () => {
    const bench = await openBench();
    const doors = Array.from({ length: 15 }, gate);
    const all = doubling(15, [], async (at) => {
      doors[at + 1]?.opens();
      if (at > 0) await doors[at]?.pass();
      doors[0]?.pass();
    });
    const { state, runId } = await runsOn(bench, all).start(all, input);
    expect(state.double).toEqual(Array.from({ length: 15 }, (_, at) => at * 2));
    expect(state.sum).toBe(210);
    const lines = await linesOf(bench, runId);
    expect(lines.filter((kind) => kind === 'run.node_finished')).toHaveLength(17);
    expect(lines.filter((kind) => kind === 'run.resumed')).toHaveLength(15);
  });

  test('does each of them in the end, whatever fails in their midst', async () => {
    const bench = await openBench();
    const [ran, broken] = [[] as number[], { now: true }];
    const many = doubling(100, ran, async (at) => {
      if (at === 7 && broken.now) throw new Error('not today');
    });
    const runs = runsOn(bench, many);
    await expect(runs.start(many, input)).rejects.toThrow('not today');
    broken.now = false;
    const { state } = await runs.start(many, input);
    expect(state.sum).toBe(9900);
    expect(ran.toSorted((a, b) => a - b)).toEqual(
      [...Array(8).keys(), 7, ...Array(92).keys()].map((at, n) => (n > 8 ? at + 8 : at)),
    );
  });

  test.each([1, policy.maxConcurrency, 60])(
    'ends where %i results could not be recorded, and is finished later',
    async (count) => {
      const bench = await openBench();
      let [failing, isBack] = [0, false];
      const away = new UserError('held', 'the store is away', []);
      const record: typeof bench.store.record = async (...rows) => {
        if (failing-- > 0) throw away;
        return bench.store.record(...rows);
      };
      const many = doubling(100, [], async (at) => {
        if (at === 5 && !isBack) failing = count;
      });
      const runs = runsOn({ ...bench, store: { ...bench.store, record } }, many);
      await expect(runs.start(many, input)).rejects.toBe(away);
      [failing, isBack] = [0, true];
      expect((await runs.start(many, input)).state.sum).toBe(9900);
    },
    20_000,
  );

  test('is not taken for finished where another name stands in the checkpoints, though a human forces it', async () => {
    const bench = await openBench();
    const [stop, ran] = [new AbortController(), [] as string[]];
    const listing = (name: string) =>
      workflow<object, Input>('listing', 1)
        .node('plan', async () => {
          stop.abort('sigterm');
          return {};
        })
        .each(
          name,
          () => [{ at: 0 }, { at: 1 }],
          async ({ at }) => {
            ran.push(name);
            return at;
          },
        );
    const [before, now] = [listing('before') as Definition<object>, listing('now') as Definition<object>];
    await expect(runsOn({ ...bench, signal: stop.signal }, before).start(before, input)).rejects.toBe('sigterm');
    const runs = runsOn(bench, now);
    const [{ id } = { id: '' as never }] = await runs.list({});
    await expect(runs.resume(id, { force: true })).rejects.toMatchObject({
      exit: 'incompatible',
      message: 'the checkpoints of this run do not lead to now of listing version 1',
    });
    expect(ran).toEqual([]);
    expect(await runs.summary(id)).not.toMatchObject({ status: 'succeeded' });
  });

  test('goes on where there is none', async () => {
    const bench = await openBench();
    const none = doubling(0);
    expect((await runsOn(bench, none).start(none, input)).state).toMatchObject({ double: [], sum: 0 });
  });

  test('keeps what is added, and not the list again', async () => {
    const bench = await openBench();
    const many = doubling(30);
    await runsOn(bench, many).start(many, input);
    const stored = await bench.store.read
      .selectFrom('checkpoint_value')
      .select('value')
      .where('channel', '=', 'double.results')
      .where('value', 'is not', null)
      .execute();
    expect(stored).toEqual([]);
  });

  test('is ahead of the disk by no more than may run at the same time', async () => {
    const bench = await openBench();
    const [ran, { opens, reached, pass }] = [[] as number[], gate()];
    const many = doubling(100, ran);
    const running = runsOn(slowDisk(bench, ran, pass), many).start(many, input);
    await reached;
    await settled();
    expect(ran.length).toBe(policy.maxConcurrency);
    opens();
    expect((await running).state.sum).toBe(9900);
    expect(ran).toHaveLength(100);
  });
});

/** Once the first item has been run, whatever is written waits. */
function slowDisk(bench: Bench, ran: readonly number[], pass: () => Promise<void>): Bench {
  const { write, record } = bench.store;
  const late = async <T>(work: () => Promise<T>): Promise<T> => {
    if (ran.length > 0) await pass();
    return work();
  };
  const store: Bench['store'] = {
    ...bench.store,
    write: (work) => late(() => write(work)),
    record: (fence, rows) => late(() => record(fence, rows)),
  };
  return { ...bench, store };
}

/** Until nothing moves any more but what waits for the test. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) await new Promise((next) => setImmediate(next));
}
