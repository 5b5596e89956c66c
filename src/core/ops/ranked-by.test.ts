import { expect, test } from 'vitest';
import type { Contribution, Head } from '../risk/index.ts';
import { FEWEST_PEERS, type RankedRooms, rankedIn } from './ranked-by.ts';

const logit = (p: number) => Math.log(p / (1 - p));
const point = (feature: Contribution['feature'], logOdds: number): Contribution => {
  return { feature, value: 1, logOdds, evidence: [] };
};

function headOf(contributions: readonly Contribution[]): Head {
  const offset = 0.1;
  const total = contributions.reduce((sum, { logOdds }) => sum + logOdds, offset);
  return { index: 1 / (1 + Math.exp(-total)), offset, contributions };
}

/** One analysis of `n` tenants at one stage; of those behind the first, `known` have answered a survey. */
function roomsWhere(n: number, known: number): RankedRooms {
  const tenants = Array.from({ length: n }, (_, at) => ({
    ...{ tenant: `t${at}`, stage: '0-3 months', band: 'high', p90: 0.538 },
    leave: headOf([point('slowRepairs90d', 0.7), ...(at <= known ? [point('surveyAnswer', -0.2)] : [])]),
    arrears: headOf([point('lateNow', 0.3)]),
  }));
  const run = { id: 'run-a', workflow: 'churn', status: 'succeeded', createdAt: '2026-11-01T00:00:00.000Z' };
  const runs = {
    list: async () => [{ ...run, input: { property: 'pro-1', day: '2026-11-01' } }],
    said: async () => ({ ranking: { model: 'logit-1', tenants } }),
    events: async function* () {},
  };
  const portfolio = {
    remembered: async () => ({ seen: () => ({ rows: new Map(), tenancyIn: () => undefined }) }),
    imports: async () => [],
  };
  const rooms = {
    today: '2026-11-22',
    ...{ runs: async () => runs, portfolio: async () => portfolio, journal: async () => ({ since: async () => [] }) },
  };
  return rooms as unknown as RankedRooms;
}

async function toldWhere(n: number, known: number) {
  const { analyses } = await rankedIn(roomsWhere(n, known), 't0' as never);
  const [told] = analyses;
  if (!told) throw new Error('one analysis ranked them');
  const points = told.used.filter(({ head }) => head === 'leave');
  return { ...told, points: Object.fromEntries(points.map(({ feature, logOdds }) => [feature, logOdds])) };
}

test('points are told against five neighbours and more, and add up to the index', async () => {
  const { index, shared, points, p90, keptOut } = await toldWhere(FEWEST_PEERS + 1, FEWEST_PEERS);
  expect(points).toEqual({ slowRepairs90d: 0.7, surveyAnswer: -0.2 });
  expect((shared.leave ?? 0) + 0.7 - 0.2).toBeCloseTo(logit(index.leave ?? 0), 12);
  expect({ p90, keptOut }).toEqual({ p90: 0.538, keptOut: null });
});

test('against fewer nothing is told that rests on them', async () => {
  const { index, shared, points } = await toldWhere(FEWEST_PEERS, FEWEST_PEERS - 1);
  const none = { leave: null, arrears: null };
  expect({ index, shared }).toEqual({ index: none, shared: none });
  expect(points).toEqual({ slowRepairs90d: null, surveyAnswer: null });
});

test('a feature that is known of few of many neighbours is folded into what is shared, and all still adds up', async () => {
  const { index, shared, points } = await toldWhere(9, FEWEST_PEERS - 1);
  expect(points).toEqual({ slowRepairs90d: 0.7, surveyAnswer: null });
  expect(shared.leave).toBeCloseTo(0.1 - 0.2, 12);
  expect((shared.leave ?? 0) + 0.7).toBeCloseTo(logit(index.leave ?? 0), 12);
});
