import { type Betas, betas, type Demo } from '../src/core/portfolio/demo/index.ts';

/** What is fitted, in the order of the coefficients after the constant. */
export const names = Object.keys(betas) as (keyof Betas)[];

/** One row a tenant-month: a constant, the features, then what else moves tenants: stage, house and season. */
export function designOf({ truth }: Pick<Demo, 'truth'>) {
  const properties = [...new Set(truth.map(({ property }) => property))];
  return truth.flatMap(({ property, months }) =>
    // Of stays that ended before the first month shown nothing is kept, so earlier months hold survivors only.
    months
      .filter(({ day }) => day > '2023-10-31')
      .map(({ day, monthsToEnd, features, left }) => ({
        left: left ? 1 : 0,
        monthsToEnd,
        x: [
          ...[1, ...names.map((name) => features[name])],
          ...[0, 1, 2].map((n) => (monthsToEnd === n ? 1 : 0)),
          ...properties.slice(1).map((name) => (name === property ? 1 : 0)),
          ...Array.from({ length: 11 }, (_, month) => (Number(day.slice(5, 7)) === month + 2 ? 1 : 0)),
        ],
      })),
  );
}

/** Logistic regression by Newton's method. Returns estimates and their standard errors. */
export function estimate(rows: readonly { x: readonly number[]; left: number }[]) {
  const size = rows[0]?.x.length ?? 0;
  let w = new Array<number>(size).fill(0);
  let inverse: number[][] = [];
  for (let round = 0; round < 12; round++) {
    const gradient = new Array<number>(size).fill(0);
    const hessian: number[][] = Array.from({ length: size }, (_, at) =>
      Array.from({ length: size }, (_, b): number => (at === b ? 1e-6 : 0)),
    );
    for (const { x, left } of rows) {
      let z = 0;
      for (let j = 0; j < size; j++) z += (w[j] ?? 0) * (x[j] ?? 0);
      const p = 1 / (1 + Math.exp(-z));
      const q = p * (1 - p);
      for (let j = 0; j < size; j++) {
        const xj = x[j] ?? 0;
        if (xj === 0) continue;
        gradient[j] = (gradient[j] ?? 0) + (left - p) * xj;
        const row = hessian[j] ?? [];
        for (let k = 0; k < size; k++) row[k] = (row[k] ?? 0) + q * xj * (x[k] ?? 0);
      }
    }
    inverse = inverted(hessian);
    w = w.map((value, j) => value + (inverse[j] ?? []).reduce((sum, cell, k) => sum + cell * (gradient[k] ?? 0), 0));
  }
  return { w, se: inverse.map((row, j) => Math.sqrt(row[j] ?? 0)) };
}

function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, at) => [...row, ...Array.from({ length: n }, (_, k) => (k === at ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    const pivot = work[c]?.[c] ?? 0;
    const pivotRow = (work[c] ?? []).map((value) => value / pivot);
    work[c] = pivotRow;
    for (let r = 0; r < n; r++) {
      const factor = work[r]?.[c] ?? 0;
      if (r !== c && factor !== 0) work[r] = (work[r] ?? []).map((value, k) => value - factor * (pivotRow[k] ?? 0));
    }
  }
  return work.map((row) => row.slice(n));
}

/** Share of pairs in which the leaver has the higher score. */
export function auc(rows: readonly { score: number; left: number }[]): number {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  let [ranks, leavers] = [0, 0];
  sorted.forEach(({ left }, at) => {
    if (left === 0) return;
    ranks += at + 1;
    leavers += 1;
  });
  return (ranks - (leavers * (leavers + 1)) / 2) / (leavers * (rows.length - leavers));
}
