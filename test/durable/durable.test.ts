import { afterAll, describe, expect, test } from 'vitest';
import { enumerated } from '../kill/points.ts';
import { observe, violations } from './checker.ts';
import { type Death, openFolders, undisturbed, victim } from './victims.ts';

const folders = openFolders();
afterAll(() => folders.remove());

const clean = folders.fresh();
const writes = await undisturbed(clean);
const points = Array.from({ length: writes }, (_, index) => index + 1).flatMap((at): Death[] => [
  { at, side: 'before' },
  { at, side: 'after' },
]);

test('undisturbed, every promise is kept', () => {
  expect(violations([], observe(clean))).toEqual([]);
  expect(writes).toBeGreaterThan(40);
});

describe('a run with all that a workflow can have', () => {
  test.concurrent.each(enumerated(points, 'a run killed'))(
    'killed $side write $at is finished, and no promise is broken',
    async (death) => {
      const dir = folders.fresh();
      expect(await victim(dir, death)).toBe('SIGKILL');
      const killed = folders.seenIn(dir);
      await undisturbed(dir);
      expect(violations([killed], observe(dir))).toEqual([]);
    },
  );
});
