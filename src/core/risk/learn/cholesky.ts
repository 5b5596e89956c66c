/** Square matrices row by row, of which the lower half is read. */

/** A pivot smaller than this part of its diagonal is rounding: the column follows from those before it. */
const RELATIVE_PIVOT = 1e-11;

/** `root * root' = matrix`; `failedAt` is the first column that follows from those before it. */
export function factored(matrix: Float64Array, size: number): { root: Float64Array; failedAt?: number } {
  const root = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const whole = matrix[i * size + j] ?? 0;
      let rest = whole;
      for (let k = 0; k < j; k++) rest -= (root[i * size + k] ?? 0) * (root[j * size + k] ?? 0);
      if (i === j && !(rest > RELATIVE_PIVOT * whole)) return { root, failedAt: i };
      root[i * size + j] = i === j ? Math.sqrt(rest) : rest / (root[j * size + j] ?? 1);
    }
  return { root };
}

/** `x` with `root * root' * x = right`. */
export function solved(root: Float64Array, right: Float64Array, size: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    let rest = x[i] ?? 0;
    for (let k = 0; k < i; k++) rest -= (root[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (root[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    let rest = x[i] ?? 0;
    for (let k = i + 1; k < size; k++) rest -= (root[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (root[i * size + i] ?? 1);
  }
  return x;
}

/** Diagonal of the inverse of `root * root'`. */
export function inverseDiagonal(root: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, at) => {
    const unit = new Float64Array(size);
    unit[at] = 1;
    return solved(root, unit, size)[at] ?? 0;
  });
}
