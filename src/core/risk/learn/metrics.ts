import { fitLine } from './calibrate.ts';
import { factored } from './cholesky.ts';
import { clusteredVariances } from './clustered.ts';
import { sigmoid } from './fit.ts';

/** Outcomes are 0 or 1. A figure that the rows cannot give, such as an AUC of one class, is `NaN`. */
type Numbers = ArrayLike<number>;

/** Above this a model of who leaves is taken for a leak: public models of tenants reach 0.58 to 0.61. */
const TOO_GOOD = 0.95;

/** The leak alarm: such an AUC says that a feature knows the outcome, not that the model is good. */
export function isTooGood(auc: number): boolean {
  return auc > TOO_GOOD;
}

/**
 * Share of pairs, one of each outcome, in which the one scores higher; ties count half. By ranks:
 * `(R1 - n1 (n1 + 1) / 2) / (n1 n0)`. Source: Hanley and McNeil 1982, Radiology 143.
 */
export function auc(y: Numbers, score: Numbers): number {
  const { won, pairs } = concordance(y, score, ascending(score));
  return won / pairs;
}

/**
 * The same over pairs inside of one group: what a score tells beyond the group, here the stage of the lease. Each
 * group weighs by its pairs; a group of one outcome has none.
 */
export function aucWithin(y: Numbers, score: Numbers, groups: ArrayLike<string | number>): number {
  let [won, pairs] = [0, 0];
  for (const order of Map.groupBy(ascending(score), (at) => groups[at]).values()) {
    const of = concordance(y, score, order);
    won += of.won;
    pairs += of.pairs;
  }
  return won / pairs;
}

/** Mean precision over the ones, by falling score; ties are one step. `sum_k (R_k - R_k-1) P_k`, as scikit-learn's. */
export function prAuc(y: Numbers, score: Numbers): number {
  const total = sumOf(y);
  let [seen, hits, area] = [0, 0, 0];
  for (const tied of ties(score, ascending(score).reverse())) {
    const ones = tied.reduce((sum, at) => sum + (y[at] ?? 0), 0);
    seen += tied.length;
    hits += ones;
    area += ((ones / total) * hits) / seen;
  }
  return total === 0 ? Number.NaN : area;
}

/** Mean squared distance of probabilities from outcomes. Source: Brier 1950, Monthly Weather Review 78. */
export function brier(y: Numbers, p: Numbers): number {
  let sum = 0;
  for (let at = 0; at < y.length; at++) sum += ((p[at] ?? 0) - (y[at] ?? 0)) ** 2;
  return sum / y.length;
}

/** Part of the reference's Brier score that is saved: `1 - brier(p) / brier(reference)`; 0 is no better. */
export function brierSkill(y: Numbers, p: Numbers, reference: Numbers): number {
  return 1 - brier(y, p) / brier(y, reference);
}

/**
 * Outcomes regressed on the log-odds: slope 1 and intercept 0 are right. A slope below 1 says that the log-odds are
 * too bold. The error of the slope allows for rows of one group that are not independent where `groups` are given, numbers
 * from 0. Source: Cox 1958, Biometrika 45.
 */
export function slopeAndIntercept(y: Numbers, logits: Numbers, groups?: ArrayLike<number>) {
  const line = fitLine(Float64Array.from(logits), Float64Array.from(y));
  if (!line) return { slope: Number.NaN, intercept: Number.NaN, slopeError: Number.NaN };
  return groups ? { ...line, slopeError: clusteredSlopeError(y, logits, line, groups) } : line;
}

function clusteredSlopeError(
  y: Numbers,
  logits: Numbers,
  { slope, intercept }: { readonly slope: number; readonly intercept: number },
  groups: ArrayLike<number>,
): number {
  const hessian = new Float64Array(4);
  const scores = new Float64Array(2 * logits.length);
  for (let row = 0; row < logits.length; row++) {
    const x = logits[row] ?? 0;
    const p = sigmoid(slope * x + intercept);
    const [off, spread] = [p - (y[row] ?? 0), p * (1 - p)];
    scores.set([off * x, off], 2 * row);
    for (const [at, each] of [x * x, x, x, 1].entries()) hessian[at] = (hessian[at] ?? 0) + spread * each;
  }
  return Math.sqrt(clusteredVariances(factored(hessian, 2).root, scores, groups, 2)[0] ?? Number.NaN);
}

/**
 * Calibration in the large: the `b` with `sum sigma(logit + b) = sum y`, by Newton's method; 0 is right, above 0 more
 * happened than was foretold. Infinite where all or none happened. Source: Steyerberg 2019, Clinical Prediction Models, 15.3.
 */
export function inTheLarge(y: Numbers, logits: Numbers): number {
  const ones = sumOf(y);
  if (ones === 0 || ones === y.length) return ones === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let b = 0;
  for (let step = 0; step < 100; step++) {
    let [off, spread] = [-ones, 0];
    for (let row = 0; row < logits.length; row++) {
      const p = sigmoid((logits[row] ?? 0) + b);
      off += p;
      spread += p * (1 - p);
    }
    if (Math.abs(off) < 1e-9 * y.length) break;
    b -= Math.max(-2, Math.min(2, off / spread));
  }
  return b;
}

