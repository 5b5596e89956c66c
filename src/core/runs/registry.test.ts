import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { workflow } from './index.ts';

const counting = (version = 1) =>
  workflow<object, Input>('count', version)
    .node('one', async () => ({ one: 1 }))
    .node('two', async ({ one }) => ({ two: one + 1 }));

describe('a definition', () => {
  test.each(['input', 'floor.plan', 'a.result', 'a.results'])('has no node called %s', (name) => {
    expect(() => workflow('odd', 1).node(name, async () => ({}))).toThrow(`"${name}" cannot be the name of a node`);
  });

  async function unfinished() {
    const bench = await openBench();
    const { runId } = await runsOn(bench, counting()).start(counting(), input);
    const db = new DatabaseSync(bench.file);
    db.exec("update run set status = 'running'");
    db.close();
    return { bench, runId };
  }

  test('of another version, or with other nodes, does not finish a run', async () => {
    const { bench, runId } = await unfinished();
    const other = workflow<object, Input>('count', 1).node('three', async () => ({}));
    for (const definition of [counting(2), other]) {
      const runs = runsOn(bench, definition);
      expect(await runs.list({ status: 'incompatible' })).toHaveLength(1);
      await expect(runs.resume(runId)).rejects.toMatchObject({ exit: 'incompatible' });
    }
    expect(await runsOn(bench, counting(2), counting()).resume(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('that has changed says what has, and finishes it only when a human says that it will do', async () => {
    const { bench, runId } = await unfinished();
    const shorter = workflow<object, Input>('count', 1).node('one', async () => ({ one: 1 }));
    const longer = counting().node('three', async ({ two }) => ({ three: two + 1 }));
    await expect(runsOn(bench, shorter).resume(runId)).rejects.toThrow(/begun with: two is gone$/);
    await expect(runsOn(bench, longer).resume(runId)).rejects.toThrow(/begun with: three is new$/);
    const runs = runsOn(bench, shorter);
    expect(await runs.resume(runId, { force: true })).toMatchObject({ status: 'succeeded' });
    expect(await bench.journal.since(0, { kind: 'run.forced' })).toMatchObject([{ runId, body: { version: 1 } }]);
    expect(await bench.journal.verify()).toEqual({ owner: bench.owner, lines: 1 });
  });

  test('whose checkpoints do not lead to the end is not said to have been finished', async () => {
    const { bench, runId } = await unfinished();
    const renamed = workflow<object, Input>('count', 1)
      .node('one', async () => ({ one: 1 }))
      .node('second', async () => ({ second: 2 }));
    const forced = runsOn(bench, renamed).resume(runId, { force: true });
    await expect(forced).rejects.toMatchObject({ exit: 'incompatible', message: expect.stringContaining('second') });
    expect(await runsOn(bench, renamed).show(runId)).toMatchObject({ status: 'failed' });
  });

  test('that cannot finish a run gives it up for a new one, unless somebody is at it', async () => {
    const { bench, runId } = await unfinished();
    const other = await bench.other();
    const db = new DatabaseSync(bench.file);
    db.exec("update lease set process = 'p1', expires_at = '2026-11-22T09:00:10.000Z'");
    await expect(runsOn(other, counting(2)).start(counting(2), input)).rejects.toMatchObject({ exit: 'held' });
    bench.kill(bench);
    const anew = await runsOn(other, counting(2)).start(counting(2), input);
    expect(anew.runId).not.toBe(runId);
    const rows = db.prepare('select id, status, failure from run order by version').all();
    db.close();
    expect(rows.map(({ status, failure }) => [status, failure])).toEqual([
      ['cancelled', 'incompatible'],
      ['succeeded', null],
    ]);
  });
});

describe('a workflow that says what it takes', () => {
  const named = (most = 9, version = 1) =>
    workflow<object, { readonly count: number }>('named', version, {
      input: z.strictObject({ count: z.int().max(most) }),
    }).node('do', async ({ count }) => ({ twice: count * 2 }));

  test('is begun by its name, the newest version of it', async () => {
    const runs = runsOn(await openBench(), named(), named(9, 2), counting());
    expect((await runs.startNamed('named', { count: 4 })).state).toEqual({ count: 4, twice: 8 });
    expect(await runs.list({})).toMatchObject([{ version: 2 }]);
    expect(runs.startable()).toMatchObject([{ name: 'named', version: 2, input: { required: ['count'] } }]);
  });

  test('is not begun with anything else, and nothing is left', async () => {
    const runs = runsOn(await openBench(), named(), counting());
    const [wrong, extra] = [{ count: 'four' }, { count: 1, more: 2 }];
    await expect(runs.startNamed('named', wrong)).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringMatching(/^named cannot be begun with that: count: /),
    });
    await expect(runs.startNamed('named', extra)).rejects.toThrow('more');
    await expect(runs.startNamed('nemed', {})).rejects.toMatchObject({ exit: 'usage', next: ['one of named, count'] });
    await expect(runs.startNamed('count', {})).rejects.toMatchObject({ exit: 'refused' });
    expect(await runs.list({})).toEqual([]);
  });

  test('does not finish a run that was begun with something else', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, named()).startNamed('named', { count: 4 });
    await bench.store.write((tx) => tx.updateTable('run').set({ status: 'running' }).execute());
    const other = runsOn(bench, named(5));
    await expect(other.resume(runId)).rejects.toThrow(/begun with: what it takes is gone, what it takes is new$/);
  });
});
