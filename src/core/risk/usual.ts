import type { Fingerprint } from '../domain/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Contribution } from './score.ts';
import { type HeadName, scorecard } from './scorecard.ts';

/**
 * Log-odds of a value against the usual tenant of the scorecard, `w (x - t)` of `docs/risk.md`: unlike the points of an
 * index it rests on no neighbour. `null` where the model of that fingerprint is another, or weighs no such feature.
 */
export function againstUsual(
  by: Fingerprint | null,
  head: HeadName,
  { feature, value }: Pick<Contribution, 'feature' | 'value'>,
): number | null {
  if (by !== fingerprintOf(scorecard)) return null;
  const weight = scorecard.heads[head].weights.find((each) => each.feature === feature);
  return weight ? weight.logOdds * (value - weight.typical) : null;
}
