/** How often something happened among so many: `hits` of `n`. */
export interface Count {
  readonly n: number;
  readonly hits: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z = 1.959963984540054;
/** Halvings of an interval on a log scale: far below what is shown. */
const STEPS = 60;
/** No ratio that two counts can tell of lies beyond. */
const WIDEST = 1e9;

export function rateOf({ n, hits }: Count): number {
  return hits / n;
}

/**
 * The ratio of two rates, `a` over `b`, by inverting the score test: all ratios that Pearson's chi-squared does not reject
 * when both rates are the most likely ones of that ratio, at `z` standard errors. It keeps its coverage where counts are
 * small or a rate is 0. At a ratio of 1 it is the score test of a difference too. `high` is infinite where nobody of `b`
 * was hit.
 * Source: Koopman 1984, Biometrics 40:513-517; recommended by Fagerland, Lydersen and Laake 2015, Stat Methods Med Res 24.
 */
export function ratioInterval(a: Count, b: Count, z = Z): Interval {
  const fits = (ratio: number) => chiSquared(a, b, ratio) <= z * z;
  const middle = Math.min(WIDEST, Math.max(1 / WIDEST, (a.hits + 0.5) / (a.n + 0.5) / ((b.hits + 0.5) / (b.n + 0.5))));
  const best = a.hits > 0 && b.hits > 0 ? rateOf(a) / rateOf(b) : middle;
  return {
    low: a.hits === 0 ? 0 : edge(fits, best, 1 / WIDEST),
    high: b.hits === 0 ? Number.POSITIVE_INFINITY : edge(fits, best, WIDEST),
  };
}

/** The last ratio that fits on the way from one that does to one that does not, halving on a log scale. */
function edge(fits: (ratio: number) => boolean, from: number, to: number): number {
  let [inside, outside] = [Math.log(from), Math.log(to)];
  for (let step = 0; step < STEPS; step++) {
    const middle = (inside + outside) / 2;
    if (fits(Math.exp(middle))) inside = middle;
    else outside = middle;
  }
  return Math.exp(inside);
}

/** Koopman's statistic: Pearson's, at the most likely rates `ratio p` and `p`. */
function chiSquared(a: Count, b: Count, ratio: number): number {
  const square = (a.n + b.n) * ratio;
  const linear = (a.n + b.hits) * ratio + a.hits + b.n;
  // The smaller root of square p² - linear p + hits = 0, in the form that loses no digits.
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * square * (a.hits + b.hits)));
  const p = (2 * (a.hits + b.hits)) / (linear + root);
  return part(a, Math.min(1, ratio * p)) + part(b, Math.min(1, p));
}

function part({ n, hits }: Count, p: number): number {
  const off = hits - n * p;
  const variance = n * p * (1 - p);
  if (variance > 0) return (off * off) / variance;
  return Math.abs(off) < 1e-9 ? 0 : Number.POSITIVE_INFINITY;
}

/**
 * The difference of two rates, `a` less `b`, from the score intervals of both; neither may be of nobody.
 * Source: Newcombe 1998, method 10, Stat Med 17:873-890.
 */
export function differenceInterval(a: Count, b: Count): Interval {
  const [one, other] = [rateInterval(a), rateInterval(b)];
  const [p, q] = [rateOf(a), rateOf(b)];
  return {
    low: p - q - Math.hypot(p - one.low, other.high - q),
    high: p - q + Math.hypot(one.high - p, q - other.low),
  };
}

/** Of nobody every rate is possible. Source: Wilson 1927, JASA 22:209-212. */
export function rateInterval({ n, hits }: Count): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const [p, share] = [hits / n, (Z * Z) / n];
  const half = (Z * Math.sqrt((p * (1 - p)) / n + share / (4 * n))) / (1 + share);
  const middle = (p + share / 2) / (1 + share);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * How likely two counts at least as unlike would be if in each stratum both rates were one: exact, two-sided, however
 * small they are, given how many of each stratum were hit. The statistic is that of Cochran, Mantel and Haenszel: how many
 * of the first counts were hit, over all strata; one stratum is Fisher's test. Strata in which there is nobody to compare
 * with tell nothing.
 * Sources: Mantel and Haenszel 1959, JNCI 22:719-748; exact by Mehta, Patel and Gray 1985, JASA 80:969-973; the two-sided
 * sum as in R's `fisher.test` and `mantelhaen.test(exact = TRUE)`.
 */
