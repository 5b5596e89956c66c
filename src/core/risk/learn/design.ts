import { BugError, UsageError } from '../../errors/index.ts';

/** What is learned from: `rows` rows of `names.length` numbers, one after the other, and what became of each. */
export interface Design {
  readonly names: readonly string[];
  readonly rows: number;
  readonly x: Float64Array;
  readonly y: Uint8Array;
}

/** Where each weight is drawn to when the rows do not say otherwise. */
export interface Pull {
  /** Raw-unit weight, per column: the scorecard's, or 0. */
  readonly toward: Float64Array;
  /** How hard, per column, on the standardised scale; 0 leaves a column free. */
  readonly strength: Float64Array;
}

/** The standardised rows are filled up to a multiple of this. */
export const ROWS_AT_A_TIME = 4;

export function checkShape({ names, rows, x, y }: Design, { toward, strength }: Pull): void {
  const columns = names.length;
  if (x.length !== rows * columns || y.length !== rows) throw new BugError(`a design of ${rows} rows is misshapen`);
  if (toward.length !== columns || strength.length !== columns) throw new BugError('a pull is of another design');
  let bad = -1;
  for (let at = 0; at < x.length && bad < 0; at++) if (!Number.isFinite(x[at])) bad = at;
  if (bad >= 0)
    throw new UsageError(`"${names[bad % columns]}" is ${x[bad]} in row ${Math.floor(bad / columns) + 1}`, [
      'put a number there, or leave the row out',
    ]);
}

/** Columns that change, shifted to mean 0 and scaled to sd 1 (division by n), behind a column of ones. */
export function standardised({ names, rows, x }: Design) {
  const columns = names.length;
  const means = new Float64Array(columns);
  const sds = new Float64Array(columns);
  const moving: number[] = [];
  for (let column = 0; column < columns; column++) {
    let [sum, least, most] = [0, Infinity, -Infinity];
    for (let at = column; at < x.length; at += columns) {
      const value = x[at] ?? 0;
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const mean = sum / rows;
    let squares = 0;
    for (let at = column; at < x.length; at += columns) squares += ((x[at] ?? 0) - mean) ** 2;
    const sd = Math.sqrt(squares / rows);
    if (!Number.isFinite(sd))
      throw new UsageError(`the numbers of "${names[column]}" are too large to learn from`, [
        'state it in a larger unit',
      ]);
    means[column] = mean;
    if (most - least <= 1e-12 * Math.max(Math.abs(most), Math.abs(least))) continue;
    sds[column] = sd;
    moving.push(column);
  }
  const size = moving.length + 1;
  // Rows of noughts fill up the last four.
  const z = new Float64Array(Math.ceil(rows / ROWS_AT_A_TIME) * ROWS_AT_A_TIME * size);
  for (let row = 0; row < rows; row++) {
    z[row * size] = 1;
    for (let at = 0; at < moving.length; at++) {
      const column = moving[at] ?? 0;
      z[row * size + at + 1] = ((x[row * columns + column] ?? 0) - (means[column] ?? 0)) / (sds[column] ?? 1);
    }
  }
  return { means, sds, z, moving };
}
