/** How values lay when they were learned from, so that it can be told whether they still do. */
export interface Bins {
  /** Where each bin begins, rising; it ends where the next one begins, and the last with `most`. */
  readonly from: readonly number[];
  readonly most: number;
  readonly counts: readonly number[];
}

const MOST_BINS = 10;

/**
 * Bins of about equal counts. Few different values have a bin each; of many, one that holds a tenth of the rows by itself
 * has its own, whether it is the least, the greatest or between: most rents are paid whole, most tenants have no repair
 * open, and it is there that a change shows.
 */
export function binsOf(values: ArrayLike<number>, most = MOST_BINS): Bins {
  const known = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const counted: [value: number, count: number][] = [];
  for (const value of known) {
    const last = counted.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else counted.push([value, 1]);
  }
  const full = counted.length <= most ? 1 : known.length / most;
  const [from, counts]: [number[], number[]] = [[], []];
  for (const [value, count] of counted) {
    const last = counts.length - 1;
    if (last < 0 || count >= full || (counts[last] ?? 0) >= full) {
      from.push(value);
      counts.push(count);
    } else counts[last] = (counts[last] ?? 0) + count;
  }
  return { from, most: known.at(-1) ?? Number.NaN, counts };
}

/**
 * Population stability index: `sum_b (a_b - e_b) ln(a_b / e_b)`. What lies below the first bin or above the last is in a
 * bin of its own. Half a case is put into every bin, so that an empty one is no infinity; `cases` is how many the expected
 * are, where rows of one case were counted several times. Source: Siddiqi 2006, Credit Risk Scorecards; Yurdakul 2018 for the
 * distribution.
 */
export function psi(expected: Bins, actual: ArrayLike<number>, cases = sumOf(expected.counts)): number {
  const part = cases / sumOf(expected.counts);
  const counts = new Array<number>(expected.counts.length + 1).fill(0);
  for (let at = 0; at < actual.length; at++) {
    const bin = binOf(expected, actual[at] ?? 0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const [before, now] = [sharesOf([...expected.counts.map((count) => count * part), 0]), sharesOf(counts)];
  return before.reduce((sum, e, bin) => sum + ((now[bin] ?? 0) - e) * Math.log((now[bin] ?? 0) / e), 0);
}

/** What the index of two samples of one population, of `n` and `m` cases, comes to by chance, on average. */
export function psiByChance({ counts }: Bins, n: number, m: number): number {
  return (counts.length - 1) * (1 / n + 1 / m);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count + 0.5, 0);
  return counts.map((count) => (count + 0.5) / total);
}

/** Which bin; the one behind all of them for what lies outside. */
function binOf({ from, most }: Bins, value: number): number {
  const bin = from.findLastIndex((start) => start <= value);
  return bin < 0 || value > most ? from.length : bin;
}
