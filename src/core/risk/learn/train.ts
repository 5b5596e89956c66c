import type { Stage } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import { type Feature, type HeadName, punishes, type Scorecard, type Weight } from '../scorecard.ts';
import { type Calibration, calibrated, isotonic, platt } from './calibrate.ts';
import { numbered } from './clustered.ts';
import type { Design, Pull } from './design.ts';
import { type Fit, fitLogit, logitOf } from './fit.ts';
import { designOf, foldNumbers, foldsOf, meansOf, stageColumns, stages, type Table, where } from './table.ts';

/**
 * How hard each weight is drawn to the scorecard's, on the standardised scale, for each row in which one case is seen: a
 * table of 34 exits then ranks nearly as the scorecard does, one of 800 as the rows say. Stages are all but free; the
 * pull on them keeps a stage in which nobody left from running away.
 */
const PULL = 25;
/**
 * Features for which the scorecard states no weight are many, and a few exits fit all of them. They are held at nothing
 * until so many have left for each feature that could be learned. Source: twenty events for each variable, Austin and
 * Steyerberg 2017, Statistical Methods in Medical Research 26.
 */
const CASES_PER_FEATURE = 20;
const HELD = 1e12;
const STAGE_PULL = 0.01;
/** Exits from which on the isotonic calibration has enough to go by. */
const ISOTONIC_FROM = 1000;
/** A weight that turned against the scorecard so many standard errors from nothing is a finding. */
const TURNED = 2;

/** One head, as it was learned. */
export interface Learned {
  readonly features: readonly {
    readonly name: Feature;
    readonly mean: number;
    readonly sd: number;
    /** Log-odds per unit, as learned; the scorecard's. */
    readonly w: number;
    readonly w0: number;
    /**
     * Standard error, which allows for a tenant being seen in many months; null where nothing was learned: it never
     * changed, or was held at nothing.
     */
    readonly se: number | null;
  }[];
  /** Complaints that would have counted for staying, with the weights and errors that the rows gave them: they weigh nothing. */
  readonly held: readonly ({ readonly feature: Feature } & Would)[];
  readonly intercept: number;
  /** Log-odds that each stage adds. */
  readonly stages: Readonly<Record<Stage, number>>;
  readonly calibration: Calibration;
}

/** Weights that turned or were held, and features with a stated weight of which nothing could be learned. */
export type Finding =
  | {
      readonly head: HeadName;
      readonly kind: 'turned';
      readonly feature: Feature;
      readonly w: number;
      readonly w0: number;
      readonly z: number;
    }
  | {
      readonly head: HeadName;
      readonly kind: 'held';
      readonly feature: Feature;
      readonly w: number;
      readonly w0: number;
      readonly z: number;
    }
  | { readonly head: HeadName; readonly kind: 'constant'; readonly feature: Feature };

/**
 * Pooled discrete-time logit on tenant-months, its weights drawn to the scorecard's, no complaint counting for staying,
 * calibrated on logits of tenants that were not learned from. UserError `insufficient` where the rows hold one end only, or no feature that changes.
 */
export function learn(table: Table, head: HeadName, card: Scorecard, cases: number): Learned {
  const means = meansOf(table);
  const strengths = strengthsOf(table, head, card, cases);
  const priors = priorsOf(table, head, card, strengths);
  const { fit, held } = boundFit(designOf(table, means), priors, { groups: numbered(table.tenant) });
  const features = table.features.map((name, at) => {
    const [w0, se] = [weightOf(name, head, card), fit.errors[at] ?? Number.POSITIVE_INFINITY];
    if (held.has(name)) return { name, mean: means[at] ?? 0, sd: fit.sds[at] ?? 0, w: 0, w0, se: null };
    const isLearned = Number.isFinite(se) && strengths[at] !== HELD;
    const w = isLearned ? (fit.weights[at] ?? 0) : w0;
    return { name, mean: means[at] ?? 0, sd: fit.sds[at] ?? 0, w, w0, se: isLearned ? se : null };
  });
  if (features.every(({ name, se }) => se === null && !held.has(name)))
    throw new UserError('insufficient', `no feature of the ${head} head ever changes: there is nothing to learn from`, [
      'connect a source: the ledger, tickets or calls',
    ]);
  const added = (stage: Stage) => fit.weights[features.length + stageColumns.indexOf(stage)] ?? 0;
  const calibrate = cases < ISOTONIC_FROM ? platt : isotonic;
  return {
    ...{ features, held: [...held].map(([feature, would]) => ({ feature, ...would })), intercept: fit.intercept },
    stages: Object.fromEntries(
      stages.map((stage) => [stage, stageColumns.includes(stage) ? added(stage) : 0]),
    ) as Learned['stages'],
    calibration: calibrate(unseenLogits(table, priors, { fit, held }), table.y),
  };
}

/** Log-odds of each row by weights that were learned from other tenants. */
function unseenLogits(table: Table, priors: readonly Prior[], whole: Bound): Float64Array {
  const logits = new Float64Array(table.rows);
  const folds = foldsOf(table);
  for (const fold of foldNumbers) {
    const unseen = where(table, (row) => folds[row] === fold);
    const others = where(table, (row) => folds[row] !== fold);
    const means = meansOf(table, others);
    const { fit } = boundFit(designOf(table, means, others), priors, { whole });
    const { x } = designOf(table, means, unseen);
    unseen.forEach((row, at) => {
      logits[row] = logitOf(fit, x, at);
    });
  }
  return logits;
}

