import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Design } from '../../src/core/risk/learn/design.ts';
import { type Fit, fitLogit, logitOf, sigmoid } from '../../src/core/risk/learn/fit.ts';
import { auc } from '../../src/core/risk/learn/metrics.ts';

/** Two public sets, prepared and divided as `fixtures/churn/expected.json` says. Neither is about tenants. */
export const sets = { telco, credit } as const;
export type SetName = keyof typeof sets;

export interface PublicSet {
  readonly design: Design;
  readonly folds: Uint8Array;
}

const FOLDS = 5;
const folder = join(import.meta.dirname, '../../fixtures/churn');

/** Probabilities of rows that were not learned from, each fold by the other four. */
export function outOfFold({ design, folds }: PublicSet) {
  const p = new Float64Array(design.rows);
  const fits: Fit[] = [];
  const aucs: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = part(design, (row) => folds[row] !== fold);
    const free = new Float64Array(design.names.length);
    const fit = fitLogit(train, { toward: free, strength: free.map(() => 1) });
    const rows = [...folds.keys()].filter((row) => folds[row] === fold);
    for (const row of rows) p[row] = sigmoid(logitOf(fit, design.x, row));
    fits.push(fit);
    aucs.push(
      auc(
        rows.map((row) => design.y[row] ?? 0),
        rows.map((row) => p[row] ?? 0),
      ),
    );
  }
  return { p, fits, auc: aucs.reduce((sum, each) => sum + each, 0) / FOLDS };
}

function part({ names, x, y }: Design, kept: (row: number) => boolean): Design {
  const rows = [...y.keys()].filter(kept);
  const columns = names.length;
  const taken = new Float64Array(rows.length * columns);
  for (const [at, row] of rows.entries()) taken.set(x.subarray(row * columns, (row + 1) * columns), at * columns);
  return { names, rows: rows.length, x: taken, y: Uint8Array.from(rows, (row) => y[row] ?? 0) };
}

/** The rows of a packed file, by column name; refused unless it is the file that `DATA.md` tells of. */
function readTable(file: string): Readonly<Record<string, string>>[] {
  const bytes = gunzipSync(readFileSync(join(folder, `${file}.gz`)));
  const stated = readFileSync(join(folder, 'DATA.md'), 'utf8').match(
    new RegExp(`^([0-9a-f]{64}) {2}${file}$`, 'm'),
  )?.[1];
  if (createHash('sha256').update(bytes).digest('hex') !== stated) throw new Error(`${file} is another file`);
  const [head = '', ...lines] = bytes.toString().trimEnd().split('\n');
  const names = head.trimEnd().split(',');
  return lines.map((line) => {
    const cells = line.trimEnd().split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

function foldOf(key = ''): number {
  return Number.parseInt(createHash('sha256').update(`sophia-v1:${key}`).digest('hex').slice(0, 8), 16) % FOLDS;
}

function designOf(rows: readonly Readonly<Record<string, number>>[], y: Uint8Array): Design {
  const names = Object.keys(rows[0] ?? {});
  const x = new Float64Array(rows.length * names.length);
  for (const [row, cells] of rows.entries())
    for (const [at, name] of names.entries()) x[row * names.length + at] = cells[name] ?? Number.NaN;
  return { names, rows: rows.length, x, y };
}

/** Customers of a telephone company: three numbers and what is said in words, without gender, age and household. */
function telco(): PublicSet {
  const table = readTable('telco_churn_ibm.csv');
  const numbers = ['tenure', 'MonthlyCharges', 'TotalCharges'];
  const left = ['customerID', 'Churn', 'gender', 'SeniorCitizen', 'Partner', 'Dependents', ...numbers];
  const kinds = Object.keys(table[0] ?? {})
    .filter((name) => !left.includes(name))
    .flatMap((name) => [...new Set(table.map((row) => row[name]))].sort().map((value) => ({ name, value })));
  const rows = table.map((row) => ({
    ...Object.fromEntries(numbers.map((name) => [name, Number(row[name])])),
    ...Object.fromEntries(kinds.map(({ name, value }) => [`${name}_${value}`, row[name] === value ? 1 : 0])),
  }));
  return {
    design: designOf(
      rows,
      Uint8Array.from(table, ({ Churn }) => (Churn === 'Yes' ? 1 : 0)),
    ),
    folds: Uint8Array.from(table, ({ customerID }) => foldOf(customerID)),
  };
}

const months = (name: string) => [1, 2, 3, 4, 5, 6].map((month) => `${name}${month}`);
const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
const mean = (of: readonly number[]) => sum(of) / of.length;
const clipped = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
/** Slope of a line through six months, the newest first; above 0 it has been rising. */
const slope = (of: readonly number[]) => sum(of.map((value, back) => (2.5 - back) * value)) / 17.5;

/** Card accounts, by what a ledger would say of them: lateness, and how much of each bill was paid. */
function credit(): PublicSet {
  const table = readTable('credit_default_uci350.csv');
  const rows = table.map((row) => {
    const of = (names: readonly string[]) => names.map((name) => Number(row[name]));
    const status = of(['PAY_0', 'PAY_2', 'PAY_3', 'PAY_4', 'PAY_5', 'PAY_6']);
    const [bill, paid, limit] = [of(months('BILL_AMT')), of(months('PAY_AMT')), Number(row.LIMIT_BAL)];
    const late = status.map((each) => Math.max(0, each));
    const used = bill.map((each) => clipped(each / limit, -0.2, 1.5));
    const ratio = bill.slice(1).map((owed, at) => (owed <= 0 ? 1 : clipped((paid[at] ?? 0) / Math.max(owed, 1), 0, 1)));
    const [now = 0, before = 0] = late;
    return {
      ...{ late_now: now, is_late_now: now > 0 ? 1 : 0, late_ge2_now: now >= 2 ? 1 : 0 },
      ...{ late_count6: late.filter((each) => each > 0).length, late_max6: Math.max(...late), late_prev: before },
      ...{ late_slope6: slope(late), severe_count6: late.filter((each) => each >= 2).length },
      recency_w: sum(late.map((each, back) => each / 2 ** back)),
      log_limit: Math.log(limit),
      ...{ pay_ratio_mean: mean(ratio), pay_ratio_min: Math.min(...ratio), pay_ratio_now: ratio[0] ?? 1 },
      partial_count: ratio.filter((each) => each < 0.95 && each > 0).length,
      missed_count: ratio.filter((each) => each === 0).length,
      ...{ util_now: used[0] ?? 0, util_slope: slope(used) },
      ...{ log_pay_mean: Math.log1p(mean(paid)), log_pay_now: Math.log1p(paid[0] ?? 0) },
      inactive: status.filter((each) => each <= -2).length,
    };
  });
  return {
    design: designOf(
      rows,
      Uint8Array.from(table, (row) => Number(row['default payment next month'])),
    ),
    folds: Uint8Array.from(table, ({ ID }) => foldOf(ID)),
  };
}
