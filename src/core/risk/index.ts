import type { Fingerprint, Snapshot } from '../domain/index.ts';
import { readSignals, type TenantSignals } from './features.ts';
import { fingerprintOf } from './fingerprint.ts';
import { fedBy, type Ranker, type Ranking, rank } from './score.ts';
import { type Scorecard, scorecard } from './scorecard.ts';

export { featureOf } from './features/voice.ts';
export { coverageOf, reachOf, type TenantSignals } from './features.ts';
export { type FigureName, figures, figureText, judgedBy } from './figures.ts';
export { fingerprintOf } from './fingerprint.ts';
export type { Backtest, Card, Drift, Figures, ForeignFile, ModelFile, TenantMonth, Unable } from './learn/index.ts';
export { type Lowering, levers, lowerings } from './lower.ts';
export type { OnnxRuntime } from './onnx.ts';
export {
  type Attribution,
  attributionIn,
  type Contribution,
  type Head,
  MIN_COVERAGE,
  type Ranker,
  type Ranking,
  type TenantScore,
} from './score.ts';
export {
  type AdverseInput,
  type Feature,
  features,
  type HeadName,
  headNames,
  loadScorecard,
  type Scorecard,
  scorecard,
  type Weight,
} from './scorecard.ts';
export { againstUsual } from './usual.ts';
export { bar, connectable, covered, lowering, points, saying, trendOf } from './words.ts';

/** What checks and opens a model that another program learned. */
export const loadForeign = () => import('./onnx.ts');

/** What learns. Most commands ask nothing of it. */
export const loadLearning = () => import('./learn/index.ts');

/**
 * Who is likelier to leave, or to fall behind with rent, than comparable neighbours, and why. Pure: the same snapshot
 * gives the same ranking.
 */
export interface Risk {
  /** Of what the model weighs. */
  signals(snapshot: Snapshot): TenantSignals[];
  /** UserError as a model of another program says that cannot be run. */
  rank(tenants: readonly TenantSignals[], about: Pick<Snapshot, 'connectedDays' | 'decisions'>): Promise<Ranking>;
  /** Of what a ranking is made from: equal inputs have one, and no others. */
  fingerprint(tenants: readonly TenantSignals[], about: Pick<Snapshot, 'connectedDays' | 'decisions'>): Fingerprint;
}

/** `by`: what was learned from the owner's past; the scorecard where nothing was. */
export function openRisk(by: Ranker | Scorecard = scorecard): Risk {
  const ranker: Ranker = 'hash' in by ? by : { ...by, hash: fingerprintOf(by), stopped: false };
  const { leave, arrears } = ranker.heads;
  const { foreign } = ranker;
  const fed = foreign?.features.map(({ name }) => name) ?? [];
  const weighed = new Set([...[...leave.weights, ...arrears.weights].map(({ feature }) => feature), ...fed]);
  return {
    signals: (snapshot) => readSignals(snapshot, [...weighed]),
    async rank(tenants, about) {
      if (!foreign) return rank(tenants, about, ranker);
      const rows = tenants.map(({ signals }) => fedBy(foreign, (feature) => signals[feature]?.value));
      const stages = tenants.map(({ stage }) => stage);
      return rank(tenants, about, ranker, await foreign.logOdds(rows, stages));
    },
    fingerprint: (tenants, { connectedDays, decisions }) => fingerprintOf({ tenants, connectedDays, decisions }),
  };
}
