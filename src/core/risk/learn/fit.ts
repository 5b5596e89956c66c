import { UserError } from '../../errors/index.ts';
import { factored, inverseDiagonal, solved } from './cholesky.ts';
import { clusteredVariances } from './clustered.ts';
import { checkShape, type Design, type Pull, ROWS_AT_A_TIME, standardised } from './design.ts';

export interface FitOptions {
  readonly near?: Pick<Fit, 'intercept' | 'weights'> | undefined;
  readonly groups?: ArrayLike<number> | undefined;
  /** For who asks for weights to a millionth: errors may be those of a point near by, and the last steps are left out. */
  readonly isQuick?: boolean;
}

export interface Fit {
  readonly intercept: number;
  /** Log-odds per raw unit. */
  readonly weights: Float64Array;
  /** Standard errors in raw units; `Infinity` for a column that never changes: nothing was learned of it. */
  readonly errors: Float64Array;
  readonly means: Float64Array;
  /** 0 for a column that never changes. */
  readonly sds: Float64Array;
  /** Of the summed objective at the optimum, on the standardised scale. */
  readonly gradientMaxNorm: number;
  readonly iterations: number;
}

const TIGHT = 1e-10;
const TIGHT_ENOUGH = 1e-7;
/** Who is no nearer to the bottom than this has not found it. */
const LOOSE = 1e-6;
const MAX_STEPS = 100;
/** While each step leaves no more of the gradient than this, the curve as it was a step ago is good enough. */
const STILL_FAST = 0.1;
const MAX_HALVINGS = 40;
/** No weight, per sd of its column, moves farther in one step, unless its prior lies farther still. */
const FARTHEST = 20;
/** A free standardised weight that is known to no better than this has run away: its column tells the classes apart. */
const RUNAWAY_ERROR = 10;

/**
 * L2 logistic regression with the pull toward a prior, by damped Newton (iteratively reweighted least squares). With
 * `z` the standardised columns, `v = w * sd` and `v0 = toward * sd`, it minimises
 *
 *     sum_i log(1 + exp(-s_i (b + z_i v))) + 1/2 sum_j strength_j (v_j - v0_j)^2,   s_i = 2 y_i - 1
 *
 * The intercept is free. `toward` 0 and strength 1 is scikit-learn's `C = 1`. Standard errors are the roots of the
 * diagonal of the inverse Hessian, pull included; where `groups` are given, one of each row, they allow for rows of one
 * group that say the same thing: see `clusteredVariances`. Sources: Hastie, Tibshirani, Friedman, The Elements of Statistical
 * Learning, 4.4; le Cessie and van Houwelingen 1992, Applied Statistics 41, for the ridge.
 *
 * Where `near` is given, it is begun there: a fit to most of these rows, for one. Where it ends does not depend on that.
 *
 * Refuses (UserError `insufficient`) a single class, and a free column which the rows cannot weigh: it repeats others,
 * or it tells the classes apart without a miss, so that every larger weight fits better. A pull mends both.
 */
