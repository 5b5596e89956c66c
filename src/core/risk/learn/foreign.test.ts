import { describe, expect, test, vi } from 'vitest';
import { made } from '../../../../test/learn/foreign.ts';
import { against, asStated, invented, owner, training } from '../../../../test/tenant-months.ts';
import { type IsoDay, id } from '../../domain/index.ts';
import type { Signal } from '../features/signal.ts';
import { fingerprintOf, openRisk, scorecard, type TenantSignals } from '../index.ts';
import type { OnnxManifest, Rate } from '../onnx.ts';
import type { Feature } from '../scorecard.ts';
import { type ForeignFile, foreignRankerOf, judgeForeign, openForeign, rowsFor } from './foreign.ts';
import { mayRank } from './model.ts';
import { probe } from './probe.ts';

/** What a program made elsewhere: the rate of a logistic line, in the place of the runtime. */
function lineOf(
  weights: Readonly<Partial<Record<Feature, number>>>,
  change: Partial<OnnxManifest> = {},
  intercept = -2,
) {
  const w = Object.values(weights);
  const rate: Rate = async (rows) =>
    rows.map((row) => 1 / (1 + Math.exp(-row.reduce((sum, value, at) => sum + value * (w[at] ?? 0), intercept))));
  const manifest = { ...made(weights, intercept).manifest, trainedUntil: '2024-12-31', ...change } as OnnxManifest;
  return { rate: vi.fn(rate), manifest };
}

const judged = ({ rate, manifest }: ReturnType<typeof lineOf>, months = invented({ truth: against })) =>
  judgeForeign(months, manifest, rate, scorecard, training);

describe('a model of another program is judged', () => {
  test('as what is learned here: it may rank where it beats the scorecard, and only there', async () => {
    const able = await judged(lineOf(against));
    expect(mayRank(able.judged)).toBe(true);
    expect(able.scale?.slope).toBeCloseTo(1, 0);
    const stated = await judged(lineOf({ calls90d: 0.3 }), invented({ rate: -3.4, truth: asStated }, 3));
    expect(stated.judged).toMatchObject({ beats: false, leaks: false });
  });

  test('by months that came after those it was learned from, and is not even asked about others', async () => {
    const months = invented({ truth: against });
    const model = lineOf(against, { trainedUntil: '2025-06-15' as IsoDay });
    const { judged: found } = await judged(model, months);
    expect(found).toMatchObject({ train: { from: '2025-07-01' } });
    const later = months.filter(({ day }) => day > '2025-06-15');
    expect(model.rate.mock.calls.flatMap(([rows]) => rows)).toEqual(rowsFor(model.manifest, later));
  });

  test('not at all where too little came after', async () => {
    const { judged: found, scale } = await judged(lineOf(against, { trainedUntil: '2026-07-31' as IsoDay }));
    expect({ found, scale }).toEqual({ found: { train: 0, test: 0 }, scale: null });
    expect(mayRank(found)).toBe(false);
    expect(await judged(lineOf(against), [])).toEqual({ judged: { train: 0, test: 0 }, scale: null });
  });

  test('as a leak where it is too good to be true', async () => {
    const months = invented({ truth: against, leaks: 'autopay' });
    const { judged: found } = await judged(lineOf({ autopay: 40 }, {}, -20), months);
    expect(found).toMatchObject({ leaks: true });
    expect(mayRank(found)).toBe(false);
  });

  test('the wrong way round may not rank, though a line could turn it', async () => {
    const { judged: found, scale } = await judged(lineOf({ slowRepairs90d: -1, lateMonths6m: 0.6 }));
    expect(scale?.slope).toBeLessThan(0);
    expect(found).toMatchObject({ beats: false });
  });
});

