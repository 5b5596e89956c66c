import { expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { acquireLease } from './index.ts';

test.each([
  ['that refuses every write', () => Promise.reject(new Error('cut off'))],
  ['that says nothing any more', () => new Promise<never>(() => {})],
])('a holder hears from its own clock that it may have lost a store %s', async (_which, refuse) => {
  const bench = await openBench();
  let isCut = false;
  const write: typeof bench.store.write = (work, durability) =>
    isCut ? refuse() : bench.store.write(work, durability);
  const { lost } = await acquireLease({ ...bench, store: { ...bench.store, write } }, 'run:1', 'run 1');
  isCut = true;
  bench.at('2026-11-22T09:00:20.000Z');
  await bench.tick();
  expect(lost.aborted).toBe(false);
  bench.at('2026-11-22T09:00:30.000Z');
  await bench.tick();
  expect(lost.reason).toMatchObject({
    exit: 'held',
    message: 'run 1 could not be kept: the store took no write in time',
  });
});

test('a holder whose machine slept past its time, and whom nobody has followed, goes on', async () => {
  const bench = await openBench();
  const { lost, write } = await acquireLease(bench, 'run:1', 'run 1');
  bench.at('2026-11-22T09:10:00.000Z');
  await bench.tick();
  expect(lost.aborted).toBe(false);
  expect(await write(async () => 'written')).toBe('written');
});
