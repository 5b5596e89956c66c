import { expect, test } from 'vitest';
import { instant } from '../core/domain/index.ts';
import { agoOf } from './age.ts';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;

test.each([
  [0, ''],
  [9.9 * S, ''],
  [10 * S, '< 1 min ago'],
  [59.9 * S, '< 1 min ago'],
  [MIN, '1 min ago'],
  [59.9 * MIN, '59 min ago'],
  [H, '1 h ago'],
  [47.9 * H, '47 h ago'],
  [48 * H, '2 d ago'],
  [-1, 'at some time'],
  [Number.NaN, 'at some time'],
])('what was asked %d ms ago is told as "%s"', (ageMs, told) => {
  const at = Date.parse('2026-11-22T15:00:00.000Z');
  const now = Number.isNaN(ageMs) ? ('no moment' as never) : instant(at + ageMs);
  expect(agoOf(instant(at), now)).toBe(told);
});
