import { expect, test } from 'vitest';
import { openRuns } from '../src/core/runs/index.ts';
import { type Post, reminder } from './example.ts';
import { openBench } from './rooms.ts';
import { believing } from './runs.ts';

test('the example waits a week, asks for another, and sends what was answered, once', async () => {
  const [bench, sent]: [Awaited<ReturnType<typeof openBench>>, string[]] = [await openBench(), []];
  const services: Post = { send: async (letter, key) => void sent.push(`${letter} ${key.split(':').at(-1)}`) };
  const runs = openRuns<Post>({ ...believing(bench), services, workflows: [reminder] });
  const begin = async (letter: number) => (await runs.start(reminder, { letter })).runId;
  const [answered, left] = [await begin(1), await begin(2)];
  expect(await runs.summary(left)).toMatchObject({ waitingOn: 'timer', dueAt: '2026-11-29T09:00:00.000Z' });

  bench.at('2026-11-29T09:00:00.000Z');
  for (const runId of [answered, left])
    expect(await runs.resume(runId)).toMatchObject({ waitingOn: 'approval', dueAt: '2026-12-06T09:00:00.000Z' });
  expect(await runs.answer(answered, { answer: { reminders: 2 }, reason: null })).toMatchObject({
    status: 'succeeded',
  });
  expect(sent).toEqual(['1 reminder-1', '1 reminder-2']);

  bench.at('2026-12-06T09:00:00.000Z');
  expect(await runs.resume(left)).toMatchObject({ status: 'succeeded' });
  expect(await runs.state(left)).toMatchObject({ reminders: 0, sent: 0 });
  expect(sent).toHaveLength(2);
});