/**
 * Expected calibration error: `sum_b n_b / n |mean y - mean p|` over bins of equal counts of `p`; equal values are
 * never parted. Source: Naeini, Cooper, Hauskrecht 2015, AAAI.
 */
export function ece(y: Numbers, p: Numbers, bins = 10): number {
  const edges = quantileEdges(p, bins);
  const off = new Float64Array(bins);
  for (let at = 0; at < y.length; at++) {
    const bin = binOf(edges, p[at] ?? 0);
    off[bin] = (off[bin] ?? 0) + (y[at] ?? 0) - (p[at] ?? 0);
  }
  return off.reduce((sum, each) => sum + Math.abs(each), 0) / y.length;
}

/** Share of ones among the `share` with the highest scores, against the share among all. Ties at the cut count in part. */
export function lift(y: Numbers, score: Numbers, share: number): number {
  const wanted = Math.max(1, Math.round(y.length * share));
  let [taken, hits] = [0, 0];
  for (const tied of ties(score, ascending(score).reverse())) {
    const part = Math.min(1, (wanted - taken) / tied.length);
    hits += part * tied.reduce((sum, at) => sum + (y[at] ?? 0), 0);
    taken += part * tied.length;
    if (taken >= wanted) break;
  }
  return hits / wanted / (sumOf(y) / y.length);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided normal quantile of 95 %. */
const Z95 = 1.959963984540054;

/** 95 % interval of a share of `hits` out of `n`. Source: Wilson 1927, JASA 22. */
export function wilson(hits: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const [p, z2] = [hits / n, Z95 ** 2];
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * Percentile bootstrap, 95 %, of several statistics on the same draws. What is drawn anew are units, each with all of its
 * rows, since the months of one tenant are not independent: give `units` by tenant. `random` is uniform in [0, 1) and seeded
 * by the caller. Draws of which a statistic has no number are left out of it. Source: Efron and Tibshirani 1993, An
 * Introduction to the Bootstrap.
 */
export function bootstrap<Name extends string>(
  units: readonly Numbers[],
  statistics: (rows: Uint32Array) => Readonly<Record<Name, number>>,
  random: () => number,
  draws = 500,
): Record<Name, Interval> {
  const found = Array.from({ length: draws }, () => statistics(drawnFrom(units, random)));
  const names = Object.keys(found[0] ?? {}) as Name[];
  const intervals = names.map((name) => {
    const sorted = Float64Array.from(found, (each) => each[name])
      .filter((value) => !Number.isNaN(value))
      .sort();
    return [name, { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }];
  });
  return Object.fromEntries(intervals) as Record<Name, Interval>;
}

/** The rows of as many units as there are, drawn with replacement. */
function drawnFrom(units: readonly Numbers[], random: () => number): Uint32Array {
  const drawn = units.map(() => units[Math.floor(random() * units.length)] ?? []);
  const rows = new Uint32Array(drawn.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const unit of drawn) {
    rows.set(unit, at);
    at += unit.length;
  }
  return rows;
}

/** Rows by unit, in the order in which units appear: what `bootstrap` draws from. */
export function unitsOf(keys: ArrayLike<string | number>): Uint32Array[] {
  const rows = Array.from({ length: keys.length }, (_, at) => at);
  return [...Map.groupBy(rows, (at) => keys[at]).values()].map((each) => Uint32Array.from(each));
}

function ascending(score: Numbers): Uint32Array {
  return Uint32Array.from({ length: score.length }, (_, at) => at).sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0));
}

function concordance(y: Numbers, score: Numbers, order: ArrayLike<number> & Iterable<number>) {
  let [ones, ranks, before] = [0, 0, 0];
  for (const tied of ties(score, order)) {
    const here = tied.reduce((sum, at) => sum + (y[at] ?? 0), 0);
    ones += here;
    ranks += here * (before + (tied.length + 1) / 2);
    before += tied.length;
  }
  return { won: ranks - (ones * (ones + 1)) / 2, pairs: ones * (before - ones) };
}

/** Runs of equal score in an order by score. */
function* ties(score: Numbers, order: Iterable<number>): Generator<number[]> {
  let run: number[] = [];
  for (const at of order) {
    if (run.length > 0 && score[run[0] ?? 0] !== score[at]) {
      yield run;
      run = [];
    }
    run.push(at);
  }
  if (run.length > 0) yield run;
}

/** The inner edges of `bins` bins of equal counts. */
function quantileEdges(values: Numbers, bins: number): number[] {
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: bins - 1 }, (_, at) => quantile(sorted, (at + 1) / bins));
}

/** Which bin: how many edges lie below the value. */
function binOf(edges: readonly number[], value: number): number {
  const bin = edges.findIndex((edge) => value <= edge);
  return bin < 0 ? edges.length : bin;
}

/** Linear between the two nearest, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const [a, b] = [sorted[low] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return a + (b - a) * (place - low);
}

function sumOf(y: Numbers): number {
  let sum = 0;
  for (let at = 0; at < y.length; at++) sum += y[at] ?? 0;
  return sum;
}
