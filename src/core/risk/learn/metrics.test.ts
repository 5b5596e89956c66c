import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../test/rooms.ts';
import {
  auc,
  aucWithin,
  bootstrap,
  brier,
  brierSkill,
  ece,
  isTooGood,
  lift,
  prAuc,
  slopeAndIntercept,
  unitsOf,
  wilson,
} from './metrics.ts';

const y = [0, 0, 1, 1];
const score = [0.1, 0.4, 0.35, 0.8];

describe('how well a score tells outcomes apart', () => {
  test('AUC counts pairs, a tie for half', () => {
    expect(auc(y, score)).toBe(3 / 4);
    expect(auc([1, 0, 1, 0], [5, 5, 5, 5])).toBe(0.5);
    expect(auc([0, 1, 0, 1], [1, 2, 2, 3])).toBe(3.5 / 4);
    expect(auc([1, 1], [1, 2])).toBeNaN();
  });

  test('within groups only pairs of one group count, and the calendar alone tells nothing', () => {
    // Near the end everyone scores high and most leave: over all 0.8, inside of the stages a coin.
    const leaves = [0, 0, 0, 1, 1, 1, 1, 0];
    const stage = ['far', 'far', 'far', 'far', 'near', 'near', 'near', 'near'];
    const calendar = [1, 1, 1, 1, 2, 2, 2, 2];
    expect(auc(leaves, calendar)).toBe(12 / 16);
    expect(aucWithin(leaves, calendar, stage)).toBe(0.5);
    expect(aucWithin(leaves, [0, 0, 0, 1, 1, 1, 0, 0], stage)).toBe((3 + 2.5) / 6);
    expect(aucWithin([1, 1, 0, 0], calendar, ['a', 'a', 'b', 'b'])).toBeNaN();
  });

  test('PR-AUC is the mean precision at each one, as scikit-learn has it', () => {
    expect(prAuc(y, score)).toBeCloseTo(0.8333333333333333, 12);
    expect(prAuc([1, 0, 0, 0], [1, 1, 1, 1])).toBe(0.25);
  });

  test('lift is how many more ones are at the top, with ties at the cut in part', () => {
    expect(lift([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 0.2)).toBe(5);
    expect(lift([1, 0, 1, 0, 0], [9, 5, 5, 5, 1], 0.4)).toBeCloseTo((1 + 1 / 3) / 2 / 0.4, 12);
  });

  test('more than 0.95 rings the alarm of a leak', () => {
    expect([0.61, 0.9, 0.95, 0.951, 1].map(isTooGood)).toEqual([false, false, false, true, true]);
  });
});

describe('how right probabilities are', () => {
  test('Brier is the mean square, and skill what is saved of the reference', () => {
    expect(brier([1, 0], [0.8, 0.4])).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(brierSkill([1, 0], [0.8, 0.4], [0.5, 0.5])).toBeCloseTo(1 - 0.1 / 0.25, 12);
  });

  test('the slope is 1 and the intercept 0 for log-odds that are right', () => {
    const logits = [...Array.from({ length: 100 }, () => 0), ...Array.from({ length: 100 }, () => Math.log(3))];
    const outcomes = logits.map((logit, at) => (at % 100 < (logit === 0 ? 50 : 75) ? 1 : 0));
    expect(slopeAndIntercept(outcomes, logits)).toMatchObject({
      slope: expect.closeTo(1, 8),
      intercept: expect.closeTo(0, 8),
    });
    const shy = logits.map((logit) => logit / 2 + 1);
    expect(slopeAndIntercept(outcomes, shy)).toMatchObject({
      slope: expect.closeTo(2, 8),
      intercept: expect.closeTo(-2, 8),
    });
    expect(slopeAndIntercept([0, 1], [2, 2]).slope).toBeNaN();
    expect(slopeAndIntercept([0, 0, 1, 1], [1, 2, 3, 4]).slope).toBeNaN();
  });

  test('ECE is how far bins are off, by their share', () => {
    expect(ece([0, 0, 1, 1], [0.1, 0.1, 0.6, 0.6], 2)).toBeCloseTo((0.1 + 0.4) / 2, 12);
    expect(ece([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])).toBe(0);
  });
});

describe('intervals', () => {
  test('Wilson, by its published example of 8 of 10, and at the ends', () => {
    expect(wilson(8, 10)).toEqual({ low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) });
    expect(wilson(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) });
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('the bootstrap of a mean is as wide as its error says, and the same for the same seed', () => {
    const random = seeded(2);
    const values = Array.from({ length: 400 }, () => random());
    const mean = (rows: ArrayLike<number>) =>
      Array.from(rows).reduce((sum, at) => sum + (values[at] ?? 0), 0) / rows.length;
    const intervalOf = () => bootstrap(units, (rows) => ({ mean: mean(rows) }), seeded(9)).mean;
    const units = unitsOf(values.map((_, at) => at));
    const interval = intervalOf();
    expect(interval).toEqual(intervalOf());
    const half = (1.96 * Math.sqrt(1 / 12)) / Math.sqrt(400);
    expect((interval.high - interval.low) / 2 / half).toBeGreaterThan(0.85);
    expect((interval.high - interval.low) / 2 / half).toBeLessThan(1.15);
  });

  test('the months of one tenant are drawn together: ten copies make nothing surer', () => {
    const random = seeded(4);
    const tenants = Array.from({ length: 100 }, () => random());
    const months = tenants.flatMap((value, tenant) => Array.from({ length: 10 }, () => ({ tenant, value })));
    const mean = (rows: ArrayLike<number>) =>
      Array.from(rows).reduce((sum, at) => sum + (months[at]?.value ?? 0), 0) / rows.length;
    const width = (keys: readonly number[]) => {
      const { low, high } = bootstrap(unitsOf(keys), (rows) => ({ mean: mean(rows) }), seeded(9)).mean;
      return high - low;
    };
    const [together, alone] = [width(months.map(({ tenant }) => tenant)), width(months.map((_, at) => at))];
    expect(together / alone).toBeGreaterThan(2.5);
  });
});
