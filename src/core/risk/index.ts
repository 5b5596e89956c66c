import type { Fingerprint, Snapshot } from '../domain/index.ts';
import { readSignals, type TenantSignals } from './features.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Ranking, rank } from './score.ts';
import { type Scorecard, scorecard } from './scorecard.ts';

export { coverageOf, reachOf, type Signal, type TenantSignals } from './features.ts';
export { type Lever, type Lowering, levers, lowerings } from './lower.ts';
export { type Contribution, type Head, MIN_COVERAGE, type Ranking, type TenantScore } from './score.ts';
export {
  type AdverseInput,
  type Feature,
  features,
  type HeadName,
  loadScorecard,
  type Scorecard,
  scorecard,
  type Weight,
} from './scorecard.ts';
export { bar, connectable, covered, lowering, points, saying, trendOf } from './words.ts';

/**
 * Who is likelier to leave, or to fall behind with rent, than comparable neighbours, and why. An expert scorecard: it
 * ranks, it does not predict. Pure: the same snapshot gives the same ranking.
 */
export interface Risk {
  /** Of what the model weighs. */
  signals(snapshot: Snapshot): TenantSignals[];
  rank(tenants: readonly TenantSignals[], about: Pick<Snapshot, 'connectedDays' | 'decisions'>): Ranking;
  /** Of what a ranking is made from: equal inputs have one, and no others. */
  fingerprint(tenants: readonly TenantSignals[], about: Pick<Snapshot, 'connectedDays' | 'decisions'>): Fingerprint;
}

export function openRisk(card: Scorecard = scorecard): Risk {
  const { leave, arrears } = card.heads;
  const weighed = new Set([...leave.weights, ...arrears.weights].map(({ feature }) => feature));
  const modelHash = fingerprintOf(card);
  return {
    signals: (snapshot) => readSignals(snapshot, [...weighed]),
    rank: (tenants, about) => ({ ...rank(tenants, about, card), modelHash }),
    fingerprint: (tenants, { connectedDays, decisions }) => fingerprintOf({ tenants, connectedDays, decisions }),
  };
}
