import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, runsOn, stateOf } from '../../../test/runs.ts';
import { id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { workflow } from './index.ts';

const counting = (version = 1) =>
  workflow<object, Input>('count', version)
    .node('one', async () => ({ one: 1 }))
    .node('two', async ({ one }) => ({ two: one + 1 }));

describe('a run', () => {
  test('whose lease is taken over hears of it, and is told so', async () => {
    const bench = await openBench();
    const other = await bench.other();
    const { opens, reached, pass } = gate();
    let heard = false;
    const slow = workflow<object, Input>('slow', 1).node('wait', async (_state, { signal }) => {
      signal.addEventListener('abort', () => {
        heard = true;
      });
      await pass();
      return { done: 1 };
    });
    const running = runsOn(bench, slow).start(slow, input);
    await reached;
    bench.kill(bench);
    const heir = runsOn(other, slow);
    const [run] = await heir.list({ status: 'stalled' });
    opens();
    const resumed = heir.resume(run?.id ?? id('run', 'none'));
    await expect(running).rejects.toMatchObject({ exit: 'held' });
    expect(await resumed).toMatchObject({ status: 'succeeded' });
    await bench.tick();
    expect(heard).toBe(true);
  });

  test('is stalled once its holder is dead; while it lives others are told who works on it, and since when', async () => {
    const bench = await openBench();
    const other = await bench.other();
    const { opens, reached, pass } = gate();
    const slow = workflow<object, Input>('slow', 1).node('wait', async () => {
      await pass();
      return {};
    });
    const running = runsOn(bench, slow).start(slow, input);
    await reached;
    const seen = async () => (await runsOn(other, slow).list({})).map(({ status }) => status);
    expect(await seen()).toEqual(['running']);
    const [run] = await runsOn(other, slow).list({});
    bench.at('2026-11-22T09:00:10.000Z');
    await expect(runsOn(other, slow).resume(run?.id ?? id('run', 'none'))).rejects.toMatchObject({
      exit: 'held',
      message: `${run?.id} is held by process p1 (os:ada) since 2026-11-22 09:00`,
    });
    bench.kill(bench);
    expect(await seen()).toEqual(['stalled']);
    opens();
    await running;
  });

  test('of another owner is neither listed, shown, resumed nor gone on with', async () => {
    const bench = await openBench();
    const stranger = await bench.other({ owner: id('owner', 'oak-lane') });
    const mine = await runsOn(bench, counting()).start(counting(), input);
    const db = new DatabaseSync(bench.file);
    db.exec("update run set status = 'running'");
    db.close();
    const theirs = runsOn(stranger, counting());
    expect(await theirs.list({})).toEqual([]);
    await expect(theirs.show(mine.runId)).rejects.toMatchObject({ exit: 'usage' });
    await expect(theirs.resume(mine.runId)).rejects.toMatchObject({ exit: 'usage' });
    expect((await theirs.start(counting(), input)).runId).not.toBe(mine.runId);
  });

  test('that fails by a fault leaves no word of it in the store, and can be gone on with', async () => {
    const bench = await openBench();
    let broken = true;
    const fragile = workflow<object, Input>('fragile', 1).node('speak', async () => {
      if (broken) throw new Error('Ada Example owes rent');
      return { said: 1 };
    });
    const runs = runsOn(bench, fragile);
    await expect(runs.start(fragile, input)).rejects.toThrow('Ada Example');
    const db = new DatabaseSync(bench.file, { readOnly: true });
    const texts = ['checkpoint', 'checkpoint_value', 'checkpoint_write', 'event', 'run'].flatMap((table) =>
      db
        .prepare(`select * from ${table}`)
        .all()
        .flatMap((row) =>
          Object.values(row).map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString() : `${cell}`)),
        ),
    );
    db.close();
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => text.includes('Ada'))).toEqual([]);
    broken = false;
    expect(await runs.start(fragile, input)).toMatchObject({ resumed: true, state: { said: 1 } });
  });

  test('that the world refuses has failed, with the reason as a code', async () => {
    const bench = await openBench();
    const empty = workflow<object, Input>('empty', 1).node('look', async () => {
      throw new UserError('insufficient', 'nothing there');
    });
    const runs = runsOn(bench, empty);
    await expect(runs.start(empty, input)).rejects.toMatchObject({ exit: 'insufficient' });
    expect(await runs.list({ status: 'failed' })).toHaveLength(1);
    expect((await bench.journal.since(0)).at(-1)).toMatchObject({ kind: 'run.failed', body: { exit: 'insufficient' } });
  });
});

