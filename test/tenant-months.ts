import type { IsoDay, PropertyId, Stage, TenantId } from '../src/core/domain/index.ts';
import { id } from '../src/core/domain/index.ts';
import { firstsOf, measured, type TenantMonth } from '../src/core/risk/learn/months.ts';
import { stages } from '../src/core/risk/learn/table.ts';
import type { Feature } from '../src/core/risk/scorecard.ts';
import { seeded } from './rooms.ts';

export const owner = id('owner', 'hill-street');
export const training = { name: 'logit-1', owner, leastCases: 30, capacity: 5 };
const day = (text: string) => text as IsoDay;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

interface World {
  readonly tenants?: number;
  readonly rate?: number;
  /** Log-odds per unit; what is not named says nothing. */
  readonly truth: Partial<Record<Feature, number>>;
  /** A feature that knows what came of it. */
  readonly leaks?: Feature;
}

/** Tenants of two years of whom it is known what moves them. */
export function invented({ tenants = 300, rate = -2.2, truth, leaks }: World, seed = 1): TenantMonth[] {
  const random = seeded(seed);
  const months: TenantMonth[] = [];
  for (let at = 0; at < tenants; at++)
    for (const on of firstsOf(day('2024-11-01'), day('2026-08-01'))) {
      const values = new Float64Array(measured.length);
      for (const [feature, place] of [
        ['slowRepairs90d', 4],
        ['lateMonths6m', 5],
        ['calls90d', 4],
      ] as const)
        values[measured.indexOf(feature)] = Math.floor(random() ** 2 * place);
      const stage = stages[Math.floor(random() * 3)] as Stage;
      const pull = measured.reduce((sum, feature, column) => sum + (truth[feature] ?? 0) * (values[column] ?? 0), rate);
      const hit = random() < sigmoid(pull + (stage === '0-3 months' ? 1 : -1)) ? 1 : 0;
      if (leaks) values[measured.indexOf(leaks)] = hit;
      const ends = { leave: { hit, knownOn: on } as const, arrears: null };
      const [tenant, property] = [`ten-${at}` as TenantId, `pro-${at % 4}` as PropertyId];
      months.push({ day: on, tenant, property, stage, values, ends });
      if (hit) break;
    }
  return months.sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Against the scorecard: late months keep tenants, and slow repairs say twice what it thinks. */
export const against = { slowRepairs90d: 1, lateMonths6m: -0.6 };

/** As the scorecard has it: there is nothing to learn. */
export const asStated = { slowRepairs90d: 0.5, calls90d: 0.05, lateMonths6m: 0.2 };
