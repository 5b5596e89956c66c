import { UserError } from '../../errors/index.ts';
import { bounds } from '../features/signal.ts';
import type { OnnxManifest, Rate } from '../onnx.ts';
import { type Complaint, harms, isComplaint } from '../scorecard.ts';

/** Different rows that are asked about, evenly over all of them, and how many worse values of each complaint. */
const MOST_ROWS = 500;
const MOST_VALUES = 6;
/** What rounding to single precision may bring about. */
const ROUNDING = 1e-6;

/** As bad as each of them can be. */
const worst = (name: Complaint) => bounds[name][harms[name] > 0 ? 1 : 0];

/** One more of it, where it is not counted by ones. */
const steps: Readonly<Partial<Record<Complaint, number>>> = { negativeSentiment90d: 0.1, moodDrop90d: 0.1 };

/**
 * Complaints may only help: in no row may one more of them, or a worse one, lower what a model gives. Of a model whose
 * weights cannot be read this is found out by asking: each row is asked about again with each complaint one step worse, as bad as
 * others of these rows have it, and as bad as it can be. Gives how many rows were asked about; one in which every
 * complaint is already as bad as it can be says nothing and is none of them. UserError `refused`
 * with the complaint that counts for staying in most of them.
 */
export async function probe(
  rate: Rate,
  { features, golden }: OnnxManifest,
  own: readonly (readonly number[])[],
): Promise<number> {
  const given = golden.rows.map(({ x }) => features.map(({ name }) => x[name] ?? Number.NaN));
  const all = [...new Map([...own, ...given].map((row) => [row.join(), row])).values()];
  const rows = thinned(all, MOST_ROWS);
  const asked = new Set<number>();
  const found: { readonly feature: Complaint; readonly count: number }[] = [];
  for (const [at, { name }] of features.entries()) {
    if (!isComplaint(name)) continue;
    const chains = rows.map((row) => worsening(row, at, name, seenOf(all, at)));
    const p = await rate(chains.flat());
    let first = 0;
    let count = 0;
    for (const [row, chain] of chains.entries()) {
      if (chain.length > 1) asked.add(row);
      const of = p.slice(first, first + chain.length);
      first += chain.length;
      if (of.some((each, step) => step > 0 && each < (of[step - 1] ?? 0) - ROUNDING)) count += 1;
    }
    if (count > 0) found.push({ feature: name, count });
  }
  const [most] = found.toSorted((a, b) => b.count - a.count);
  if (most)
    throw new UserError(
      'refused',
      `this model punishes complaints: a worse "${most.feature}" lowers what it gives in ${most.count} of ${asked.size} rows`,
      [
        'complaints may only help: learn it again with a constraint that it only rises with them (monotone_constraints)',
        'or leave that feature out',
      ],
    );
  return asked.size;
}

function seenOf(rows: readonly (readonly number[])[], at: number): number[] {
  const values = new Set(rows.map((row) => row[at] ?? Number.NaN));
  return thinned(
    [...values].sort((a, b) => a - b),
    MOST_VALUES,
  );
}

/** The row as it is, and with that complaint worse and worse. */
function worsening(row: readonly number[], at: number, name: Complaint, seen: readonly number[]): number[][] {
  const harm = harms[name];
  const is = row[at] ?? Number.NaN;
  const one = is + harm * (steps[name] ?? 1);
  const worse = [one, ...seen, worst(name)].filter((value) => harm * value > harm * is);
  // Beyond its cap nobody has it, and a model says there what it likes.
  const possible = worse.filter((value) => harm * value <= harm * worst(name));
  const chain = [is, ...new Set(possible)].sort((a, b) => harm * (a - b));
  return chain.map((value) => row.with(at, value));
}

/** As many as that, evenly over all of them, the first and the last among them. */
function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))] as T);
}
