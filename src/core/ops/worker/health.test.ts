import { expect, test } from 'vitest';
import type { Instant } from '../../domain/index.ts';
import { ExternalError } from '../../errors/index.ts';
import { type Health, listen } from './health.ts';

const health: Health = { since: '2026-11-22T15:00:00.000Z' as Instant, carried: 3, failed: 1 };

test('what waits is counted over all rooms', async () => {
  const loads = [
    { due: 2, stalled: 1, approvals: 4 },
    { due: 1, stalled: 1, approvals: 0 },
  ];
  await using listening = await listen(health, async () => loads, 0);
  expect(await (await fetch(listening.url)).json()).toEqual({
    ...{ status: 'ok', ...health },
    ...{ due: 3, stalled: 2, approvals: 4 },
  });
});

test.each(['health', 'metrics'])('while the store cannot be read, /%s says so and no more', async (what) => {
  const gone = async () => {
    throw new ExternalError('unreachable', 'no PostgreSQL to be reached at hill.example:5432', true);
  };
  await using listening = await listen(health, gone, 0);
  const answer = await fetch(listening.url.replace('health', what));
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    status: 503,
    body: { status: 'unreachable' },
  });
});
