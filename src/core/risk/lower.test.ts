import { expect, test } from 'vitest';
import { levers, lowerings } from './lower.ts';
import { features } from './scorecard.ts';

const point = (feature: keyof typeof features, logOdds: number) => ({ feature, value: 2, logOdds, evidence: [] });
const logit = (p: number) => Math.log(p / (1 - p));

test('what would lower an index takes away exactly the points of that feature, the most first', () => {
  const contributions = [point('reopened90d', 0.3), point('slowRepairs90d', 0.8), point('increasePercent', 2)];
  const told = lowerings({ index: 0.8, contributions });
  expect(told.map(({ feature }) => feature)).toEqual(['slowRepairs90d', 'reopened90d']);
  for (const { index, logOdds } of told) expect(logit(index)).toBeCloseTo(logit(0.8) - logOdds, 12);
});

test('a price is never suggested, nor anything that tenants say, pay or are', () => {
  const all = Object.keys(features) as (keyof typeof features)[];
  const told = lowerings({ index: 0.8, contributions: all.map((feature) => point(feature, 1)) });
  expect(told.map(({ feature }) => features[feature])).toEqual(levers.map(() => 'tickets'));
});

test('what is no worse than for peers, or hardly, is not told', () => {
  expect(lowerings({ index: 0.8, contributions: [point('slowRepairs90d', -0.4), point('reopened90d', 0.09)] })).toEqual(
    [],
  );
});
