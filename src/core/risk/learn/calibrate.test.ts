import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../test/rooms.ts';
import { calibrated, isotonic, platt } from './calibrate.ts';
import { sigmoid } from './fit.ts';
import { slopeAndIntercept } from './metrics.ts';

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

describe('Platt', () => {
  test('of two values is the odds of the targets that are drawn in, by hand', () => {
    // 10 rows at -1 of which 2 are ones, 10 at +1 of which 8 are: targets 11/12 and 1/12.
    const logits = Float64Array.from([...times(10, -1), ...times(10, 1)]);
    const y = Uint8Array.from([...times(2, 1), ...times(8, 0), ...times(8, 1), ...times(2, 0)]);
    const low = (2 * (11 / 12) + 8 * (1 / 12)) / 10;
    const learned = platt(logits, y);
    expect(learned).toEqual({
      kind: 'platt',
      a: expect.closeTo(Math.log((1 - low) / low), 8),
      b: expect.closeTo(0, 8),
    });
    expect(calibrated(learned, -1)).toBeCloseTo(low, 9);
  });

  test('is finite where the classes are told apart without a miss, and where all logits are alike', () => {
    const apart = platt(Float64Array.of(-2, -1, 1, 2), Uint8Array.of(0, 0, 1, 1));
    expect(calibrated(apart, 50)).toBeGreaterThan(calibrated(apart, -50));
    expect(Object.values(apart).slice(1).every(Number.isFinite)).toBe(true);
    const alike = platt(Float64Array.from(times(10, 3)), Uint8Array.from([1, 1, 1, ...times(7, 0)]));
    expect(calibrated(alike, 3)).toBeCloseTo((3 * (4 / 5) + 7 * (1 / 9)) / 10, 9);
  });

  test('puts right what is too bold', () => {
    const random = seeded(3);
    const truth = Float64Array.from({ length: 4000 }, () => random() * 4 - 3);
    const y = Uint8Array.from(truth, (logit) => (random() < sigmoid(logit) ? 1 : 0));
    const bold = truth.map((logit) => 2.5 * logit + 1);
    const learned = platt(bold, y);
    const after = bold.map((logit) => Math.log(calibrated(learned, logit) / (1 - calibrated(learned, logit))));
    const { slope, intercept, slopeError } = slopeAndIntercept(y, after);
    expect(Math.abs(slope - 1)).toBeLessThan(0.02);
    expect(Math.abs(intercept)).toBeLessThan(0.02);
    expect(slopeError).toBeLessThan(0.1);
    expect(slopeAndIntercept(y, bold).slope).toBeLessThan(0.5);
  });
});

describe('isotonic', () => {
  test('pools those that fall, by hand, and joins the steps by lines', () => {
    // Sorted outcomes 0 0 1 0 1 1: the third and fourth are pooled to a half. Kept off the ends: 1/5 and 4/5.
    const learned = isotonic(Float64Array.of(4, 1, 3, 2, 6, 5), Uint8Array.of(0, 0, 1, 0, 1, 1));
    expect(learned).toEqual({ kind: 'isotonic', x: [1, 2, 3, 4, 5, 6], y: [0.2, 0.2, 0.5, 0.5, 0.8, 0.8] });
    expect([-9, 1.5, 2.5, 3.7, 4.5, 9].map((logit) => calibrated(learned, logit))).toEqual(
      [0.2, 0.2, 0.35, 0.5, 0.65, 0.8].map((p) => expect.closeTo(p, 12)),
    );
  });

  test('never falls, gives equal logits one value, and keeps the mean where no end is drawn in', () => {
    const random = seeded(8);
    const logits = Float64Array.from({ length: 3000 }, () => Math.round(random() * 40) / 10 - 2);
    const y = Uint8Array.from(logits, (logit) => (random() < sigmoid(Math.sin(3 * logit)) ? 1 : 0));
    const learned = isotonic(logits, y);
    const sorted = logits.toSorted().map((logit) => calibrated(learned, logit));
    expect(sorted.every((p, at) => at === 0 || p >= (sorted[at - 1] ?? 0))).toBe(true);
    const mean = (of: ArrayLike<number>) => Array.from(of).reduce((sum, each) => sum + each, 0) / of.length;
    expect(mean(sorted)).toBeCloseTo(mean(y), 6);
  });

  test('of one value is that value', () => {
    const learned = isotonic(Float64Array.of(2, 2, 2, 2), Uint8Array.of(1, 0, 0, 1));
    expect([1, 2, 3].map((logit) => calibrated(learned, logit))).toEqual([0.5, 0.5, 0.5]);
  });
});