export function fitLogit(design: Design, pull: Pull, { near, groups, isQuick = false }: FitOptions = {}): Fit {
  const { names, rows, y } = design;
  checkShape(design, pull);
  const ones = y.reduce((sum, each) => sum + each, 0);
  if (ones === 0 || ones === rows)
    throw new UserError('insufficient', `all ${rows} rows ended alike, so there is nothing to tell apart`, [
      'bring months in which some left and some stayed',
    ]);
  const { means, sds, z, moving } = standardised(design);
  const size = moving.length + 1;
  const center = Float64Array.from(moving, (at) => (pull.toward[at] ?? 0) * (sds[at] ?? 0));
  const strength = Float64Array.from(moving, (at) => pull.strength[at] ?? 0);
  const problem: Problem = { rows, size, z, y, center, strength };

  let v = new Float64Array(size);
  if (near) {
    for (const [at, column] of moving.entries()) v[at + 1] = (near.weights[column] ?? 0) * (sds[column] ?? 0);
    v[0] = means.reduce((sum, mean, column) => sum + mean * (near.weights[column] ?? 0), near.intercept);
  }
  // Not from the prior: where that is far off nobody's outcome is in doubt, and Newton's method finds no way back.
  else v[0] = Math.log(ones / (rows - ones));
  let here = evaluated(problem, v);
  let root = rootOf(problem, here, moving, names);
  let isFresh = true;
  let iterations = 0;
  const bottom = isQuick ? TIGHT_ENOUGH : TIGHT;
  while (here.gradientMaxNorm > bottom && iterations < MAX_STEPS) {
    const ahead = stepped(problem, v, here, solved(root, here.gradient, size));
    // At the bottom only rounding is left: another step does not bring the gradient down any more.
    if (ahead === undefined && isFresh) break;
    iterations += 1;
    isFresh = ahead === undefined || ahead.here.gradientMaxNorm > STILL_FAST * here.gradientMaxNorm;
    if (ahead) ({ v, here } = ahead);
    if (isFresh) root = rootOf(problem, here, moving, names);
  }

  if (here.gradientMaxNorm > LOOSE) {
    const most = largest(v.subarray(1));
    throw runaway(names[moving[v.subarray(1).findIndex((each) => Math.abs(each) === most)] ?? 0]);
  }
  const last = isFresh || isQuick ? root : rootOf(problem, here, moving, names);
  const variance = inverseDiagonal(last, size);
  const weights = Float64Array.from(pull.toward);
  const errors = new Float64Array(names.length).fill(Infinity);
  for (const [at, column] of moving.entries()) {
    if (strength[at] === 0 && !(Math.sqrt(variance[at + 1] ?? 0) < RUNAWAY_ERROR)) throw runaway(names[column]);
    weights[column] = (v[at + 1] ?? 0) / (sds[column] ?? 1);
  }
  const told = groups ? clusteredVariances(last, scoresOf(problem, here), groups, size) : variance;
  for (const [at, column] of moving.entries()) errors[column] = Math.sqrt(told[at + 1] ?? 0) / (sds[column] ?? 1);
  const intercept = means.reduce((sum, mean, at) => sum - mean * (weights[at] ?? 0), v[0] ?? 0);
  return { intercept, weights, errors, means, sds, gradientMaxNorm: here.gradientMaxNorm, iterations };
}

/** Log-odds of one row of a design's numbers. */
export function logitOf({ intercept, weights }: Pick<Fit, 'intercept' | 'weights'>, x: Float64Array, row: number) {
  let sum = intercept;
  const from = row * weights.length;
  for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * (x[from + at] ?? 0);
  return sum;
}

/** Probability of log-odds, without overflow at either end. */
export function sigmoid(logit: number): number {
  if (logit >= 0) return 1 / (1 + Math.exp(-logit));
  const odds = Math.exp(logit);
  return odds / (1 + odds);
}

interface Problem {
  readonly rows: number;
  /** Columns of `z`: the ones, then those that change. */
  readonly size: number;
  readonly z: Float64Array;
  readonly y: Uint8Array;
  readonly center: Float64Array;
  readonly strength: Float64Array;
}

interface Point {
  /** Of each row of `z`, how likely it is 1; 0 for those that fill it up. */
  readonly chances: Float64Array;
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly gradientMaxNorm: number;
}

/** Four rows at a time: each sum waits for its last addition, and four of them wait together. */
function evaluated(problem: Problem, v: Float64Array): Point {
  const { size, z, y, center, strength } = problem;
  const gradient = new Float64Array(size);
  const chances = new Float64Array(z.length / size);
  const logits = new Float64Array(ROWS_AT_A_TIME);
  const offs = new Float64Array(ROWS_AT_A_TIME);
  let objective = 0;
  for (let first = 0; first < chances.length; first += ROWS_AT_A_TIME) {
    const [a, b, c, d] = [first * size, (first + 1) * size, (first + 2) * size, (first + 3) * size];
    let [la, lb, lc, ld] = [0, 0, 0, 0];
    for (let j = 0; j < size; j++) {
      const each = v[j] ?? 0;
      la += (z[a + j] ?? 0) * each;
      lb += (z[b + j] ?? 0) * each;
      lc += (z[c + j] ?? 0) * each;
      ld += (z[d + j] ?? 0) * each;
    }
    logits[0] = la;
    logits[1] = lb;
    logits[2] = lc;
    logits[3] = ld;
    let product = 1;
    for (let at = 0; at < ROWS_AT_A_TIME; at++) {
      const [logit, one] = [logits[at] ?? 0, y[first + at]];
      offs[at] = 0;
      if (one === undefined) continue;
      const tail = Math.exp(-Math.abs(logit));
      product *= 1 + tail;
      objective += Math.max(logit, 0) - one * logit;
      const chance = (logit >= 0 ? 1 : tail) / (1 + tail);
      chances[first + at] = chance;
      offs[at] = chance - one;
    }
    objective += Math.log(product);
    const [oa, ob, oc, od] = [offs[0] ?? 0, offs[1] ?? 0, offs[2] ?? 0, offs[3] ?? 0];
    for (let j = 0; j < size; j++)
      gradient[j] =
        (gradient[j] ?? 0) + oa * (z[a + j] ?? 0) + ob * (z[b + j] ?? 0) + oc * (z[c + j] ?? 0) + od * (z[d + j] ?? 0);
  }
  for (let at = 0; at < size - 1; at++) {
    const [pull, off] = [strength[at] ?? 0, (v[at + 1] ?? 0) - (center[at] ?? 0)];
    objective += 0.5 * pull * off ** 2;
    gradient[at + 1] = (gradient[at + 1] ?? 0) + pull * off;
  }
  return { chances, objective, gradient, gradientMaxNorm: largest(gradient) };
}

