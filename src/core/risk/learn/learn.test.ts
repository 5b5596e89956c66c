import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../test/rooms.ts';
import { against, asStated, invented, owner, training } from '../../../../test/tenant-months.ts';
import { type IsoDay, id } from '../../domain/index.ts';
import type { TenantSignals } from '../features.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { openRisk } from '../index.ts';
import { type Feature, features, punishes, scorecard } from '../scorecard.ts';
import { backtest, splitOf } from './backtest.ts';
import { driftOf } from './drift.ts';
import { type ModelFile, mayRank, openModel, rankerOf, trainModel } from './model.ts';
import { measured } from './months.ts';
import { openTableOf } from './table.ts';

const day = (text: string) => text as IsoDay;
const signalsOf = (values: Readonly<Partial<Record<Feature, number>>>): TenantSignals['signals'] =>
  Object.fromEntries(Object.entries(values).map(([feature, value]) => [feature, { value, evidence: [] }]));

describe('what is learned', () => {
  const model = trainModel(invented({ truth: against }), scorecard, training);

  test('is what moved tenants, and says where it turned against the scorecard', () => {
    const learned = (feature: Feature) => model.heads.leave.features.find(({ name }) => name === feature);
    expect(learned('slowRepairs90d')?.w).toBeGreaterThan(0.6);
    expect(learned('lateMonths6m')?.w).toBeLessThan(-0.2);
    expect(learned('tickets90d')).toMatchObject({ w: 0, se: null });
    expect(model.findings).toContainEqual(
      expect.objectContaining({ kind: 'turned', feature: 'lateMonths6m', w0: 0.2 }),
    );
    expect(model.findings).toContainEqual({ head: 'leave', kind: 'constant', feature: 'lnTenureYears' });
  });

  test('may rank where it beats the scorecard, and only there', () => {
    expect(mayRank(model.metrics.leave)).toBe(true);
    const judged = backtest(invented({ rate: -3.4, truth: asStated }, 3), 'leave', scorecard, training);
    expect(judged).toMatchObject({ beats: false, leaks: false });
    expect(mayRank(judged)).toBe(false);
    expect(mayRank({ train: 40, test: 4 })).toBe(false);
  });

  test('is taken for a leak where it is too good to be true, as autopay that ends with the stay', () => {
    const leaking = backtest(invented({ truth: {}, leaks: 'lateMonths6m' }), 'leave', scorecard, training);
    expect(leaking).toMatchObject({ leaks: true });
    expect(mayRank(leaking)).toBe(false);
  });

  test('is refused where too few have left, with how many it takes and when there will be enough', () => {
    const few = invented({ tenants: 60, rate: -5, truth: {} });
    expect(() => trainModel(few, scorecard, training)).toThrow(
      /known to have left, in 22 months, and it takes 30 .* months/,
    );
    expect(() => trainModel(few, scorecard, training)).toThrow(expect.objectContaining({ exit: 'insufficient' }));
  });

  test('is refused where no feature ever changes', () => {
    const dull = invented({ truth: {} }).map((month) => ({ ...month, values: new Float64Array(measured.length) }));
    expect(() => trainModel(dull, scorecard, training)).toThrow(/no feature of the leave head ever changes/);
  });

  test('ranks by shares of stages, and by the scorecard where a head was not learned', async () => {
    const { heads, hash, name } = rankerOf(model, scorecard, false);
    expect({ name, hash }).toEqual({ name: 'logit-1', hash: fingerprintOf(model) });
    expect(heads.arrears).toBe(scorecard.heads.arrears);
    const shares = heads.leave.learned?.stages;
    expect(shares?.['0-3 months']).toBeGreaterThan(shares?.['7+ months'] ?? 1);
  });
});

describe('complaints can only help', () => {
  /** Where whoever complains has stayed: what an owner's past may well say. */
  const complaining = { slowRepairs90d: -0.6, calls90d: -0.3, lateMonths6m: 0.6 };

  test.each([1, 2, 3])('one more slow repair never lowers the index by what was learned, seed %i', async (seed) => {
    const model = trainModel(invented({ tenants: 120, truth: complaining }, seed), scorecard, training);
    const risk = openRisk(rankerOf(model, scorecard, false));
    const random = seeded(seed);
    const several = (most: number) => Math.floor(random() * (most + 1));
    const about = {
      connectedDays: { ledger: 183, tickets: 90, calls: 90, engagement: 90, memory: 90 },
      decisions: { renewed: 0, left: 0 },
    };
    for (let draw = 0; draw < 50; draw++) {
      const tenants = Array.from({ length: 5 }, (_, at): TenantSignals => {
        const slow = several(2);
        const values = {
          slowRepairs90d: slow,
          tickets90d: slow + several(3),
          calls90d: several(4),
          lateMonths6m: several(6),
        };
        return {
          ...{ tenant: id('tenant', `t${at}`), lease: id('lease', `l${at}`), leaseEnds: day('2027-06-30') },
          ...{ stage: '7+ months', signals: signalsOf(values) },
        };
      });
      const [first, ...others] = tenants as [TenantSignals, ...TenantSignals[]];
      const complained = (feature: Feature) => ({
        [feature]: { value: (first.signals[feature]?.value ?? 0) + 1, evidence: [] },
      });
      const signals = { ...first.signals, ...complained('slowRepairs90d'), ...complained('tickets90d') };
      const indexOf = async (all: readonly TenantSignals[]) =>
        (await risk.rank(all, about)).tenants.find(({ tenant }) => tenant === first.tenant)?.leave.index ?? Number.NaN;
      const before = await indexOf(tenants);
      expect(await indexOf([{ ...first, signals }, ...others])).toBeGreaterThanOrEqual(before - 1e-12);
    }
    expect(model.findings).toContainEqual(
      expect.objectContaining({ kind: 'held', feature: 'slowRepairs90d', w0: 0.5, w: expect.any(Number) }),
    );
  });

  test('which way harm lies is told of every feature of service, voice and survey', () => {
    const told = (Object.keys(features) as Feature[]).filter((name) => punishes(name, 1) || punishes(name, -1));
    const asked = (name: Feature) => ['tickets', 'calls'].includes(features[name]) || name === 'surveyAnswer';
    expect(told).toEqual((Object.keys(features) as Feature[]).filter(asked));
    expect(told.filter((name) => punishes(name, 1))).toEqual(['surveyAnswer']);
  });
});

