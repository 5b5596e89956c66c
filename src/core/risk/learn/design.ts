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
export function standardised(design: Design) {
  const { names, rows, x } = design;
  const columns = names.length;
  const { means, least, most } = spansOf(design);
  const sds = sdsOf(design, means);
  const moving: number[] = [];
  for (const [column, name] of names.entries()) {
    const [low, high] = [least[column] ?? 0, most[column] ?? 0];
    if (!Number.isFinite(sds[column]))
      throw new UsageError(`the numbers of "${name}" are too large to learn from`, ['state it in a larger unit']);
    if (high - low <= 1e-12 * Math.max(Math.abs(high), Math.abs(low))) sds[column] = 0;
    else moving.push(column);
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

/** Row by row, as the numbers lie in memory. */
function spansOf({ names: { length }, rows, x }: Design) {
  const sums = new Float64Array(length);
  const least = new Float64Array(length).fill(Infinity);
  const most = new Float64Array(length).fill(-Infinity);
  for (let from = 0; from < x.length; from += length)
    for (let column = 0; column < length; column++) {
      const value = x[from + column] ?? 0;
      sums[column] = (sums[column] ?? 0) + value;
      if (value < (least[column] ?? 0)) least[column] = value;
      if (value > (most[column] ?? 0)) most[column] = value;
    }
  return { means: sums.map((sum) => sum / rows), least, most };
}

function sdsOf({ names: { length }, rows, x }: Design, means: Float64Array): Float64Array {
  const squares = new Float64Array(length);
  for (let from = 0; from < x.length; from += length)
    for (let column = 0; column < length; column++) {
      const off = (x[from + column] ?? 0) - (means[column] ?? 0);
      squares[column] = (squares[column] ?? 0) + off * off;
    }
  return squares.map((sum) => Math.sqrt(sum / rows));
}
