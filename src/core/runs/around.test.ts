import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { UserError } from '../errors/index.ts';
import { workflow } from './index.ts';

describe('what a workflow does around its runs', () => {
  /** A run that is begun another way each time, with what was done around it. */
  async function surrounded(node: () => Promise<object>) {
    const [bench, done]: [Awaited<ReturnType<typeof openBench>>, string[]] = [await openBench(), []];
    const around = {
      before: async ({ day }: Input) => void done.push(`before ${day}`),
      after: async ({ day }: Input) => void done.push(`after ${day}`),
    };
    const work = workflow<object, Input>('work', 1, { around }).node('work', node);
    return { bench, done, work, runs: runsOn(bench, work) };
  }
  const both = ['before 2026-11-22', 'after 2026-11-22'];

  test('is done where it is begun in the foreground', async () => {
    const { done, work, runs } = await surrounded(async () => ({}));
    await runs.start(work, input);
    expect(done).toEqual(both);
  });

  test('is done by the worker that a run was left to', async () => {
    const { bench, done, work, runs } = await surrounded(async () => ({}));
    const parent = workflow<object, Input>('parent', 1).node('beget', async (_state, { alongside, begin }) => {
      alongside(async (tx) => void (await begin(tx, work, input)));
      return {};
    });
    await runsOn(bench, parent, work).start(parent, input);
    expect(done).toEqual([]);
    await runs.next();
    expect(done).toEqual(both);
  });

  test('is done by who goes on with it; a run that has ended is looked at only', async () => {
    let times = 0;
    const { done, work, runs } = await surrounded(async () => {
      if (times++ === 0) throw new Error('killed');
      return {};
    });
    await expect(runs.start(work, input)).rejects.toThrow('killed');
    expect(done).toEqual(both.slice(0, 1));
    const [run] = await runs.list({});
    if (run) await runs.resume(run.id);
    expect(done).toEqual([...both.slice(0, 1), ...both]);
    if (run) await runs.resume(run.id);
    expect(done).toHaveLength(3);
  });

  test('that cannot be done ends the run, before its nodes are run', async () => {
    const bench = await openBench();
    let ran = false;
    const around = { before: () => Promise.reject(new UserError('refused', 'not today')) };
    const work = workflow<object, Input>('work', 1, { around }).node('work', async () => {
      ran = true;
      return {};
    });
    const runs = runsOn(bench, work);
    await expect(runs.start(work, input)).rejects.toMatchObject({ exit: 'refused' });
    expect(await runs.list({})).toMatchObject([{ status: 'failed' }]);
    expect(ran).toBe(false);
  });
});