/**
 * How hard each feature is drawn. Windows overlap: a tenant who leaves is seen to do so in several months, which say no
 * more than one would.
 */
function strengthsOf({ features, y }: Table, head: HeadName, card: Scorecard, cases: number): number[] {
  const hits = y.reduce((sum, each) => sum + each, 0);
  const pull = PULL * Math.max(1, hits / Math.max(cases, 1));
  const few = cases < CASES_PER_FEATURE * features.length;
  return features.map((feature) => (few && weightOf(feature, head, card) === 0 ? HELD : pull));
}

interface Would {
  readonly w: number;
  readonly se: number;
}

/** Complaints that are held at nothing, each with the weight that would have counted for staying. */
type Held = ReadonlyMap<Feature, Would>;

interface Bound {
  readonly fit: Fit;
  readonly held: Held;
}

/** Of one feature: the scorecard's weight, and how hard it is drawn there. */
interface Prior {
  readonly feature: Feature;
  readonly weight: number;
  readonly strength: number;
}

function priorsOf({ features }: Table, head: HeadName, card: Scorecard, strengths: readonly number[]): Prior[] {
  return features.map((feature, at) => {
    return { feature, weight: weightOf(feature, head, card), strength: strengths[at] ?? HELD };
  });
}

/**
 * The fit in which no complaint counts for staying: those that would are held at nothing, and the rest is fitted again,
 * until none is left. Those of `whole`, a fit to all of the rows, are held from the start; of a fit to a part of the rows
 * no errors are told.
 */
function boundFit(
  design: Design,
  priors: readonly Prior[],
  { whole, groups }: { readonly whole?: Bound; readonly groups?: ArrayLike<number> },
): Bound {
  const held = new Map(whole?.held);
  let near = whole?.fit;
  for (;;) {
    const fit = fitLogit(design, pullOf(priors, held), { near, groups, isQuick: whole !== undefined });
    near = fit;
    const wrong = priors.flatMap(({ feature, strength }, at): [Feature, Would][] => {
      const [w, se] = [fit.weights[at] ?? 0, fit.errors[at] ?? Number.POSITIVE_INFINITY];
      // What is held already lies off nothing by rounding alone.
      return strength !== HELD && !held.has(feature) && punishes(feature, w) ? [[feature, { w, se }]] : [];
    });
    if (wrong.length === 0) return { fit, held };
    for (const [feature, would] of wrong) held.set(feature, would);
  }
}

function pullOf(priors: readonly Prior[], held: Held): Pull {
  const weights = priors.map(({ feature, weight }) => (held.has(feature) ? 0 : weight));
  const pulls = priors.map(({ feature, strength }) => (held.has(feature) ? HELD : strength));
  return {
    toward: Float64Array.from([...weights, ...stageColumns.map(() => 0)]),
    strength: Float64Array.from([...pulls, ...stageColumns.map(() => STAGE_PULL)]),
  };
}

/** What the scorecard gives a unit of it: nothing where it does not weigh it. */
export function weightOf(feature: Feature, head: HeadName, card: Scorecard): number {
  const weights: readonly Weight[] = card.heads[head].weights;
  return weights.find((each) => each.feature === feature)?.logOdds ?? 0;
}

/** Log-odds of each row of a table, and of them what the stage does not explain: what tenants are ranked by. */
export function logitsOf(
  learned: Learned,
  table: Table,
): { readonly logits: Float64Array; readonly own: Float64Array } {
  const { features, rows, x, stage } = table;
  const own = new Float64Array(rows);
  const logits = new Float64Array(rows);
  const typical = learned.features.reduce((sum, { w, mean }) => sum + w * mean, learned.intercept);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = 0; at < features.length; at++) {
      const { w = 0, mean = 0 } = learned.features[at] ?? {};
      const value = x[row * features.length + at] ?? Number.NaN;
      if (!Number.isNaN(value)) sum += w * (value - mean);
    }
    own[row] = sum;
    logits[row] = typical + sum + (learned.stages[stage[row] ?? '7+ months'] ?? 0);
  }
  return { logits, own };
}

export function probabilitiesOf({ calibration }: Learned, logits: Float64Array): Float64Array {
  return logits.map((logit) => calibrated(calibration, logit));
}

/** What is held is always held; a finding is only what chance alone would seldom bring about. */
export function findingsIn(head: HeadName, { features, held }: Learned): Finding[] {
  const would = new Map(held.map(({ feature, ...each }) => [feature, each]));
  return features.flatMap(({ name, w, w0, se }): Finding[] => {
    const without = would.get(name);
    if (without) {
      const z = without.w / without.se;
      return Math.abs(z) > TURNED ? [{ head, kind: 'held', feature: name, w: without.w, w0, z }] : [];
    }
    if (se === null) return w0 === 0 ? [] : [{ head, kind: 'constant', feature: name }];
    const z = w / se;
    return w * w0 < 0 && Math.abs(z) > TURNED ? [{ head, kind: 'turned', feature: name, w, w0, z }] : [];
  });
}
