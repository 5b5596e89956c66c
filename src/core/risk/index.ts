import { fingerprintOf, type Snapshot } from '../domain/index.ts';
import { readSignals, type TenantSignals } from './features.ts';
import { type Ranking, rank } from './score.ts';
import { type Scorecard, scorecard } from './scorecard.ts';

export type { Signal, TenantSignals } from './features.ts';
export { type Contribution, type Head, MIN_COVERAGE, type Ranking, type TenantScore } from './score.ts';
export { type Feature, type HeadName, loadScorecard, type Scorecard, scorecard, type Weight } from './scorecard.ts';
export { bar, points, saying, trendOf } from './words.ts';

/**
 * Who is likelier to leave, or to fall behind with rent, than comparable neighbours, and why. An expert scorecard: it
 * ranks, it does not predict. Pure: the same snapshot gives the same ranking.
 */
export interface Risk {
  signals(snapshot: Snapshot): TenantSignals[];
  rank(tenants: readonly TenantSignals[], about: Pick<Snapshot, 'connectedDays' | 'decisions'>): Ranking;
}

export function openRisk(card: Scorecard = scorecard): Risk {
  const modelHash = fingerprintOf(card);
  return { signals: readSignals, rank: (tenants, about) => ({ ...rank(tenants, about, card), modelHash }) };
}
