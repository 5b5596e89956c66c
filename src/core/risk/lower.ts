import type { Head } from './score.ts';
import type { Feature } from './scorecard.ts';

/**
 * What an owner can do something about: the service that is given. Price is none of it, though a smaller increase would
 * lower the index too: a score must not make a price (one tenant, one price would follow), and who looks elsewhere is
 * offered service only; concessions come from a fixed menu. Nor is anything that tenants say, pay or are.
 */
export const levers = [
  'slowRepairs90d',
  'reopened90d',
  'openAgeMax',
  'slowestReply90d',
] as const satisfies readonly Feature[];
export type Lever = (typeof levers)[number];

export interface Lowering {
  readonly feature: Lever;
  readonly value: number;
  /** The points that would be gone. */
  readonly logOdds: number;
  /** What the index would be, were the tenant served in this as the mean peer is, and all else as it is. */
  readonly index: number;
}

/** Points that move an index by less are not worth a deed. */
const LEAST = 0.1;

/**
 * What would lower an index, the most first: `logit index' = logit index - w (x - m)`, as the mean peer has no points.
 * How the index counts, and no promise of what a tenant will do. Pure.
 */
export function lowerings({ index, contributions }: Pick<Head, 'index' | 'contributions'>): Lowering[] {
  const logit = Math.log(index / (1 - index));
  return contributions
    .flatMap(({ feature, value, logOdds }): Lowering[] => {
      const lever = levers.find((each) => each === feature);
      if (lever === undefined || logOdds < LEAST) return [];
      return [{ feature: lever, value, logOdds, index: 1 / (1 + Math.exp(logOdds - logit)) }];
    })
    .toSorted((a, b) => b.logOdds - a.logOdds);
}
