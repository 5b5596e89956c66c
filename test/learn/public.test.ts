import { describe, expect, test } from 'vitest';
import expected from '../../fixtures/churn/expected.json' with { type: 'json' };
import { brier, ece, lift, prAuc } from '../../src/core/risk/learn/metrics.ts';
import { outOfFold, type SetName, sets } from './public.ts';

describe.each(Object.keys(sets) as SetName[])('on the public set %s', (name) => {
  const set = sets[name]();
  const { y } = set.design;
  const { p, fits, auc } = outOfFold(set);
  const { tolerance, sets: figures } = expected;
  const stated = figures[name];

  test('logistic regression stands at its optimum, by the gradient', () => {
    for (const { gradientMaxNorm } of fits) expect(gradientMaxNorm).toBeLessThanOrEqual(tolerance.gradientMaxNorm);
  });

  test('it gives the expected AUC and Brier score', () => {
    expect({ n: y.length, base: y.reduce((sum, each) => sum + each, 0) / y.length }).toEqual({
      n: stated.n,
      base: expect.closeTo(stated.base, 4),
    });
    expect(Math.abs(auc - stated.auc)).toBeLessThanOrEqual(tolerance.auc);
    expect(Math.abs(brier(y, p) - stated.brier)).toBeLessThanOrEqual(tolerance.brier);
  });

  test('the other figures are as they were published beside them', () => {
    expect(Math.abs(prAuc(y, p) - stated.prAuc)).toBeLessThan(0.0005);
    expect(Math.abs(ece(y, p) - stated.ece)).toBeLessThan(0.001);
    expect(Math.abs(lift(y, p, 0.1) - stated.lift10)).toBeLessThan(0.01);
  });
});