test('nothing is learned from that came to be known after the judging began, nor in the three months before it', () => {
  const months = invented({ truth: against });
  const late = months.map((month) => ({
    ...month,
    ends: { leave: { hit: 0 as const, knownOn: day('2026-06-30') }, arrears: null },
  }));
  expect(splitOf(late, 'leave')?.train).toEqual([]);
  const split = splitOf(months, 'leave');
  expect(split?.test[0]?.day).toBe('2026-02-01');
  // November, December and January are left out.
  expect(split?.train.at(-1)?.day).toBe('2025-10-01');
});

describe('a kept model', () => {
  const model = trainModel(invented({ truth: against }), scorecard, training);
  const kept = { hash: fingerprintOf(model), owner };
  const changed = (change: (file: ModelFile) => unknown) => {
    const file = change(JSON.parse(JSON.stringify(model)));
    return [JSON.stringify(file), { ...kept, hash: fingerprintOf(file) }] as const;
  };
  const renamed = (file: ModelFile, name: string) => {
    const [first, ...features] = file.heads.leave.features;
    return { ...file, heads: { leave: { ...file.heads.leave, features: [{ ...first, name }, ...features] } } };
  };

  const weighing = (file: ModelFile, name: Feature, w: number) => {
    const features = file.heads.leave.features.map((each) => (each.name === name ? { ...each, w } : each));
    return { ...file, heads: { leave: { ...file.heads.leave, features } } };
  };

  test('comes back as it was', () => {
    expect(openModel(JSON.stringify(model), kept)).toEqual(model);
  });

  test.each<[string, readonly [string, typeof kept], RegExp]>([
    ['was cut off', [JSON.stringify(model).slice(0, 99), kept], /it is not JSON/],
    ['was changed', [JSON.stringify({ ...model, name: 'logit-2' }), kept], /its hash is another one/],
    ['is of another owner', [JSON.stringify(model), { ...kept, owner: id('owner', 'other') }], /of another owner/],
    ['is of another schema', changed((file) => ({ ...file, schema: 1 })), /of schema 1/],
    ['weighs a postcode', changed((file) => renamed(file, 'zip_code')), /stands for where somebody lives/],
    ['weighs what nobody knows', changed((file) => renamed(file, 'shoeSize')), /not a feature that may be weighed/],
    [
      'lets a slow repair count for staying',
      changed((file) => weighing(file, 'slowRepairs90d', -0.1)),
      /may only help/,
    ],
    ['lets a bad answer count for staying', changed((file) => weighing(file, 'surveyAnswer', 0.1)), /may only help/],
    ['has features in another order', changed((file) => renamed(file, 'autopay')), /in another order/],
  ])('is refused that %s', (_why, [body, as], why) => {
    expect(() => openModel(body, as)).toThrow(why);
    expect(() => openModel(body, as)).toThrow(expect.objectContaining({ exit: 'incompatible' }));
  });
});

describe('drift', () => {
  const months = invented({ truth: against });
  const model = trainModel(months, scorecard, training);
  const on = day('2026-11-22');

  test('is none among tenants as those that were learned from', () => {
    const drift = driftOf(model, openTableOf(invented({ truth: against }, 7).slice(0, 900), 'leave'), [], on);
    expect(drift).toMatchObject({ stops: false, score: { shift: 'steady' }, calibration: { shift: 'unknown' } });
  });

  test('stops where a feature is no longer as it was', () => {
    const column = measured.indexOf('slowRepairs90d');
    const slower = months.slice(0, 900).map((month) => {
      return { ...month, values: month.values.map((value, at) => (at === column ? value + 2 : value)) };
    });
    const drift = driftOf(model, openTableOf(slower, 'leave'), [], on);
    expect(drift.stops).toBe(true);
    expect(drift.features.find(({ feature }) => feature === 'slowRepairs90d')).toMatchObject({ shift: 'stops' });
  });

  test('is not told of fewer tenants than chance needs, however many months they are seen in', () => {
    const seen = new Set(months.slice(0, 60).map(({ tenant }) => tenant));
    const again = months.filter(({ tenant }) => seen.has(tenant));
    expect(again.length).toBeGreaterThan(200);
    const drift = driftOf(model, openTableOf(again, 'leave'), [], on);
    expect(drift).toMatchObject({ tenants: seen.size, stops: false, score: { psi: null, shift: 'unknown' } });
    expect(drift.features.filter(({ shift }) => shift !== 'unknown')).toEqual([]);
  });

  test('stops where later months came out otherwise than they were foretold', () => {
    const turned = invented({ tenants: 600, truth: { slowRepairs90d: -1, lateMonths6m: 0.6 } }, 9);
    const later = turned.map((month) => ({ ...month, day: day('2027-02-01') }));
    const { calibration } = driftOf(model, openTableOf([], 'leave'), later, on);
    expect(calibration.shift).toBe('stops');
  });
});
