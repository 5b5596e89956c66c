import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { believing, type Input, input, runsOn } from '../../../test/runs.ts';
import { UserError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import { openRuns, workflow } from './index.ts';

describe('a run that begins', () => {
  test('is nobody else’s between any two of its writes', async () => {
    const bench = await openBench();
    const ran: string[] = [];
    const work = workflow<object, Input>('work', 1).node('one', async () => {
      ran.push('one');
      return {};
    });
    const other = runsOn(await bench.other(), work);
    const taken: unknown[] = [];
    const write: Store['write'] = async (change, durability) => {
      const written = await bench.store.write(change, durability);
      taken.push(await other.next());
      return written;
    };
    const { run } = await runsOn({ ...bench, store: { ...bench.store, write } }, work).start(work, input);
    expect({ status: run.status, ran }).toEqual({ status: 'succeeded', ran: ['one'] });
    expect(taken.length).toBeGreaterThan(2);
    expect(taken.filter(Boolean)).toEqual([]);
  });
});

describe('the same work', () => {
  type Given = { readonly a: string; readonly b: string };
  const takes = z.strictObject({ a: z.string().optional(), b: z.string().optional() });
  const asking = workflow<object, Given>('asking', 1, { input: takes as never }).node('ask', (_state, { approve }) =>
    approve(),
  );
  const begun = async (bench: Bench, given: object) =>
    (await runsOn(bench, asking).startNamed('asking', given, { detach: true })).runId;

  test('is that of equal fields, in whatever order they stand, and of no others', async () => {
    const bench = await openBench();
    const runs = openRuns(believing(bench, asking));
    const first = (await runs.start(asking, { a: 'x/y', b: 'z' })).runId;
    expect((await runs.start(asking, { b: 'z', a: 'x/y' })).runId).toBe(first);
    const others = [{ a: 'x', b: 'y/z' }, { a: 'q' }, { b: 'q' }, { a: 'q', b: '' }, { a: '1,2' }];
    const ids = await Promise.all(others.map((given) => begun(bench, given)));
    expect(new Set([first, ...ids]).size).toBe(others.length + 1);
  });

  test('of a run that an older version began is found by it, and not by what only looks like it', async () => {
    const bench = await openBench();
    const old = await begun(bench, { a: 'x/y', b: 'z' });
    await bench.store.write((tx) => tx.updateTable('run').set({ key: 'x/y/z' }).execute());
    expect(await begun(bench, { a: 'x', b: 'y/z' })).not.toBe(old);
    expect(await begun(bench, { a: 'x/y', b: 'z' })).toBe(old);
  });

  test('is not begun again beside a run that has failed and was begun anew', async () => {
    const bench = await openBench();
    const broken = { now: true };
    const work = workflow<object, Input>('work', 1).node('one', async (_state, { approve }) => {
      if (broken.now) throw new UserError('config', 'not today');
      return approve();
    });
    const runs = runsOn(bench, work);
    await expect(runs.start(work, input)).rejects.toThrow('not today');
    const [failed] = await runs.list({ status: 'failed' });
    broken.now = false;
    const { runId } = await runs.start(work, input);
    await expect(runs.retry(failed?.id ?? runId)).rejects.toMatchObject({
      exit: 'refused',
      message: `${runId} does the same work by now`,
    });
    expect(await runs.summary(failed?.id ?? runId)).toMatchObject({ status: 'failed' });
  });
});
