import { expect, test } from 'vitest';
import { saying } from './words.ts';

test('a number that counts no further says so', () => {
  expect(saying('slowRepairs90d', 0)).toBe('no repair over a week, in 90 days');
  expect(saying('slowRepairs90d', 2)).toBe('2 repairs over a week, in 90 days');
  expect(saying('slowRepairs90d', 3)).toBe('3+ repairs over a week, in 90 days');
  expect(saying('calls90d', 3)).toBe('3 calls in 90 days');
  expect(saying('calls90d', 4)).toBe('4+ calls in 90 days');
});

test('who called and was kept out of the score is not said to have called nobody', () => {
  expect(saying('calls90d', 0)).toBe('no call that counts in 90 days');
});
