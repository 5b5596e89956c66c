import type { Band, Fingerprint, IsoDay, LeaseId, Snapshot, Source, Stage, TenantId } from '../domain/index.ts';
import { coverageOf, reachOf, type Signal, type TenantSignals } from './features.ts';
import type { OnnxManifest } from './onnx.ts';
import { type Feature, type HeadName, headNames, type Scorecard } from './scorecard.ts';

export interface Contribution {
  readonly feature: Feature;
  readonly value: number;
  /** Log-odds against the mean peer: the neighbours at the same lease stage. */
  readonly logOdds: number;
  readonly evidence: readonly string[];
}

export interface Head {
  /** 0 to 1; 0.5 is the usual tenant of the stage. A place among peers, not a probability. */
  readonly index: number;
  /**
   * Log-odds that the whole stage lies above its own shrunk rate: `logit(index) = offset + sum of contributions`. Where a
   * head has no exact attribution there are no contributions, and this is all of it: the tenant's own.
   */
  readonly offset: number;
  readonly contributions: readonly Contribution[];
}

/** What tenants are ranked by: the scorecard, or what was learned from the owner's own past. */
export interface Ranker extends Pick<Scorecard, 'name'> {
  readonly hash: Fingerprint;
  readonly heads: Readonly<Record<HeadName, RankerHead>>;
  /** The head that another program learned; the other one is ranked as `heads` says. */
  readonly foreign?: ForeignHead;
  /** Tenants are no longer as those that it was learned from: nothing may be proposed by it. */
  readonly stopped: boolean;
}

export interface RankerHead {
  /** Share of cases when nothing else is known. */
  readonly baseline: number;
  readonly weights: readonly Pick<Scorecard['heads'][HeadName]['weights'][number], 'feature' | 'logOdds' | 'typical'>[];
  /** Learned heads: the share at each stage of who is typical in all, and what makes a probability of the log-odds. */
  readonly learned?: {
    readonly stages: Readonly<Record<Stage, number>>;
    readonly probability: (logOdds: number) => number;
  };
}

/** Of a model that tells a probability, and not what it makes of a feature. */
export interface ForeignHead extends Pick<OnnxManifest, 'head' | 'features'> {
  /** Log-odds of rows in the order of `features`, as they were brought to scale at each stage. */
  logOdds(rows: readonly (readonly number[])[], stages: readonly Stage[]): Promise<number[]>;
}

/** What a row is fed as: what is not known stands at its typical value. */
export function fedBy(
  { features }: Pick<ForeignHead, 'features'>,
  read: (feature: Feature) => number | undefined,
): number[] {
  return features.map(({ name, typical }) => read(name) ?? typical);
}

/** `none`: what a model makes of a feature cannot be told, so that nothing may be proposed by that head. */
export type Attribution = Readonly<Record<HeadName, 'exact' | 'none'>>;

export interface TenantScore {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly stage: Stage;
  /** How many others of the property are at that stage. */
  readonly peers: number;
  readonly leaseEnds: IsoDay;
  readonly band: Band;
  /** Probability of notice or going in 90 days, or of no renewal at an end in them; null where nothing was calibrated: the scorecard knows none. */
  readonly p90: number | null;
  readonly leave: Head;
  readonly arrears: Head;
}

/** Ids and numbers only. Tenants come by falling leave index. */
export interface Ranking {
  readonly model: string;
  /** Of the model itself: two that differ in anything have two. */
  readonly modelHash: Fingerprint;
  /** Nothing may be proposed by it: see `Ranker`. */
  readonly stopped: boolean;
  /** Absent in what was recorded before there were models of other programs: exact. */
  readonly attribution?: Attribution;
  readonly property: Readonly<Record<HeadName, number>>;
  readonly coverage: Readonly<Record<Source, number>>;
  /** Too few sources are connected for anybody to be called high. */
  readonly capped: boolean;
  readonly tenants: readonly TenantScore[];
}

/** How many average tenants, or lease decisions, the baseline counts for: a six-unit house must not scream. */
const PRIOR = 20;
/** Sources that must be covered, in sum of their shares, before a band may be `high`. */
export const MIN_COVERAGE = 2;
const TRIGGER = 0.7;

/**
 * Ranks the tenants of one property against neighbours `s` at the same lease stage, for each head. With baseline `b`,
 * weights `w`, typical values `t`, and `m` the mean over the stage of what is known (absent values add 0):
 *
 *     logit p_i   = logit b + sum_j w_j (x_ij - t_j)
 *     p_s         = (sum_i p_i + 20 b) / (n_s + 20)
 *     logit index = logit p_i - logit p_s = offset_s + sum_j w_j (x_ij - m_j)
 *     offset_s    = logit b - logit p_s + sum_j w_j (m_j - t_j)
 *
 * On the leave head `b` is the property's own share of tenants who left, `(left + 20 b0) / (n + 20)`. The property's
 * index is `sigma(logit p_all - logit b0)`, shrunk the same way; tenant indices are never averaged. A learned head
 * has a `b` for each stage, and `b0` is their mean over the tenants. A foreign head has no weights: `given` are its
 * `logit p_i`, in the order of the tenants, and the whole index is offset.
 * Source: expert scorecard on a pooled discrete-time logit; see `docs/risk.md`. Pure.
 */
