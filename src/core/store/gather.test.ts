import { expect, test } from 'vitest';
import { UserError } from '../errors/index.ts';
import { openGathering, type Recording } from './gather.ts';

const recordings = ['a', 'b', 'c'].map(
  (name): Recording => ({ fence: { name, token: 1 }, rows: { inserts: [], lines: [] } }),
);

/** Three at once; what each turn took, and how they end. */
async function gathered(thrown: Error) {
  const turns: string[][] = [];
  const record = openGathering(async (take) => {
    await Promise.resolve();
    const taken = take().map(({ fence }) => fence.name);
    turns.push(taken);
    if (taken.includes('b')) throw thrown;
    return taken.map((name) => name === 'a');
  });
  const ends = await Promise.allSettled(recordings.map(record));
  return { turns, ends: ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason)) };
}

test('what one of them cannot have, the others get', async () => {
  const thrown = new Error('not null');
  expect(await gathered(thrown)).toEqual({
    turns: [['a', 'b', 'c'], ['a'], ['b'], ['c']],
    ends: [true, thrown, false],
  });
});

test('a store that is busy, or whose disk is full, is not asked again for each of them', async () => {
  const thrown = new UserError('held', 'another process has been writing for longer than 5 seconds');
  expect(await gathered(thrown)).toEqual({ turns: [['a', 'b', 'c']], ends: [thrown, thrown, thrown] });
});