/** What each row adds to the gradient, the pull left out: `rows` rows of `size` numbers. */
function scoresOf({ rows, size, z, y }: Problem, { chances }: Point): Float64Array {
  const scores = new Float64Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const off = (chances[row] ?? 0) - (y[row] ?? 0);
    for (let at = row * size; at < (row + 1) * size; at++) scores[at] = off * (z[at] ?? 0);
  }
  return scores;
}

/** Lower half, row by row. */
function hessianAt({ size, z, strength }: Problem, { chances }: Point): Float64Array {
  const hessian = squared(
    z,
    chances.map((p) => p * (1 - p)),
    size,
  );
  for (let j = 1; j < size; j++) hessian[j * size + j] = (hessian[j * size + j] ?? 0) + (strength[j - 1] ?? 0);
  return hessian;
}

/** Lower half of `z' diag(weights) z`: nearly all of the work of a fit. Four rows at a time, which halves it. */
function squared(z: Float64Array, weights: Float64Array, size: number): Float64Array {
  const sum = new Float64Array(size * size);
  for (let row = 0; row < weights.length; row += ROWS_AT_A_TIME) {
    const [a, b, c, d] = [row * size, (row + 1) * size, (row + 2) * size, (row + 3) * size];
    for (let j = 0; j < size; j++) {
      const wa = (weights[row] ?? 0) * (z[a + j] ?? 0);
      const wb = (weights[row + 1] ?? 0) * (z[b + j] ?? 0);
      const wc = (weights[row + 2] ?? 0) * (z[c + j] ?? 0);
      const wd = (weights[row + 3] ?? 0) * (z[d + j] ?? 0);
      const line = j * size;
      for (let k = 0; k <= j; k++)
        sum[line + k] =
          (sum[line + k] ?? 0) +
          (wa * (z[a + k] ?? 0) + wb * (z[b + k] ?? 0) + wc * (z[c + k] ?? 0) + wd * (z[d + k] ?? 0));
    }
  }
  return sum;
}

/** The next point: a Newton step, halved until the objective falls; near the bottom, where it is flat, until the gradient does. */
function stepped(problem: Problem, v: Float64Array, here: Point, step: Float64Array) {
  // Where no outcome is in doubt the curve is all but level, and a whole step would lead out of the world.
  const farthest = Math.max(FARTHEST, 2 * largest(problem.center));
  const reach = Math.min(1, farthest / largest(step));
  for (let halving = 0; halving < MAX_HALVINGS; halving++) {
    const length = reach * 2 ** -halving;
    const next = v.map((value, at) => value - length * (step[at] ?? 0));
    const there = evaluated(problem, next);
    const flat = Math.abs(there.objective - here.objective) <= 1e-10 * (1 + Math.abs(here.objective));
    if (flat ? there.gradientMaxNorm < here.gradientMaxNorm : there.objective < here.objective)
      return { v: next, here: there };
  }
  return undefined;
}

function largest(of: Float64Array): number {
  return of.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}

/** Root of the Hessian; where there is none, a free column can be had from others, or has run away. */
function rootOf(problem: Problem, here: Point, moving: readonly number[], names: readonly string[]): Float64Array {
  const { root, failedAt } = factored(hessianAt(problem, here), problem.size);
  if (failedAt !== undefined) throw runaway(names[moving[failedAt - 1] ?? 0]);
  return root;
}

function runaway(name = '') {
  return new UserError(
    'insufficient',
    `these rows give "${name}" no finite weight: it repeats other columns, or tells who left without a miss`,
    ['bring more months, or leave that column out'],
  );
}