export function rank(
  tenants: readonly TenantSignals[],
  about: Pick<Snapshot, 'connectedDays' | 'decisions'>,
  card: Ranker,
  given?: readonly number[],
): Ranking {
  const coverage = coverageOf(about.connectedDays);
  const capped = reachOf(coverage) < MIN_COVERAGE;
  const { renewed, left } = about.decisions;
  const leaveBase = (left + PRIOR * card.heads.leave.baseline) / (renewed + left + PRIOR);
  const givenOf = (head: HeadName) => (card.foreign?.head === head ? given : undefined);
  const leave = scoreHead(tenants, card.heads.leave, leaveBase, givenOf('leave'));
  const arrears = scoreHead(tenants, card.heads.arrears, card.heads.arrears.baseline, givenOf('arrears'));
  const sizes = Map.groupBy(tenants, ({ stage }) => stage);
  const scores: TenantScore[] = [];
  for (let at = 0; at < tenants.length; at++) {
    const [peer, one, other] = [tenants[at], leave.heads[at], arrears.heads[at]];
    if (!peer || !one || !other) continue;
    const { tenant, lease, stage, leaseEnds } = peer;
    const peers = (sizes.get(stage)?.length ?? 1) - 1;
    const band = bandOf(one.index, capped);
    const p90 = leave.probabilities[at] ?? null;
    scores.push({ tenant, lease, stage, peers, leaseEnds, band, p90, leave: one, arrears: other });
  }
  scores.sort((a, b) => b.leave.index - a.leave.index || (a.tenant < b.tenant ? -1 : 1));
  return {
    ...{ model: card.name, modelHash: card.hash, stopped: card.stopped, attribution: attributionOf(card) },
    property: { leave: leave.index, arrears: arrears.index },
    coverage,
    capped,
    tenants: scores,
  };
}

function attributionOf({ foreign }: Ranker): Attribution {
  const each = headNames.map((head) => [head, foreign?.head === head ? 'none' : 'exact'] as const);
  return Object.fromEntries(each) as Attribution;
}

export function attributionIn({ attribution }: Pick<Ranking, 'attribution'>): Attribution {
  return attribution ?? { leave: 'exact', arrears: 'exact' };
}

function bandOf(index: number, capped: boolean): Band {
  if (index > TRIGGER) return capped ? 'medium' : 'high';
  if (index >= 0.55) return 'medium';
  return index >= 0.45 ? 'typical' : 'low';
}

interface ScoredHead {
  /** In the order of the tenants. */
  readonly heads: Head[];
  /** The same; of a learned head only. */
  readonly probabilities: number[];
  /** Of all of them together. */
  readonly index: number;
}

function scoreHead(
  tenants: readonly TenantSignals[],
  head: RankerHead,
  base: number,
  given: readonly number[] | undefined,
): ScoredHead {
  const heads: Head[] = new Array(tenants.length);
  const probabilities: number[] = [];
  const all: number[] = [];
  const stages = new Map<Stage, number[]>();
  let bases = 0;
  for (let at = 0; at < tenants.length; at++) {
    const stage = tenants[at]?.stage;
    if (stage === undefined) continue;
    bases += head.learned?.stages[stage] ?? 0;
    const peers = stages.get(stage);
    if (peers) peers.push(at);
    else stages.set(stage, [at]);
  }
  for (const [stage, peers] of stages)
    scoreStage(tenants, peers, head, head.learned?.stages[stage] ?? base, { heads, probabilities, all }, given);
  const usual = head.learned && tenants.length > 0 ? bases / tenants.length : head.baseline;
  return { heads, probabilities, index: sigmoid(logit(shrunk(all, usual)) - logit(usual)) };
}

interface Into {
  readonly heads: Head[];
  readonly probabilities: number[];
  readonly all: number[];
}

/** Writes the heads of one stage, and their rates. */
function scoreStage(
  tenants: readonly TenantSignals[],
  peers: readonly number[],
  { weights, learned }: RankerHead,
  base: number,
  { heads, probabilities, all }: Into,
  given: readonly number[] | undefined,
): void {
  const means = weights.map(({ feature, typical }) => meanOf(tenants, peers, feature) ?? typical);
  const meanTenant = weights.reduce(
    (sum, { logOdds, typical }, at) => sum + logOdds * ((means[at] ?? typical) - typical),
    logit(base),
  );
  const rates: number[] = [];
  const drafts = peers.map((peer) => {
    const signals: Readonly<Partial<Record<Feature, Signal>>> = tenants[peer]?.signals ?? {};
    const contributions: Contribution[] = [];
    let [total, known] = [0, 0];
    for (let at = 0; at < weights.length; at++) {
      const weight = weights[at];
      const signal = weight && signals[weight.feature];
      if (!signal) continue;
      const logOdds = weight.logOdds * (signal.value - (means[at] ?? 0));
      total += logOdds;
      known += weight.logOdds * (signal.value - weight.typical);
      contributions.push({ feature: weight.feature, value: signal.value, logOdds, evidence: signal.evidence });
    }
    const start = given?.[peer] ?? meanTenant;
    rates.push(sigmoid(start + total));
    // What is not known stands at the mean that was learned with, as in the rows that it was calibrated on.
    if (learned) probabilities[peer] = learned.probability(given?.[peer] ?? logit(base) + known);
    return { peer, contributions, start, total };
  });
  const level = logit(shrunk(rates, base));
  for (const { peer, contributions, start, total } of drafts) {
    const offset = start - level;
    heads[peer] = { index: sigmoid(offset + total), offset, contributions };
  }
  all.push(...rates);
}

/** Mean of a feature over the peers for whom it is known; `undefined` when it is known for none. */
function meanOf(tenants: readonly TenantSignals[], peers: readonly number[], feature: Feature): number | undefined {
  let sum = 0;
  let known = 0;
  for (const peer of peers) {
    const signal = tenants[peer]?.signals[feature];
    if (!signal) continue;
    sum += signal.value;
    known += 1;
  }
  return known === 0 ? undefined : sum / known;
}

function shrunk(rates: readonly number[], baseline: number): number {
  let sum = PRIOR * baseline;
  for (const rate of rates) sum += rate;
  return sum / (rates.length + PRIOR);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));
