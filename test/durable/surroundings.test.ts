import { statSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { exits } from '../../src/core/errors/index.ts';
import { violations } from './checker.ts';
import { storeOf } from './life.ts';
import { openFolders, undisturbed } from './victims.ts';

// What the machine does to a run in its midst. A clock that jumps back: each life of durable.test.ts begins at the same
// moment, and what a lease and a timer make of it stands in their own tests.

const folders = openFolders();
afterAll(() => folders.remove());

/** In the midst of the items: effects are begun, done, and to come. */
const MIDST = 22;

describe('a run in its midst', () => {
  test.each([0, 40])(
    'on a disk that takes %i kB more stops as a whole, and is finished when there is room',
    async (kilobytes) => {
      const dir = await folders.fresh();
      await folders.victim(dir, { at: MIDST, side: 'after' });
      const killed = await folders.seenIn(dir);
      const longest = Math.ceil(statSync(`${storeOf(dir)}-wal`).size / 1024);
      expect(await folders.onDiskOf(longest + kilobytes, dir)).toBe(exits.config.code);
      const full = await folders.seenIn(dir);
      await undisturbed(dir);
      expect(violations([killed, full], await folders.seenIn(dir))).toEqual([]);
    },
  );

  test('in a file that became read-only changes nothing, and is finished when it may be written', async () => {
    const dir = await folders.fresh();
    await folders.victim(dir, { at: MIDST, side: 'after' });
    const [killed, rows] = [await folders.seenIn(dir), await folders.rowsIn(dir)];
    expect(await folders.readOnly(dir)).toBe(exits.config.code);
    expect(await folders.rowsIn(dir)).toEqual(rows);
    await undisturbed(dir);
    expect(violations([killed], await folders.seenIn(dir))).toEqual([]);
  });
});
