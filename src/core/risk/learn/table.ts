import { createHash } from 'node:crypto';
import type { IsoDay, PropertyId, Stage, TenantId } from '../../domain/index.ts';
import { type Feature, type HeadName, weighable } from '../scorecard.ts';
import { numbered } from './clustered.ts';
import type { Design } from './design.ts';
import { type End, measured, type TenantMonth } from './months.ts';

/** The stage that the others are told against: most months are of it. */
const USUAL: Stage = '7+ months';
export const stages: readonly Stage[] = ['0-3 months', '4-6 months', USUAL, 'month to month'];
/** Columns of a design behind its features, one for each stage but the usual one. */
export const stageColumns: readonly Stage[] = stages.filter((stage) => stage !== USUAL);
const FOLDS = 5;

/** Months of which the end is known for one head, as columns. */
export interface Table {
  readonly features: readonly Feature[];
  readonly rows: number;
  /** Row by row; NaN where the source was not connected. */
  readonly x: Float64Array;
  readonly y: Uint8Array;
  readonly stage: readonly Stage[];
  readonly tenant: readonly TenantId[];
  readonly property: readonly PropertyId[];
  readonly day: readonly IsoDay[];
  readonly knownOn: readonly IsoDay[];
}

/** Of months of which the end is known for that head. */
export function tableOf(months: readonly TenantMonth[], head: HeadName): Table {
  return columnsOf(
    months.flatMap((month) => (month.ends[head] ? [{ ...month, end: month.ends[head] }] : [])),
    head,
  );
}

/** Of tenants of whom nobody knows yet what will come of it: the ends say nothing. */
export function openTableOf(months: readonly TenantMonth[], head: HeadName): Table {
  return columnsOf(
    months.map((month) => ({ ...month, end: { hit: 0 as const, knownOn: month.day } })),
    head,
  );
}

function columnsOf(known: readonly (TenantMonth & { readonly end: End })[], head: HeadName): Table {
  const features: readonly Feature[] = weighable[head];
  const places = features.map((feature) => measured.indexOf(feature));
  const x = new Float64Array(known.length * features.length);
  known.forEach(({ values }, row) => {
    places.forEach((place, at) => {
      x[row * features.length + at] = values[place] ?? Number.NaN;
    });
  });
  return {
    ...{ features, rows: known.length, x, y: Uint8Array.from(known, ({ end }) => end.hit) },
    stage: known.map(({ stage }) => stage),
    tenant: known.map(({ tenant }) => tenant),
    property: known.map(({ property }) => property),
    day: known.map(({ day }) => day),
    knownOn: known.map(({ end }) => end.knownOn),
  };
}

/** Those rows of a table, in that order. */
export function rowsOf(table: Table, rows: ArrayLike<number> & Iterable<number>): Table {
  const columns = table.features.length;
  const x = new Float64Array(rows.length * columns);
  let to = 0;
  for (const row of rows) {
    x.set(table.x.subarray(row * columns, (row + 1) * columns), to);
    to += columns;
  }
  const of = <T>(all: ArrayLike<T>): T[] => Array.from(rows, (row) => all[row] as T);
  return {
    ...{ features: table.features, rows: rows.length, x, y: Uint8Array.from(of(table.y)) },
    ...{ stage: of(table.stage), tenant: of(table.tenant), property: of(table.property) },
    ...{ day: of(table.day), knownOn: of(table.knownOn) },
  };
}

/** Rows for which `wanted` holds. */
export function where({ rows }: Table, wanted: (row: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row).filter(wanted);
}

/** Means of what is known of each feature, in all rows or those; 0 where nothing is. */
export function meansOf({ features: { length }, rows, x }: Table, only?: Uint32Array): Float64Array {
  const sums = new Float64Array(length);
  const known = new Float64Array(length);
  for (let at = 0; at < (only?.length ?? rows); at++) {
    const from = (only?.[at] ?? at) * length;
    for (let column = 0; column < length; column++) {
      const value = x[from + column] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[column] = (sums[column] ?? 0) + value;
      known[column] = (known[column] ?? 0) + 1;
    }
  }
  return sums.map((sum, column) => (known[column] === 0 ? 0 : sum / (known[column] ?? 1)));
}

/** Features, then stages, of all rows or those. What is not known stands at `means`, so that it says nothing for nor against. */
export function designOf({ features, rows, x, y, stage }: Table, means: Float64Array, only?: Uint32Array): Design {
  const names = [...features, ...stageColumns];
  const count = only?.length ?? rows;
  const full = new Float64Array(count * names.length);
  const ends = new Uint8Array(count);
  for (let to = 0; to < count; to++) {
    const row = only?.[to] ?? to;
    ends[to] = y[row] ?? 0;
    for (let at = 0; at < features.length; at++) {
      const value = x[row * features.length + at] ?? Number.NaN;
      full[to * names.length + at] = Number.isNaN(value) ? (means[at] ?? 0) : value;
    }
    const at = stageColumns.indexOf(stage[row] ?? USUAL);
    if (at >= 0) full[to * names.length + features.length + at] = 1;
  }
  return { names, rows: count, x: full, y: ends };
}

/**
 * Which fold each row is in: all months of one tenant in the same, so that nobody is judged by what they taught, and as many
 * of those who came to the end that is learned in each. Dealt out in an order that comes of what was measured, as ids differ
 * from import to import: the same past gives the same model.
 */
export function foldsOf({ tenant, features, x, y, stage }: Table): Uint8Array {
  const rowsBy = Map.groupBy(tenant.keys(), (row) => tenant[row] as TenantId);
  const width = features.length * Float64Array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  const dealt = [...rowsBy.values()].map((rows) => {
    const content = createHash('sha256');
    for (const row of rows) {
      content.update(`${stage[row]} ${y[row]} `);
      content.update(bytes.subarray(row * width, (row + 1) * width));
    }
    return { rows, key: `${rows.some((row) => y[row] === 1) ? 1 : 0} ${content.digest('hex')}` };
  });
  dealt.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const folds = new Uint8Array(tenant.length);
  for (const [place, { rows }] of dealt.entries()) for (const row of rows) folds[row] = place % FOLDS;
  return folds;
}

/** Who is compared with whom: tenants of one property at one stage, of all months, as a small house has few in one. */
export function peersOf({ property, stage }: Table): Uint32Array {
  return numbered(stage.map((each, row) => `${property[row]} ${each}`));
}

export const foldNumbers = Array.from({ length: FOLDS }, (_, fold) => fold);
