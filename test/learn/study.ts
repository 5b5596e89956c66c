import { type Betas, betas, type Demo } from '../../src/core/portfolio/demo/index.ts';
import type { Design } from '../../src/core/risk/learn/design.ts';
import { type Fit, fitLogit, logitOf, sigmoid } from '../../src/core/risk/learn/fit.ts';
import { auc, aucWithin, brier, slopeAndIntercept } from '../../src/core/risk/learn/metrics.ts';

/** What is recovered, in the order of the columns: all that moves tenants and is a feature of the product. */
export const names = Object.keys(betas) as (keyof Betas)[];
const stages = [0, 1, 2];
const seasons = Array.from({ length: 11 }, (_, month) => month + 2);

/** A portfolio whose process is known, as something to learn from: one row a tenant-month. */
export interface Study {
  /** The features, then what else moves tenants: stage, season and house. */
  readonly design: Design;
  readonly tenants: readonly string[];
  /** 0 to 2 months to the end of the lease, 3 for more; peers are of one of these. */
  readonly stage: readonly number[];
  readonly days: readonly string[];
  /** The true chance of leaving in that month: no score can tell leavers apart better. */
  readonly hazard: Float64Array;
}

export function studyOf({ truth }: Pick<Demo, 'truth'>): Study {
  const houses = [...new Set(truth.map(({ property }) => property))].slice(1);
  // Of stays that ended before the first month shown nothing is kept, so earlier months hold survivors only.
  const rows = truth.flatMap(({ tenant, property, months }) =>
    months.filter(({ day }) => day > '2023-10-31').map((month) => ({ ...month, tenant, property })),
  );
  const x = rows.flatMap(({ features, monthsToEnd, day, property }) => [
    ...names.map((name) => features[name]),
    ...stages.map((each) => (monthsToEnd === each ? 1 : 0)),
    ...seasons.map((month) => (Number(day.slice(5, 7)) === month ? 1 : 0)),
    ...houses.map((house) => (house === property ? 1 : 0)),
  ]);
  const columns = [...names, ...stages.map((each) => `${each} months`), ...seasons.map((each) => `month ${each}`)];
  return {
    design: {
      ...{ names: [...columns, ...houses], rows: rows.length, x: Float64Array.from(x) },
      y: Uint8Array.from(rows, ({ left }) => (left ? 1 : 0)),
    },
    tenants: rows.map(({ tenant }) => tenant),
    stage: rows.map(({ monthsToEnd }) => Math.min(monthsToEnd, 3)),
    days: rows.map(({ day }) => day),
    hazard: Float64Array.from(rows, ({ hazard }) => hazard),
  };
}

/** Next to no pull: what comes out is what the rows say, and a season in which nobody left stays finite. */
export function freeFit(design: Design): Fit {
  const none = new Float64Array(design.names.length);
  return fitLogit(design, { toward: none, strength: none.map(() => 1e-6) });
}

/** Each true coefficient beside what was found of it. */
export function recovered({ weights, errors }: Fit) {
  return names.map((name, at) => {
    const [found = Number.NaN, error = Number.NaN] = [weights[at], errors[at]];
    return { name, truly: betas[name], found, error, off: (found - betas[name]) / error };
  });
}

/** Learned from the first two years, tested on the third. */
export function tested(study: Study) {
  const { design, days, stage, hazard } = study;
  const rowsOf = (is: (day: string) => boolean) => [...days.keys()].filter((row) => is(days[row] ?? ''));
  const [train, test] = [rowsOf((day) => day <= '2025-10-31'), rowsOf((day) => day > '2025-10-31')];
  const logitsBy = (of: Design) => {
    const [fit, held] = [freeFit(part(of, train)), part(of, test)];
    return Float64Array.from(test, (_, row) => logitOf(fit, held.x, row));
  };
  const [full, calendar] = [logitsBy(design), logitsBy(without(design, names.length))];
  const y = test.map((row) => design.y[row] ?? 0);
  const stagesOf = test.map((row) => stage[row] ?? 3);
  const within = (score: ArrayLike<number>) => aucWithin(y, score, stagesOf);
  return {
    auc: auc(y, full),
    calendarAuc: auc(y, calendar),
    brier: brier(y, full.map(sigmoid)),
    calendarBrier: brier(y, calendar.map(sigmoid)),
    within: within(full),
    ceiling: within(test.map((row) => hazard[row] ?? 0)),
    ...slopeAndIntercept(y, full),
  };
}

/**
 * AUC within the stage of what behaviour alone says, out of fold by tenant: a half where nothing moves anybody, or
 * where `y` has nothing to do with the rows.
 */
export function behaviourWithin({ design, tenants, stage }: Study, y: Uint8Array = design.y): number {
  const place = new Map([...new Set(tenants)].map((tenant, at) => [tenant, at % 2]));
  const score = new Float64Array(design.rows);
  for (const fold of [0, 1]) {
    const rows = [...tenants.keys()].filter((row) => place.get(tenants[row] ?? '') !== fold);
    const { weights } = freeFit(part({ ...design, y }, rows));
    const behaviour = { intercept: 0, weights: weights.map((weight, at) => (at < names.length ? weight : 0)) };
    for (const row of tenants.keys())
      if (place.get(tenants[row] ?? '') === fold) score[row] = logitOf(behaviour, design.x, row);
  }
  return aucWithin(y, score, stage);
}

/** Outcomes dealt out anew among the rows of each stage: the calendar still holds, and nothing else does. */
export function shuffled({ design, stage }: Study, random: () => number): Uint8Array {
  const y = Uint8Array.from(design.y);
  for (const rows of Map.groupBy(y.keys(), (row) => stage[row]).values())
    for (let last = rows.length - 1; last > 0; last--) {
      const [a = 0, b = 0] = [rows[last], rows[Math.floor(random() * (last + 1))]];
      [y[a], y[b]] = [y[b] ?? 0, y[a] ?? 0];
    }
  return y;
}

function part({ names, x, y }: Design, rows: readonly number[]): Design {
  const columns = names.length;
  const taken = new Float64Array(rows.length * columns);
  for (const [at, row] of rows.entries()) taken.set(x.subarray(row * columns, (row + 1) * columns), at * columns);
  return { names, rows: rows.length, x: taken, y: Uint8Array.from(rows, (row) => y[row] ?? 0) };
}

/** The design without its first columns. */
function without({ names, rows, x, y }: Design, first: number): Design {
  const columns = names.length;
  return { names: names.slice(first), rows, x: x.filter((_, at) => at % columns >= first), y };
}
