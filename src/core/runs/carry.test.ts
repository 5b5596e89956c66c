import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { ExternalError, UserError } from '../errors/index.ts';
import { workflow } from './index.ts';

const away = new ExternalError('unreachable', 'nobody answers', true);
const approved = { answer: { decision: 'approved' }, reason: null };

test('a run leaves nothing behind on the signal of the process, which thousands go by', async () => {
  const bench = await openBench();
  const { signal } = new AbortController();
  const step = workflow<object, Input>('step', 1).node('do', async () => ({}));
  await runsOn({ ...bench, signal }, step).start(step, input);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a run that another process has finished before the lease was ours is as that left it', async () => {
  const bench = await openBench();
  const [broken, ran] = [{ now: true }, [] as string[]];
  const step = workflow<object, Input>('step', 1).node('do', async () => {
    if (broken.now) throw away;
    ran.push('do');
    return {};
  });
  await expect(runsOn(bench, step).start(step, input)).rejects.toBe(away);
  broken.now = false;
  const other = runsOn(await bench.other(), step);
  const [{ id: runId } = { id: '' as never }] = await other.list({ status: 'stalled' });
  let isFirst = true;
  // The first write of who goes on with a run takes its lease.
  const write: Bench['store']['write'] = async (work, durability) => {
    if (isFirst) {
      isFirst = false;
      await other.resume(runId);
    }
    return bench.store.write(work, durability);
  };
  const late = runsOn({ ...bench, store: { ...bench.store, write } }, step);
  expect(await late.resume(runId)).toMatchObject({ status: 'succeeded' });
  const lines = await linesOf(bench, runId);
  expect(lines.filter((kind) => kind === 'run.succeeded' || kind === 'run.resumed')).toEqual([
    'run.resumed',
    'run.succeeded',
  ]);
  expect(ran).toEqual(['do']);
});

test('a question of a run that has failed beside it is answered by nobody', async () => {
  const bench = await openBench();
  const both = workflow<object, Input>('both', 1).together({
    fail: async (_state: Input) => {
      throw new UserError('config', 'not today');
    },
    ask: async (_state: Input, { approve }) => approve(),
  });
  const runs = runsOn(bench, both);
  await expect(runs.start(both, input)).rejects.toThrow('not today');
  const [run] = await runs.list({ status: 'failed' });
  await expect(runs.answer(run?.id ?? ('' as never), approved)).rejects.toMatchObject({
    exit: 'refused',
    message: `${run?.id} has ended`,
  });
  expect((await runs.show(run?.id ?? ('' as never))).approvals.map(({ decision }) => decision)).toEqual([undefined]);
});
