import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { IsoDay } from '../../domain/index.ts';
import { type Betas, betas, type Demo, generate } from './index.ts';

const endDay = '2026-10-31' as IsoDay;
/** Stands in for the product's: what it gives is part of the true process. */
const scoreSentence = (text: string) => (text.includes('not') || /broken|terrible|awful/.test(text) ? -0.6 : 0.3);
const world = (seed: number, more: { units?: number; betas?: Betas } = {}) =>
  generate({ seed, properties: 8, units: 150, months: 36, endDay, scoreSentence, ...more });

const names = Object.keys(betas) as (keyof Betas)[];
const nothing = Object.fromEntries(names.map((name) => [name, 0])) as unknown as Betas;

/** One row a tenant-month: a constant, the features, then what else moves tenants: stage, house and season. */
function designOf({ truth }: Demo) {
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
function estimate(rows: readonly { x: readonly number[]; left: number }[]) {
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
function auc(rows: readonly { score: number; left: number }[]): number {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  let [ranks, leavers] = [0, 0];
  sorted.forEach(({ left }, at) => {
    if (left === 0) return;
    ranks += at + 1;
    leavers += 1;
  });
  return (ranks - (leavers * (leavers + 1)) / 2) / (leavers * (rows.length - leavers));
}

describe('the invented portfolio', () => {
  test('is the same, byte by byte, for the same seed, and another for another', () => {
    const small = { units: 4 };
    expect(world(3, small).files).toEqual(world(3, small).files);
    expect(world(3, small).files['ledger.csv']).not.toBe(world(4, small).files['ledger.csv']);
  });

  test('looks like the sector: renewals, lateness, tickets and how fast they are closed', () => {
    const { truth } = world(5);
    const months = truth.flatMap(({ months }) => months);
    const ends = months.filter(({ monthsToEnd }) => monthsToEnd === 0);
    const dues = truth.flatMap(({ stay }) => stay.dues);
    const tickets = truth.flatMap(({ stay }) => stay.tickets);
    const share = (part: number, whole: number) => part / whole;
    const within = (value: number, from: number, to: number) => {
      expect(value).toBeGreaterThan(from);
      expect(value).toBeLessThan(to);
    };
    within(1 - share(ends.filter(({ left }) => left).length, ends.length), 0.5, 0.68);
    within(share(dues.filter(({ late }) => late).length, dues.length), 0.03, 0.09);
    within((share(tickets.length, months.length) * 12) / 1, 2.8, 3.8);
    within(share(tickets.filter(({ openedOn, closedOn }) => openedOn === closedOn).length, tickets.length), 0.55, 0.75);
  });

  test('gives its coefficients back to who fits them', () => {
    const { w, se } = estimate(designOf(world(7)));
    for (const [at, name] of names.entries()) {
      const [found = Number.NaN, error = 0] = [w[at + 1], se[at + 1]];
      expect(Math.abs(found - betas[name]), name).toBeLessThan(3 * error);
    }
    // It is no empty claim: what weighs most stands clear of nothing.
    expect(w[1] ?? 0).toBeGreaterThan(3 * (se[1] ?? 1));
  });

  test('in which nothing moves anybody gives nothing: no feature tells leavers apart at the end of a lease', () => {
    const rows = designOf(world(9, { betas: nothing }));
    const { w, se } = estimate(rows);
    for (const [at, name] of names.entries())
      expect(Math.abs(w[at + 1] ?? 9), name).toBeLessThan(3.5 * (se[at + 1] ?? 0));
    const ends = rows.filter(({ monthsToEnd }) => monthsToEnd === 0);
    const scored = ends.map(({ x, left }) => ({
      left,
      score: names.reduce((sum, name, at) => sum + betas[name] * (x[at + 1] ?? 0), 0),
    }));
    expect(auc(scored)).toBeGreaterThan(0.45);
    expect(auc(scored)).toBeLessThan(0.55);
  });

  test('is shipped as it is made, and its truth is in no package', () => {
    const root = join(import.meta.dirname, '../../../..');
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(files.some((each: string) => 'fixtures/truth'.startsWith(each))).toBe(false);
    const demo = JSON.parse(readFileSync(join(root, 'templates/demo/demo.json'), 'utf8'));
    expect(demo).toMatchObject({ properties: 12, endDay: '2026-10-31' });
  });
});