describe('a question', () => {
  const twice = workflow<object, Input>('twice', 1)
    .node('first', async (_state, { approve }) => ({ first: (await approve()).decision }))
    .node('second', async (_state, { approve }) => ({ second: (await approve()).decision }));

  test('is answered by its own answer, and the next one asks again', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, twice);
    const { runId } = await runs.start(twice, input);
    bench.at('2026-11-22T09:00:05.000Z');
    expect(await runs.answer(runId, { answer: { decision: 'approved' }, reason: null })).toMatchObject({
      status: 'waiting',
    });
    // An answer that was given and not marked as taken must not be taken for the answer to another question.
    const db = new DatabaseSync(bench.file);
    db.exec("update approval set consumed_at = null where node = 'first'");
    db.close();
    await runs.answer(runId, { answer: { decision: 'rejected' }, reason: 'no' });
    expect(await stateOf(bench)).toEqual(['{"first":"approved"}', '{"second":"rejected"}']);
  });

  test('that was answered is not answered again', async () => {
    const bench = await openBench();
    const once = workflow<object, Input>('once', 1).node('ask', async (_state, { approve }) => approve());
    const runs = runsOn(bench, once);
    const { runId } = await runs.start(once, input);
    await runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    for (const decision of ['approved', 'rejected'] as const)
      await expect(runs.answer(runId, { answer: { decision }, reason: null })).rejects.toMatchObject({
        exit: 'refused',
        message: `${runId} was approved by os:ada at 2026-11-22 09:00; an answer stands`,
      });
  });

  test('is taken back with its run, unless it has been answered', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, twice);
    const open = await runs.start(twice, input);
    expect(await runs.withdraw(open.runId)).toMatchObject({ status: 'cancelled' });
    await expect(runs.answer(open.runId, { answer: { decision: 'approved' }, reason: null })).rejects.toMatchObject({
      exit: 'refused',
    });
    const { runId } = await runs.start(twice, input);
    await runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    await expect(runs.withdraw(runId)).rejects.toMatchObject({ exit: 'refused' });
    expect(await runs.show(runId)).toMatchObject({ status: 'waiting' });
  });

  test('of a node that asks twice is answered by its own answer too', async () => {
    const bench = await openBench();
    const greedy = workflow<object, Input>('greedy', 1).node('ask', async (_state, { approve }) => {
      const first = (await approve()).decision;
      return { first, again: (await approve()).decision };
    });
    const runs = runsOn(bench, greedy);
    const { runId } = await runs.start(greedy, input);
    const waits = { status: 'waiting', waitingOn: 'approval' };
    expect(await runs.answer(runId, { answer: { decision: 'approved' }, reason: null })).toMatchObject(waits);
    await runs.answer(runId, { answer: { decision: 'rejected' }, reason: null });
    expect(await runs.show(runId)).toMatchObject({ status: 'succeeded' });
    expect(await stateOf(bench)).toEqual(['{"first":"approved","again":"rejected"}']);
  });
});

describe('an effect', () => {
  test('is done once, with the same key when it was in doubt, and its line is written with its record', async () => {
    const bench = await openBench();
    const keys: string[] = [];
    let broken = true;
    const charging = workflow<object, Input>('charging', 1).node('charge', async (_state, { once }) => {
      const done = [
        { kind: 'action.executed', body: { action: id('effect', 'one'), tenant: id('tenant', 'ten-1') } },
      ] as const;
      const first = await once(id('effect', 'one'), async (key) => keys.push(key), { inDoubt: 'retry', done });
      await once(
        id('effect', 'two'),
        async (key) => {
          keys.push(key);
          if (broken) throw new Error('the line went dead');
        },
        { inDoubt: 'retry' },
      );
      return { first };
    });
    const runs = runsOn(bench, charging);
    await expect(runs.start(charging, input)).rejects.toThrow('the line went dead');
    broken = false;
    const { state, runId } = await runs.start(charging, input);
    expect(state).toMatchObject({ first: 1 });
    expect(keys).toEqual([expect.stringMatching(/:one$/), expect.stringMatching(/:two$/), keys[1]]);
    const kinds = (await bench.journal.since(0, { runId })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'action.executed')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'effect.done')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'effect.started')).toHaveLength(3);
  });
});

describe('an effect that goes wrong', () => {
  test('after the run was taken over: who has lost it is told that, not what went wrong', async () => {
    const bench = await openBench();
    const other = await bench.other();
    const { opens, reached, pass } = gate();
    let late = true;
    const writing = workflow<object, Input>('writing', 1).node('write', async (_state, { once }) => {
      const work = async () => {
        if (!late) return;
        late = false;
        await pass();
        throw new Error('what I worked on is gone');
      };
      await once(id('effect', 'one'), work, { inDoubt: 'retry' });
      return {};
    });
    const running = runsOn(bench, writing).start(writing, input);
    const told = expect(running).rejects.toMatchObject({ exit: 'held' });
    await reached;
    bench.kill(bench);
    const heir = runsOn(other, writing);
    const [run] = await heir.list({ status: 'stalled' });
    expect(await heir.resume(run?.id ?? id('run', 'none'))).toMatchObject({ status: 'succeeded' });
    opens();
    await told;
  });
});