describe('complaints can only help by a model of another program', () => {
  const months = invented({ tenants: 20, truth: asStated });
  const asked = ({ rate, manifest }: ReturnType<typeof lineOf>, own = rowsFor(manifest, months)) =>
    probe(rate, manifest, own);

  test('one that only rises with them is taken, and one of arrears is not asked', async () => {
    expect(await asked(lineOf({ ...asStated, surveyAnswer: -0.2, moodDrop90d: 1 }))).toBeGreaterThan(20);
    const arrears = lineOf({ lateNow: -1 }, { head: 'arrears' });
    await asked(arrears);
    expect(arrears.rate).not.toHaveBeenCalled();
  });

  test.each<[string, Partial<Record<Feature, number>>, string]>([
    ['one more slow repair', { slowRepairs90d: -0.1, lateMonths6m: 0.5 }, 'a worse "slowRepairs90d" lowers'],
    ['a worse mood', { negativeSentiment90d: -0.1 }, 'a worse "negativeSentiment90d"'],
    ['a worse answer to a survey', { surveyAnswer: 0.1 }, 'a worse "surveyAnswer"'],
    ['a mood that falls', { moodDrop90d: -0.3 }, 'a worse "moodDrop90d"'],
  ])('%s that lowers it is refused, with what and in how many rows', async (_, weights, told) => {
    const refused = asked(lineOf(weights));
    await expect(refused).rejects.toMatchObject({ exit: 'refused', message: expect.stringContaining(told) });
    await expect(refused).rejects.toThrow(/lowers what it gives in \d+ of \d+ rows/);
  });

  test('one that falls in a corner alone is found there, by rows of the own months', async () => {
    const { manifest } = lineOf({ slowRepairs90d: 0.5, lateMonths6m: 0.2 });
    // As a tree may have it: who is late four times and complains a third time is taken for one who stays.
    const corner: Rate = async (rows) => rows.map(([slow = 0, late = 0]) => (slow >= 3 && late === 4 ? 0.1 : 0.2));
    await expect(probe(corner, manifest, rowsFor(manifest, months))).rejects.toThrow('punishes complaints');
    await expect(probe(corner, manifest, [])).resolves.toBe(15);
  });

  test('a row in which nothing can be worse is not counted as asked about', async () => {
    const { rate, manifest } = lineOf({ slowRepairs90d: 0.5, lateMonths6m: 0.2 });
    const rows = Array.from({ length: 20 }, (_, at) => ({ x: { slowRepairs90d: 3, lateMonths6m: at / 4 }, p: 0.5 }));
    const full = { ...manifest, golden: { ...manifest.golden, rows } };
    expect(await probe(rate, full, [])).toBe(0);
    expect(await probe(rate, full, [[2, 1]])).toBe(1);
    expect(await probe(rate, { ...lineOf({ lateNow: -1 }).manifest, head: 'arrears' }, [[0]])).toBe(0);
  });
});

const about = {
  connectedDays: { ledger: 999, tickets: 999, calls: 999, engagement: 0, memory: 0 },
  decisions: { renewed: 4, left: 3 },
};

function tenantOf(at: number, values: Readonly<Partial<Record<Feature, number>>>, stage = at % 2): TenantSignals {
  const signals = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, evidence: [] }]));
  return {
    ...{ tenant: id('tenant', `t${at}`), lease: id('lease', `l${at}`), leaseEnds: '2027-06-30' as IsoDay },
    ...{ stage: stage === 0 ? '7+ months' : '0-3 months', signals: signals as Partial<Record<Feature, Signal>> },
  };
}

const file: ForeignFile = {
  ...{ schema: 1, kind: 'onnx', owner, scorecard: scorecard.name, probed: 20 },
  manifest: lineOf(against).manifest,
  judged: { train: 0, test: 0 },
  scale: {
    slope: 0.8,
    stages: { '0-3 months': -0.5, '4-6 months': -1, '7+ months': -1.5, 'month to month': -1 },
    usual: { '0-3 months': 0.3, '4-6 months': 0.2, '7+ months': 0.1, 'month to month': 0.2 },
  },
};

