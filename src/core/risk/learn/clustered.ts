import { solved } from './cholesky.ts';

/**
 * Diagonal of `H^-1 (G / (G - 1) sum_g s_g s_g') H^-1`, with `root * root' = H` the Hessian, `s_g` the sum of what the rows
 * of group `g` add to the gradient, and `G` groups: variances that hold where the rows of one group are not independent, as
 * the months of one tenant, who leaves once and is seen to in several. `scores` is rows of `size` numbers; `groups` numbers
 * from 0, one of each row. With one group there is nothing to go by: all are `NaN`. Source: Liang and Zeger 1986, Biometrika
 * 73; the factor as in Cameron and Miller 2015, Journal of Human Resources 50.
 */
export function clusteredVariances(
  root: Float64Array,
  scores: Float64Array,
  groups: ArrayLike<number>,
  size: number,
): Float64Array {
  let count = 0;
  for (let row = 0; row < groups.length; row++) count = Math.max(count, (groups[row] ?? 0) + 1);
  const sums = new Float64Array(count * size);
  for (let row = 0; row < groups.length; row++)
    for (let at = 0, from = row * size, to = (groups[row] ?? 0) * size; at < size; at++)
      sums[to + at] = (sums[to + at] ?? 0) + (scores[from + at] ?? 0);
  const factor = count > 1 ? count / (count - 1) : Number.NaN;
  return Float64Array.from({ length: size }, (_, column) => {
    const unit = new Float64Array(size);
    unit[column] = 1;
    const inverse = solved(root, unit, size);
    let sum = 0;
    for (let group = 0; group < count; group++) {
      let along = 0;
      for (let at = 0; at < size; at++) along += (inverse[at] ?? 0) * (sums[group * size + at] ?? 0);
      sum += along ** 2;
    }
    return factor * sum;
  });
}

/** Numbers from 0 for keys, in the order in which they appear. */
export function numbered(keys: ArrayLike<string>): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(keys, (key) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}
