import { expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { runsOn } from '../../../test/runs.ts';
import { ExternalError } from '../errors/index.ts';

const away = new ExternalError('unreachable', 'nobody answers', true);

test('a worker that has lost its place, as it slept with its machine, takes another one', async () => {
  const bench = await openBench();
  const other = await bench.other();
  const mine = await runsOn(bench).attend();
  bench.at('2026-11-22T09:01:00.000Z');
  const theirs = await runsOn(other).attend();
  await bench.tick();
  await theirs[Symbol.asyncDispose]();
  expect(await runsOn(other).isAttended()).toBe(false);
  await bench.tick();
  await bench.tick();
  expect(await runsOn(other).isAttended()).toBe(true);
  // And has that one alone, however often it has slept.
  const places = await bench.store.read.selectFrom('lease').selectAll().where('name', 'like', 'worker:%').execute();
  expect(places.filter(({ expires_at }) => expires_at > bench.clock.now())).toHaveLength(1);
  await mine[Symbol.asyncDispose]();
  expect(await runsOn(other).isAttended()).toBe(false);
});

test('a worker whose store was away for long holds one place, and none when it has ended', async () => {
  const bench = await openBench();
  let isAway = false;
  const write: Bench['store']['write'] = (work, durability) =>
    isAway ? Promise.reject(away) : bench.store.write(work, durability);
  const mine = await runsOn({ ...bench, store: { ...bench.store, write } }).attend();
  for (const minutes of [1, 2, 3]) {
    isAway = true;
    bench.at(`2026-11-22T09:0${minutes}:00.000Z`);
    await bench.tick();
    isAway = false;
    for (let look = 0; look < 3; look++) await bench.tick();
  }
  const live = async () => {
    const places = await bench.store.read.selectFrom('lease').selectAll().where('name', 'like', 'worker:%').execute();
    return places.filter(({ expires_at }) => expires_at > bench.clock.now()).length;
  };
  expect(await live()).toBe(1);
  await mine[Symbol.asyncDispose]();
  bench.at('2026-11-22T09:03:20.000Z');
  await bench.tick();
  expect(await live()).toBe(0);
});
