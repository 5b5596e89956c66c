import { addDays, GAP_DAYS, type IsoDay, LEAVE_DAYS } from '../../domain/index.ts';
import type { Feature } from '../scorecard.ts';
import { type Bins, psi, psiByChance } from './bins.ts';
import { numbered } from './clustered.ts';
import { type Interval, slopeAndIntercept } from './metrics.ts';
import type { ModelFile } from './model.ts';
import { casesOf, type TenantMonth } from './months.ts';
import { rowsOf, type Table, tableOf, where } from './table.ts';
import { logitsOf, probabilitiesOf } from './train.ts';

/** A population stability index above the first is told, above the second it stops what is proposed by itself. */
const WARNS = 0.2;
const STOPS = 0.3;
/** Where the calibration slope of later months may lie. */
const SLOPES = { low: 0.8, high: 1.25 } as const;
/**
 * Fewer tenants than these differ from any reference by chance; months of one tenant say no more than one. Simulated, 28
 * features and the log-odds of one population, 18 months of each tenant learned from, what chance brings about taken off:
 * of 200 tenants against 200 some index lay above 0.3 in 2 of 500 draws where features last for good, in none of 500 where
 * seven tenths of them do; of 500 against 500 in none of 100. Nothing taken off and months counted, 34 against 34 stopped
 * in 297 of 300, and 200 against 200 in 101 of 500.
 */
const LEAST_TENANTS = 200;
const LEAST_CASES = 30;
const SURE = 1.96;

export type Shift = 'steady' | 'warns' | 'stops' | 'unknown';

/** Whether tenants are still as those that a model was learned from. */
export interface Drift {
  readonly day: IsoDay;
  /** Who was compared. */
  readonly tenants: number;
  readonly features: readonly { readonly feature: Feature; readonly psi: number | null; readonly shift: Shift }[];
  readonly score: { readonly psi: number | null; readonly shift: Shift };
  /** On months that came after those it was learned from; null until enough tenants have left in them. */
  readonly calibration: {
    readonly cases: number;
    readonly slope: number | null;
    /** 95 %, months of one tenant staying together; null as the slope. */
    readonly interval: Interval | null;
    /** Exits that were expected, and those that there were. */
    readonly expected: number;
    readonly observed: number;
    readonly shift: Shift;
  };
  /** Beyond a limit: nothing is proposed by this model until it is learned anew, or another one ranks. */
  readonly stops: boolean;
}

/**
 * Compares tenants of now with those that the leave head was learned from: each feature and the log-odds by their
 * population stability index, and, where it is known by now what came of later months, the slope of its calibration. Of
 * the first ones nothing is asked: who left in them was seen to do so in months that were learned from. A slope stops only
 * where it lies beyond the limits for more than chance.
 */
export function driftOf(model: ModelFile, now: Table, later: readonly TenantMonth[], day: IsoDay): Drift {
  const { reference, trainedOn } = model.heads.leave;
  const tenants = new Set(now.tenant).size;
  const features = now.features.flatMap((feature, at) => {
    // What weighs nothing may drift as it likes.
    if (model.heads.leave.features[at]?.w === 0) return [];
    const known = rowsOf(
      now,
      where(now, (row) => !Number.isNaN(now.x[row * now.features.length + at] ?? Number.NaN)),
    );
    return [{ feature, ...shiftOf(reference.features[at], trainedOn.tenants, known, column(known, at)) }];
  });
  const score = shiftOf(reference.logits, trainedOn.tenants, now, logitsOf(model.heads.leave, now).logits);
  const calibration = slopeOn(
    model,
    later.filter(({ day }) => day > addDays(trainedOn.to, LEAVE_DAYS + GAP_DAYS)),
  );
  const stops = [...features, score, calibration].some(({ shift }) => shift === 'stops');
  return { day, tenants, features, score, calibration, stops };
}

function column({ features, rows, x }: Table, at: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => x[row * features.length + at] ?? Number.NaN);
}

/** Of the tenants of `now`, row by row; what chance brings about between them and those learned from is taken off. */
function shiftOf(
  before: Bins | undefined,
  taught: number,
  now: Table,
  values: Float64Array,
): { psi: number | null; shift: Shift } {
  const tenants = new Set(now.tenant).size;
  if (!before || before.counts.length === 0 || tenants < LEAST_TENANTS) return { psi: null, shift: 'unknown' };
  const value = Math.max(0, psi(before, values, taught) - psiByChance(before, taught, tenants));
  return { psi: value, shift: value > STOPS ? 'stops' : value > WARNS ? 'warns' : 'steady' };
}

function slopeOn(model: ModelFile, later: readonly TenantMonth[]): Drift['calibration'] {
  const table = tableOf(later, 'leave');
  const cases = casesOf(later, 'leave');
  const { leave } = model.heads;
  const p = probabilitiesOf(leave, logitsOf(leave, table).logits);
  const about = {
    ...{ cases, expected: p.reduce((sum, each) => sum + each, 0) },
    observed: table.y.reduce((sum, each) => sum + each, 0),
  };
  if (cases < LEAST_CASES) return { ...about, slope: null, interval: null, shift: 'unknown' };
  const { slope, slopeError } = slopeAndIntercept(
    table.y,
    p.map((each) => Math.log(each / (1 - each))),
    numbered(table.tenant),
  );
  const interval = { low: slope - SURE * slopeError, high: slope + SURE * slopeError };
  const isOut = slope < SLOPES.low || slope > SLOPES.high;
  const isSure = interval.low > 1 || interval.high < 1;
  return { ...about, slope, interval, shift: isOut ? (isSure ? 'stops' : 'warns') : 'steady' };
}
