import { expect, test } from 'vitest';
import { openBench } from '../../../../test/rooms.ts';
import { ExternalError } from '../../errors/index.ts';
import { serve } from './serve.ts';

test('a worker says when the store cannot be used, and when it can be again', async () => {
  const bench = await openBench();
  const [said, stop]: [string[], AbortController] = [[], new AbortController()];
  const gone = new ExternalError('unreachable', 'no PostgreSQL to be reached at h:5432', true);
  const nexts = [() => Promise.reject(gone), async () => stop.abort()];
  const runs = { attend: async () => ({ [Symbol.asyncDispose]: async () => {} }), next: async () => nexts.shift()?.() };
  const deps = {
    ...{ ...bench, signal: stop.signal, logger: { warn: (text: string) => void said.push(text) } },
    clock: { ...bench.clock, now: () => '2026-11-22T15:00:00.000Z', sleep: async () => {} },
  };
  const room = { journal: async () => bench.journal, runs: async () => runs };
  await Array.fromAsync(serve(deps as never, [room] as never, { once: false, port: undefined, discreet: false }));
  expect(said).toEqual([
    '2026-11-22T15:00:00.000Z  no PostgreSQL to be reached at h:5432; the worker waits until it can be used again',
    '2026-11-22T15:00:00.000Z  the store can be used again; the worker goes on',
  ]);
});
