import { expect, test } from 'vitest';
import { endWithParent } from './orphan.ts';

/** A plugin whose parent is `ppid` when it begins, and the work that it does again and again. */
function begun(ppid: number) {
  const ends: number[] = [];
  const looks: (() => void)[] = [];
  const process = { ppid, exit: (code: number) => void ends.push(code) };
  endWithParent(process as unknown as NodeJS.Process, (_ms, work) => void looks.push(work));
  return { process, ends, look: () => looks.forEach((work) => void work()) };
}

test('a plugin that begins as an orphan ends at once: its engine was killed before it looked', () => {
  expect(begun(1).ends).toEqual([1]);
});

test('a plugin lives as long as its engine, and no longer', () => {
  const { process, ends, look } = begun(4711);
  look();
  expect(ends).toEqual([]);
  process.ppid = 1;
  look();
  expect(ends).toEqual([1]);
});