describe('a model of another program ranks', () => {
  const { rate } = lineOf(against);
  const risk = openRisk(foreignRankerOf(file, scorecard, rate));
  const tenants = Array.from({ length: 12 }, (_, at) => tenantOf(at, { slowRepairs90d: at % 4, lateMonths6m: at % 3 }));
  const logit = (p: number) => Math.log(p / (1 - p));

  test('by log-odds against the stage, shrunk as others are, and tells no points', async () => {
    const ranking = await risk.rank(tenants, about);
    expect(ranking).toMatchObject({ model: 'acme-forest-1.0.0', attribution: { leave: 'none', arrears: 'exact' } });
    for (const stage of ['7+ months', '0-3 months'] as const) {
      const peers = ranking.tenants.filter((each) => each.stage === stage);
      const p = peers.map(({ p90 }) => p90 ?? Number.NaN);
      const level = (p.reduce((sum, each) => sum + each, 0) + 20 * (file.scale?.usual[stage] ?? 0)) / (p.length + 20);
      for (const [at, { leave }] of peers.entries()) {
        expect(leave.contributions).toEqual([]);
        expect(logit(leave.index)).toBeCloseTo(logit(p[at] ?? 0) - logit(level), 9);
        expect(logit(leave.index)).toBeCloseTo(leave.offset, 9);
      }
    }
    const [first] = ranking.tenants.filter(({ stage }) => stage === '7+ months');
    const raw = -2 + 1 * 2 - 0.6 * 0;
    expect(first?.p90).toBeCloseTo(1 / (1 + Math.exp(-(0.8 * raw - 1.5))), 9);
  });

  test('its own head alone: the other one is the scorecard’s, to the last digit', async () => {
    const [own, stated] = [await risk.rank(tenants, about), await openRisk().rank(tenants, about)];
    const arrearsOf = ({ tenants: all }: typeof own) => new Map(all.map(({ tenant, arrears }) => [tenant, arrears]));
    expect(arrearsOf(own)).toEqual(arrearsOf(stated));
    const arrears = lineOf({ lateNow: 1 }, { head: 'arrears' });
    const of = openRisk(foreignRankerOf({ ...file, manifest: arrears.manifest }, scorecard, arrears.rate));
    const ranking = await of.rank(tenants, about);
    expect(ranking.attribution).toEqual({ leave: 'exact', arrears: 'none' });
    expect(ranking.tenants.map(({ leave }) => leave)).toEqual(stated.tenants.map(({ leave }) => leave));
  });

  test('a property at once, one tenant alone, and nobody at all', async () => {
    rate.mockClear();
    const { tenants: alone } = await risk.rank(tenants.slice(0, 1), about);
    expect(rate.mock.calls.map(([rows]) => rows.length)).toEqual([1]);
    const [only] = alone;
    const level = ((only?.p90 ?? 0) + 20 * 0.1) / 21;
    expect(only).toMatchObject({ peers: 0 });
    expect(logit(only?.leave.index ?? 0)).toBeCloseTo(logit(only?.p90 ?? 0) - logit(level), 9);
    const nobody = await risk.rank([], about);
    expect(nobody.tenants).toEqual([]);
    expect(nobody.property.leave).toBe(0.5);
  });

  test('who has a source that is not connected by what is typical', async () => {
    rate.mockClear();
    await risk.rank([tenantOf(0, { lateMonths6m: 2 })], about);
    expect(rate.mock.calls).toEqual([[[[0.3, 2]]]]);
  });

  test('what it is sure of has an index below 1, and above 0', async () => {
    const sure: Rate = async (rows) => rows.map(([slow = 0]) => (slow > 1 ? 1 : 0));
    const { tenants: all } = await openRisk(foreignRankerOf(file, scorecard, sure)).rank(tenants, about);
    for (const { leave } of all) expect(leave.index > 0 && leave.index < 1).toBe(true);
  });
});

test('a kept model of another program is refused where it was changed, or is of another owner', () => {
  const hash = fingerprintOf(file);
  expect(openForeign(JSON.stringify(file), { hash, owner })).toEqual(file);
  const judgedBetter = JSON.stringify({ ...file, probed: 21 });
  expect(() => openForeign(judgedBetter, { hash, owner })).toThrow('its hash is another one');
  expect(() => openForeign(JSON.stringify(file), { hash, owner: id('owner', 'other') })).toThrow('another owner');
  expect(() => openForeign('{"schema":2}', { hash, owner })).toThrow('of schema 2');
  expect(() => openForeign('no', { hash, owner })).toThrow('it is not JSON');
});
