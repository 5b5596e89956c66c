import { expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { type Instant, id } from '../domain/index.ts';
import { ExternalError } from '../errors/index.ts';
import { workflow } from './index.ts';

// What becomes of the rest, where a node waits for several things and needs one of them.

const away = new ExternalError('unreachable', 'nobody answers', true);
const approved = { answer: { decision: 'approved' }, reason: null };
const retry = { attempts: 5, firstMs: 1000, maxMs: 1000 };

test('a moment, or a question, that a finished node has not waited for makes no run due, and asks nobody', async () => {
  const bench = await openBench();
  const ten = '2026-11-22T10:00:00.000Z' as Instant;
  const first = workflow<object, Input>('first', 1)
    .node('either', async (_state, { approve, sleepUntil }) => {
      await Promise.any([approve(), sleepUntil(ten)]);
      return {};
    })
    .node('ask', async (_state, { approve }) => approve());
  const runs = runsOn(bench, first);
  const { runId } = await runs.start(first, input);
  await runs.answer(runId, approved);
  bench.at(ten);
  expect(await runs.next()).toBeUndefined();
  const slept = await runs.start(first, { ...input, property: id('property', 'pro-2') });
  expect(slept.run).toMatchObject({ waitingOn: 'approval' });
  expect(await runs.answer(slept.runId, approved)).toMatchObject({ status: 'succeeded' });
});

test('a question about an effect is taken back with its node, where that did not need the answer', async () => {
  const bench = await openBench();
  let isKilled = true;
  const either = workflow<object, Input>('either', 1)
    .node('do', async (_state, { once }) => {
      const pay = once(
        id('effect', 'pay'),
        async () => {
          if (isKilled) throw new Error('killed');
        },
        { inDoubt: 'ask' },
      );
      if (isKilled) await pay;
      await once(id('effect', 'note'), async () => 1, { inDoubt: 'retry' });
      return {};
    })
    .node('ask', async (_state, { approve }) => approve());
  const runs = runsOn(bench, either);
  await expect(runs.start(either, input)).rejects.toThrow('killed');
  isKilled = false;
  const { runId, run } = await runs.start(either, input);
  expect(run).toMatchObject({ waitingOn: 'approval' });
  expect(await runs.answer(runId, approved)).toMatchObject({ status: 'succeeded' });
});

test('of several ways a node takes the first that is not to be waited for; of none it is a fault', async () => {
  const bench = await openBench();
  const ways = (name: string, ...others: (() => Promise<unknown>)[]) =>
    workflow<object, Input>(name, 1).node(
      'any',
      async (_state, { approve }) => {
        await Promise.any([...(name === 'none' ? [] : [approve()]), ...others.map((other) => other())]);
        return {};
      },
      { retry },
    );
  const [none, failing] = [ways('none'), ways('failing', () => Promise.reject(away))];
  const runs = runsOn(bench, none, failing);
  await expect(runs.start(none, input)).rejects.toThrow('All promises were rejected');
  expect((await runs.start(failing, input)).run).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
});
