import { sigmoid } from './fit.ts';

/** How log-odds become a probability that may be called one; plain data, so that it can be kept with a model. */
export type Calibration =
  | { readonly kind: 'platt'; readonly a: number; readonly b: number }
  | { readonly kind: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };

/**
 * `p = sigma(a * logit + b)`, with targets that are drawn in, so that no finite sample makes anything certain:
 * `(n1 + 1) / (n1 + 2)` for a one and `1 / (n0 + 2)` for a nought. For few cases: below 1,000. Where all logits are
 * alike, `a` stays 1; where they fall as outcomes rise it is 0, as a probability must not run against the index. Give it logits of rows that were not learned from. Source: Platt 1999, Probabilistic outputs for
 * support vector machines; by Newton after Lin, Lin, Weng 2007, Machine Learning 68.
 */
export function platt(logits: Float64Array, y: Uint8Array): Calibration {
  const [nought, one] = targets(y);
  const line = fitLine(
    logits,
    Float64Array.from(y, (each) => (each === 1 ? one : nought)),
  );
  if (line && line.slope > 0) return { kind: 'platt', a: line.slope, b: line.intercept };
  const ones = y.reduce((sum, each) => sum + each, 0);
  const mean = (ones * one + (y.length - ones) * nought) / y.length;
  const usual = Math.log(mean / (1 - mean));
  return line ? { kind: 'platt', a: 0, b: usual } : { kind: 'platt', a: 1, b: usual - (logits[0] ?? 0) };
}

/**
 * The rising step function nearest to the outcomes by squares, joined by straight lines between its steps and level
 * beyond them; kept off 0 and 1 as `platt` does. For many cases: from 1,000. Equal logits share one value. Source: pool
 * adjacent violators, Ayer et al. 1955, Annals of Mathematical Statistics 26; Zadrozny and Elkan 2002, KDD.
 */
export function isotonic(logits: Float64Array, y: Uint8Array): Calibration {
  const [least, most] = targets(y);
  const blocks: { from: number; to: number; sum: number; count: number }[] = [];
  for (const at of Uint32Array.from(logits.keys()).sort((a, b) => (logits[a] ?? 0) - (logits[b] ?? 0))) {
    const [logit, one] = [logits[at] ?? 0, y[at] ?? 0];
    const last = blocks.at(-1);
    if (last?.from === logit) {
      last.sum += one;
      last.count += 1;
    } else blocks.push({ from: logit, to: logit, sum: one, count: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let top = { ...block };
    for (
      let before = pooled.at(-1);
      before && before.sum / before.count >= top.sum / top.count;
      before = pooled.at(-1)
    ) {
      top = { from: before.from, to: top.to, sum: before.sum + top.sum, count: before.count + top.count };
      pooled.pop();
    }
    pooled.push(top);
  }
  const [x, p]: [number[], number[]] = [[], []];
  for (const { from, to, sum, count } of pooled)
    for (const edge of from === to ? [from] : [from, to]) {
      x.push(edge);
      p.push(Math.min(most, Math.max(least, sum / count)));
    }
  return { kind: 'isotonic', x, y: p };
}

/** Probability of log-odds by what was learned of how right they are. */
export function calibrated(calibration: Calibration, logit: number): number {
  if (calibration.kind === 'platt') return sigmoid(calibration.a * logit + calibration.b);
  const { x, y } = calibration;
  let [low, high] = [0, x.length - 1];
  if (logit <= (x[low] ?? 0)) return y[low] ?? Number.NaN;
  if (logit >= (x[high] ?? 0)) return y[high] ?? Number.NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= logit) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [x[low] ?? 0, x[high] ?? 0, y[low] ?? 0, y[high] ?? 0];
  return y0 + ((y1 - y0) * (logit - x0)) / (x1 - x0);
}

function targets(y: Uint8Array): [nought: number, one: number] {
  const ones = y.reduce((sum, each) => sum + each, 0);
  return [1 / (y.length - ones + 2), (ones + 1) / (ones + 2)];
}

const MAX_STEPS = 100;
/** A slope that is known to no better than this, per sd of the logits, has no end: they tell outcomes apart without a miss. */
const ENDLESS_ERROR = 10;

/**
 * Logistic line of `targets`, shares from 0 to 1, on `logits`: `sigma(slope * logit + intercept)`. `undefined` where
 * there is none: all logits alike, or outcomes told apart without a miss.
 */
export function fitLine(
  logits: Float64Array,
  targets: Float64Array,
): { slope: number; intercept: number; slopeError: number } | undefined {
  const mean = logits.reduce((sum, each) => sum + each, 0) / logits.length;
  const spread = Math.sqrt(logits.reduce((sum, each) => sum + (each - mean) ** 2, 0) / logits.length);
  let [slope, intercept] = [0, 0];
  let objective = lossOf(logits, targets, slope, intercept);
  for (let step = 0; ; step++) {
    let [ga, gb, aa, ab, bb] = [0, 0, 0, 0, 0];
    for (let at = 0; at < logits.length; at++) {
      const x = logits[at] ?? 0;
      const p = sigmoid(slope * x + intercept);
      const [off, q] = [p - (targets[at] ?? 0), p * (1 - p)];
      ga += off * x;
      gb += off;
      aa += q * x * x;
      ab += q * x;
      bb += q;
    }
    const det = aa * bb - ab * ab;
    const slopeError = Math.sqrt(bb / det);
    if (!(det > 1e-12 * aa * bb) || slopeError * spread > ENDLESS_ERROR) return undefined;
    if (Math.max(Math.abs(ga), Math.abs(gb)) <= 1e-9 || step === MAX_STEPS) return { slope, intercept, slopeError };
    const [da, db] = [(bb * ga - ab * gb) / det, (aa * gb - ab * ga) / det];
    let length = 1;
    let next = lossOf(logits, targets, slope - da, intercept - db);
    while (next > objective + 1e-12 * Math.abs(objective) && length > 1e-9) {
      length /= 2;
      next = lossOf(logits, targets, slope - length * da, intercept - length * db);
    }
    slope -= length * da;
    intercept -= length * db;
    objective = next;
  }
}

function lossOf(logits: Float64Array, targets: Float64Array, slope: number, intercept: number): number {
  let sum = 0;
  for (let at = 0; at < logits.length; at++) {
    const logit = slope * (logits[at] ?? 0) + intercept;
    sum += Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(logit, 0) - (targets[at] ?? 0) * logit;
  }
  return sum;
}