export function exactTest(strata: readonly Pair[]): number {
  const told = strata.filter(([a, b]) => a.n > 0 && b.n > 0).map(chancesOf);
  const chances = told.reduce((sums, { each }) => convolved(sums, each), [1]);
  const seen = (chances[told.reduce((sum, { at }) => sum + at, 0)] ?? 0) * (1 + 1e-7);
  return Math.min(
    1,
    chances.reduce((sum, chance) => (chance <= seen ? sum + chance : sum), 0),
  );
}

/** Two counts that are compared with each other. */
export type Pair = readonly [Count, Count];

/** The chance of each number of hits that the first count can have had, by the lowest first, and where the one seen is. */
function chancesOf([a, b]: Pair) {
  const hits = a.hits + b.hits;
  const [from, to] = [Math.max(0, hits - b.n), Math.min(a.n, hits)];
  const all = logChoose(a.n + b.n, hits);
  const chance = (k: number) => Math.exp(logChoose(a.n, k) + logChoose(b.n, hits - k) - all);
  return { each: Array.from({ length: to - from + 1 }, (_, at) => chance(from + at)), at: a.hits - from };
}

/** The chances of a sum, from those of what is added. */
function convolved(one: readonly number[], other: readonly number[]): number[] {
  const sums = new Array<number>(one.length + other.length - 1).fill(0);
  for (const [at, chance] of one.entries())
    for (const [more, also] of other.entries()) sums[at + more] = (sums[at + more] ?? 0) + chance * also;
  return sums;
}

/**
 * The ratio of two rates, first over second, common to all strata; not a number where no stratum tells of it.
 * Source: the Mantel-Haenszel risk ratio, Greenland and Robins 1985, Biometrics 41:55-68.
 */
export function commonRatio(strata: readonly Pair[]): number {
  let [over, under] = [0, 0];
  for (const [a, b] of strata) {
    if (a.n + b.n === 0) continue;
    over += (a.hits * b.n) / (a.n + b.n);
    under += (b.hits * a.n) / (a.n + b.n);
  }
  return over / under;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let k = logFactorials.length; k <= n; k++) logFactorials.push((logFactorials[k - 1] ?? 0) + Math.log(k));
  return logFactorials[n] ?? 0;
}

/** One-sided 80 % of the normal distribution. */
const Z_POWER = 0.8416212335729143;

/**
 * How many are needed in each of two equal groups to see `p` become `q` at 80 % power, two-sided at 5 %: 295 for
 * 45 % -> 33.75 %. Source: Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, 4.2.
 */
export function neededPerGroup(p: number, q: number): number {
  const { null: none, alternative } = spreads(p, q);
  return ((Z * none + Z_POWER * alternative) / (p - q)) ** 2;
}

/**
 * The chance that among `treated` and `withheld` so many the fall of a rate from `p` to `q` goes beyond `bound` standard
 * errors at this look or at an earlier one, where the bound of an earlier look is wider as its information is less. The
 * second term is for the earlier ones; groups may be of unlike size.
 * Sources: Fleiss, Levin and Paik 2003, 4.4; the first passage of a Brownian motion with drift, Siegmund 1985, 3.2.
 */
export function chanceToSee(sizes: { treated: number; withheld: number }, p: number, q: number, bound: number): number {
  const { treated, withheld } = sizes;
  if (treated === 0 || withheld === 0) return 0;
  const mean = (treated * q + withheld * p) / (treated + withheld);
  const alternative = Math.sqrt((p * (1 - p)) / withheld + (q * (1 - q)) / treated);
  const none = Math.sqrt(mean * (1 - mean) * (1 / treated + 1 / withheld));
  const [drift, edge] = [Math.abs(p - q) / alternative, (bound * none) / alternative];
  return normal(drift - edge) + Math.exp(Math.min(700, 2 * drift * edge)) * normal(-drift - edge);
}

function spreads(p: number, q: number) {
  const mean = (p + q) / 2;
  return { null: Math.sqrt(2 * mean * (1 - mean)), alternative: Math.sqrt(p * (1 - p) + q * (1 - q)) };
}

/** The share of a normal distribution below `z`, to 1e-7. Source: Abramowitz and Stegun 1964, 26.2.17. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153].reduce((sum, c) => (sum + c) * t, 0);
  const beyond = (tail * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z > 0 ? 1 - beyond : beyond;
}
