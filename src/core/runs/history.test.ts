import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, runsOn } from '../../../test/runs.ts';
import { describePostgres } from '../../../test/services.ts';
import type { RunId } from '../domain/index.ts';
import { differenceOf, gistOf, type History, workflow } from './index.ts';

/** Plans, looks left and right at once, doubles so many, and sums up. */
function mixed(count: number, { right = async () => {}, item = async (_at: number) => {}, sum = async () => {} } = {}) {
  return workflow<object, Input>('mixed', 1)
    .node('plan', async () => ({ count }))
    .together({
      left: async () => ({ left: 'a' }),
      right: async () => {
        await right();
        return { right: 'b' };
      },
    })
    .each(
      'double',
      ({ count }) => Array.from({ length: count }, (_, at) => ({ at })),
      async ({ at }) => {
        await item(at);
        return at * 2;
      },
    )
    .node('sum', async ({ double }) => {
      await sum();
      return { sum: double.length };
    });
}

/** In words: `0 - > plan: input`. */
function told({ checkpoints }: History): string[] {
  return checkpoints.map(({ step, nodes, next, changes }) =>
    `${step} ${nodes.join('+') || '-'} > ${next.join('+') || '-'}: ${changes.map(gistOf).join('; ')}`.trimEnd(),
  );
}

/** All that a store holds. */
async function rowsOf({ store }: Bench): Promise<unknown[]> {
  const tables = ['run', 'checkpoint', 'checkpoint_value', 'checkpoint_write', 'event', 'lease'] as const;
  return Promise.all(tables.map((table) => store.read.selectFrom(table).selectAll().execute()));
}

const onlyRun = async (bench: Bench): Promise<RunId> => {
  const { id } = await bench.store.read.selectFrom('run').select('id').executeTakeFirstOrThrow();
  return id;
};

async function tellsEach(bench: Bench) {
  const all = mixed(3);
  const { runId } = await runsOn(bench, all).start(all, input);
  const history = await runsOn(bench, all).history(runId);
  expect(told(history)).toEqual([
    '-1 - > -:',
    '0 - > plan: input: property, day',
    '1 plan > left+right: plan: count',
    '2 left+right > double: left: left; right: right',
    '3 double > double:',
    '4 double > sum: double: 3 items',
    '5 sum > -: sum: sum',
  ]);
  expect(history.checkpoints[2]?.changes).toEqual([{ of: 'plan', after: { count: 3 } }]);
  expect(history.input).toEqual(input);
  expect(history.written).toEqual([]);
  expect(history.output).toEqual({ count: 3, left: 'a', right: 'b', double: { items: 3 }, sum: 3 });
}

describe('each checkpoint tells what ran, what comes next and what it changed; then what came of it all', () => {
  test('in a file', async () => tellsEach(await openBench()));

  describePostgres('on a server', (server) => {
    test('there too', async () => tellsEach(await openBench(undefined, undefined, await server().database())));
  });
});

test('a history that is looked at writes nothing', async () => {
  const bench = await openBench();
  const all = mixed(3);
  const { runId } = await runsOn(bench, all).start(all, input);
  const before = await rowsOf(bench);
  await runsOn(bench, all).history(runId);
  expect(await rowsOf(bench)).toEqual(before);
});

test('of many items their number is told, and none is read', async () => {
  const bench = await openBench();
  const all = mixed(200);
  const { runId } = await runsOn(bench, all).start(all, input);
  const spoilt = new TextEncoder().encode('unreadable');
  await bench.store.write(async (tx) => {
    const items = tx.updateTable('checkpoint_write').set({ value: spoilt });
    await items.where('channel', 'in', ['double.results', '__pregel_tasks']).execute();
  });
  const history = await runsOn(bench, all).history(runId);
  expect(JSON.stringify(history).length).toBeLessThan(2000);
  expect(history.checkpoints.at(-2)?.changes).toEqual([{ of: 'double', added: 200, total: 200 }]);
});

