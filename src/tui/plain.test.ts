import { expect, test } from 'vitest';
import { untold } from './plain.ts';

const first = ['sophia › Runs  3 by urgent', '● live', '› run-1  waiting', '  run-2  failed', '', 'enter open  q quit'];
const untoldBehind = (next: readonly string[], before: readonly string[] = first) => untold(next, before, false);
/** The same, but for some lines. */
const but = (change: Readonly<Record<number, string>>) => first.map((line, at) => change[at] ?? line);

test('of a screen that is opened all is told', () => {
  expect(untold(first, [], true)).toEqual([
    ...['sophia › Runs  3 by urgent', '● live', '› run-1  waiting', 'run-2  failed', 'enter open  q quit'],
  ]);
});

test('how fresh it is is told anew only when that has changed', () => {
  expect(untold(first, first, true)).not.toContain('● live');
  expect(untold(but({ 1: '○ not fresh' }), first, true)).toContain('○ not fresh');
  expect(untoldBehind(but({ 1: '○ not fresh' }))).toEqual(['○ not fresh']);
  expect(untoldBehind(first, but({ 1: '○ not fresh' }))).toEqual(['● live']);
});

test('what was told is not told again, wherever it stands by now', () => {
  expect(untoldBehind(first)).toEqual([]);
  expect(untoldBehind(but({ 2: '  run-0  queued', 3: '› run-1  waiting', 4: '  run-2  failed  ' }))).toEqual([
    'run-0  queued',
  ]);
});

test('what is chosen is told as it becomes so, and when it has changed', () => {
  const moved = but({ 2: '  run-1  waiting', 3: '› run-2  failed' });
  expect(untoldBehind(moved)).toEqual(['› run-2  failed']);
  expect(untoldBehind(moved, moved)).toEqual([]);
  expect(untoldBehind(but({ 2: '› run-1  approved' }))).toEqual(['› run-1  approved']);
});
