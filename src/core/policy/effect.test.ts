import { describe, expect, test } from 'vitest';
import { recover } from '../../../test/effect/recover.ts';
import { type Drawn, effectOf } from './effect.ts';
import { differenceInterval, fisherTest, neededPerGroup, powerOf, rateInterval, ratioInterval } from './proportions.ts';

const of = (hits: number, n: number) => ({ n, hits });

describe('what two counts tell is as published', () => {
  test('the ratio of Koopman 1984, who has no exposed case too', () => {
    const { low, high } = ratioInterval(of(36, 40), of(16, 80));
    expect([low.toFixed(2), high.toFixed(2)]).toEqual(['2.94', '7.15']);
    expect(ratioInterval(of(0, 20), of(10, 20))).toMatchObject({ low: 0, high: expect.closeTo(0.37, 1) });
    expect(ratioInterval(of(10, 20), of(0, 20)).high).toBe(Number.POSITIVE_INFINITY);
    expect(ratioInterval(of(20, 20), of(20, 20))).toMatchObject({
      low: expect.closeTo(0.84, 1),
      high: expect.closeTo(1.19, 1),
    });
  });

  test('the difference of Newcombe 1998, and the rate of Wilson', () => {
    const { low, high } = differenceInterval(of(56, 70), of(48, 80));
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
    const rate = rateInterval(of(15, 148));
    expect([rate.low.toFixed(4), rate.high.toFixed(4)]).toEqual(['0.0624', '0.1605']);
  });

  test('the exact test of Fisher, by his tea and by his convicts', () => {
    expect(fisherTest(of(3, 4), of(1, 4))).toBeCloseTo(0.4857, 4);
    expect(fisherTest(of(2, 17), of(10, 13))).toBeCloseTo(0.0005367, 7);
    expect(fisherTest(of(0, 5), of(0, 9))).toBe(1);
    expect(fisherTest(of(1200, 3000), of(1200, 3000))).toBeCloseTo(1, 9);
  });

  test('295 in each group show 45 % become 33.75 %, and 356 show 40 % become 30 %', () => {
    expect(neededPerGroup(0.45, 0.3375)).toBeCloseTo(295, 0);
    expect(neededPerGroup(0.4, 0.3)).toBeCloseTo(356, 0);
    expect(powerOf(295, 295, 0.45, 0.3375)).toBeCloseTo(0.8, 2);
    // A fifth withheld: about 184 and 737.
    expect(powerOf(737, 184, 0.45, 0.3375)).toBeCloseTo(0.8, 2);
    expect(powerOf(0, 184, 0.45, 0.3375)).toBe(0);
  });
});

describe('what proposals do', () => {
  const drawn = (arm: Drawn['arm'], counts: Partial<Record<NonNullable<Drawn['outcome']>, number>>): Drawn[] =>
    Object.entries(counts).flatMap(([outcome, n]) =>
      Array.from({ length: n }, () => ({ arm, outcome: outcome as Drawn['outcome'] })),
    );
  const pace = { perMonth: 10, share: 0.2 };

  test('is told with an interval, of whom something is known', () => {
    const effect = effectOf(
      [
        ...drawn('treated', { left: 250, stayed: 500, apart: 7 }),
        ...drawn('withheld', { left: 100, stayed: 90, unknown: 2 }),
      ],
      pace,
    );
    expect(effect).toMatchObject({
      state: 'keeps tenants',
      arms: { treated: { n: 750, hits: 250 }, withheld: { n: 190, hits: 100 } },
      ...{ apart: 7, unknown: 2, waiting: 0 },
      relative: { value: expect.closeTo(0.367, 3), low: expect.closeTo(0.25, 1), high: expect.closeTo(0.46, 1) },
      difference: { value: expect.closeTo(0.193, 3) },
    });
  });

  test('is not told of fewer than 20 in an arm: when it could be is told instead', () => {
    const waiting = Array.from({ length: 30 }, (): Drawn => ({ arm: 'treated', outcome: undefined }));
    const effect = effectOf(
      [...drawn('treated', { left: 9, stayed: 31 }), ...drawn('withheld', { left: 9, stayed: 10 }), ...waiting],
      pace,
    );
    expect(effect).toMatchObject({ state: 'insufficient data', relative: null, difference: null, waiting: 30 });
    expect(effect.arms.withheld.rate).toBeNull();
    // 295 / (2 x 0.2 x 0.8) = 922, of which 89 are there; 83.3 months, and three until the last are over.
    expect(effect.power).toMatchObject({ needed: 922, months: 87, baseline: 0.45, baselineFrom: 'assumed' });
    expect(effectOf(drawn('treated', { left: 400, stayed: 400 }), { ...pace, share: 0 })).toMatchObject({
      state: 'no hold-out',
      relative: null,
      power: { now: 0, needed: null, months: null },
    });
    expect(effectOf([], { perMonth: 0, share: 0.2 }).power.months).toBeNull();
  });

  test('that is none is told as none where it would have been seen', () => {
    const equal = [...drawn('treated', { left: 450, stayed: 550 }), ...drawn('withheld', { left: 140, stayed: 170 })];
    expect(effectOf(equal, pace).state).toBe('none found');
    const worse = [...drawn('treated', { left: 600, stayed: 400 }), ...drawn('withheld', { left: 120, stayed: 190 })];
    expect(effectOf(worse, pace).state).toBe('loses tenants');
  });

  test('that is harm is told as harm where nobody who was withheld left, with the bound that there is', () => {
    const harm = effectOf(
      [...drawn('treated', { left: 60, stayed: 340 }), ...drawn('withheld', { stayed: 400 })],
      pace,
    );
    expect(harm).toMatchObject({
      state: 'loses tenants',
      relative: { value: null, low: null },
      difference: { value: -0.15, high: expect.closeTo(-0.117, 2) },
    });
    expect(harm.relative?.high).toBeCloseTo(1 - ratioInterval(of(60, 400), of(0, 400)).low, 9);
    expect(harm.relative?.high).toBeLessThan(-10);
    const none = effectOf([...drawn('treated', { stayed: 400 }), ...drawn('withheld', { stayed: 400 })], pace);
    expect(none).toMatchObject({ state: 'insufficient data', relative: null, difference: { value: 0 } });
    // Kept: of those treated nobody left.
    const kept = effectOf(
      [...drawn('treated', { stayed: 400 }), ...drawn('withheld', { left: 60, stayed: 340 })],
      pace,
    );
    expect(kept).toMatchObject({ state: 'keeps tenants', relative: { value: 1, high: 1 } });
  });

  test.each([0.25, 0])('of %f that was put in is found again: at least 8 intervals of 10 cover it', (effect) => {
    // Seeds that are fixed, and no others tell more: `npm run soak effect` counts over as many as are asked for.
    const covered = Array.from({ length: 10 }, (_, at) => recover({ seed: at + 11, effect })).filter(
      ({ covers }) => covers,
    );
    expect(covered.length).toBeGreaterThanOrEqual(8);
  });
});