test('what is written while others of its step are at work is told, and of a run that goes on after a failure all', async () => {
  const bench = await openBench();
  const door = gate();
  let isBroken = true;
  const all = mixed(2, {
    right: door.pass,
    sum: async () => {
      if (isBroken) throw new Error('not today');
    },
  });
  const runs = runsOn(bench, all);
  const begun = runs.start(all, input);
  await door.reached;
  const id = await onlyRun(bench);
  const seen = async () => (await runs.history(id)).written;
  while ((await seen()).length === 0) await new Promise(setImmediate);
  expect(await seen()).toEqual([{ of: 'left', after: { left: 'a' } }]);
  expect((await runs.history(id)).output).toBeUndefined();
  door.opens();
  await expect(begun).rejects.toThrow('not today');
  expect(await runs.history(id)).toMatchObject({ status: 'stalled', written: [] });
  isBroken = false;
  await runs.retry(id);
  expect((await runs.history(id)).output).toMatchObject({ sum: 2 });
});

test('of items that have ended, and are no checkpoint yet, the number is told', async () => {
  const bench = await openBench();
  const all = mixed(10, {
    item: async (at) => {
      if (at === 7) throw new Error('not today');
    },
  });
  await expect(runsOn(bench, all).start(all, input)).rejects.toThrow('not today');
  const id = await onlyRun(bench);
  const lines = await bench.journal.since(0, { runId: id });
  const ended = lines.filter(({ body }) => body.node === 'double').length;
  expect(ended).toBeGreaterThan(0);
  expect((await runsOn(bench, all).history(id)).written).toEqual([{ of: 'double', added: ended, total: ended }]);
});

test('a run that nobody has begun to work on has an input, and no checkpoint; nor has it more when it is cancelled', async () => {
  const bench = await openBench();
  const named = { ...mixed(1), input: undefined };
  const { z } = await import('zod');
  const queued = { ...named, input: z.looseObject({}) };
  const runs = runsOn(bench, queued as never);
  const { runId } = await runs.startNamed('mixed', input, { detach: true });
  const empty = { input, checkpoints: [], written: [] };
  expect(await runs.history(runId)).toEqual({ ...empty, id: runId, status: 'queued' });
  await runs.cancel(runId);
  expect(await runs.history(runId)).toEqual({ ...empty, id: runId, status: 'cancelled' });
});

test('what was done by a definition that is gone is told all the same, to its owner alone', async () => {
  const bench = await openBench();
  const all = mixed(1);
  const { runId } = await runsOn(bench, all).start(all, input);
  expect(told(await runsOn(bench).history(runId))).toHaveLength(7);
  const stranger = await bench.other({ owner: 'elm-street' as typeof bench.owner });
  await expect(runsOn(stranger).history(runId)).rejects.toThrow(/no run/);
});

test('of what a node says anew only what differs is told', () => {
  const change = { of: 'plan', before: { a: 1, b: { c: 2 }, d: 3 }, after: { a: 1, b: { c: 3 }, e: 4 } };
  expect(differenceOf(change)).toEqual({ removed: { b: { c: 2 }, d: 3 }, added: { b: { c: 3 }, e: 4 } });
  expect(gistOf(change)).toBe('plan: b, e');
  expect(gistOf({ of: 'double', added: 2, total: 5 })).toBe('double: 2 items more, 5 by now');
  expect(differenceOf({ of: 'plan', before: [1], after: [2] })).toEqual({ removed: [1], added: [2] });
  expect(differenceOf({ of: 'plan', before: { a: 1 }, after: { a: 1, b: 2 } })).toEqual({ added: { b: 2 } });
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`field-${at}`, at]));
  expect(gistOf({ of: 'plan', after: many })).toMatch(/^plan: field-0, .*, field-7 and 992 more$/);
});

test('a checkpoint that another program has spoilt is told as that, and by which run', async () => {
  const bench = await openBench();
  const all = mixed(2);
  const { runId } = await runsOn(bench, all).start(all, input);
  const spoilt = new TextEncoder().encode('ju\u001bnk');
  for (const column of ['metadata', 'checkpoint'] as const) {
    const whole = await bench.store.read.selectFrom('checkpoint').select(['id', column]).execute();
    await bench.store.write((tx) =>
      tx
        .updateTable('checkpoint')
        .set({ [column]: spoilt })
        .execute(),
    );
    const thrown = await runsOn(bench, all)
      .history(runId)
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      exit: 'config',
      message: expect.stringContaining(`a checkpoint of ${runId} cannot`),
    });
    for (const row of whole)
      await bench.store.write((tx) =>
        tx
          .updateTable('checkpoint')
          .set({ [column]: row[column] })
          .where('id', '=', row.id)
          .execute(),
      );
  }
});
