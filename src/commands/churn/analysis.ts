import type {
  Band,
  IsoDay,
  LeaseId,
  OwnerId,
  RunId,
  Silence,
  Source,
  Stage,
  Step,
  TenantId,
} from '../../core/domain/index.ts';
import type { Leaving, Narrative } from '../../core/flows/churn.ts';
import { type Evidence, evidenceOf, type Proposed } from '../../core/ops/proposals/proposed.ts';
import type { Since, SinceLast } from '../../core/ops/since.ts';
import type { PropertyName, TenantFile } from '../../core/portfolio/index.ts';
import {
  type Attribution,
  attributionIn,
  type Contribution,
  type Feature,
  type Head,
  type Lowering,
  lowerings,
  type Ranking,
  type TenantScore,
} from '../../core/risk/index.ts';

/** What `churn analyze` answers. `schemas/churn-analyze.schema.json` describes its JSON. */
export interface Analysis {
  readonly owner: OwnerId;
  readonly asOf: IsoDay;
  readonly runId: RunId;
  /** The run had been begun by a process that is gone; its finished nodes were not done again. */
  readonly resumed: boolean;
  readonly model: string;
  readonly modelHash: string;
  /** Tenants are no longer as those that the model was learned from: nothing is proposed by it. */
  readonly stopped: boolean;
  /** Of each head. `none`: a model of another program, which tells no points and proposes nothing. */
  readonly attribution: Attribution;
  /** What the numbers are: an index relative to peers at the same lease stage, 0.5 being usual. No probability. */
  readonly scale: 'stage-adjusted odds index';
  readonly property: PropertyName & { readonly index: { readonly leave: number; readonly arrears: number } };
  readonly coverage: Readonly<Record<Source, number>>;
  /** True when too few sources are connected for any tenant to be called high. */
  readonly capped: boolean;
  readonly newestRow: IsoDay | null;
  /** The ledger is stated connected and nothing came for 45 days: what is owed since is not seen. */
  readonly ledgerSilent: Silence | null;
  /** The analysis before this one, with which it is compared; null for the first. */
  readonly since: Since | null;
  /** How many were compared; `tenants` holds the first of them. */
  readonly compared: number;
  readonly tenants: readonly AnalysedTenant[];
  readonly leaving: readonly LeavingTenant[];
  /** Above 0.7 on the arrears head, wherever they stand in the ranking. */
  readonly behind: readonly { readonly tenant: TenantId; readonly key: string; readonly arrears: number }[];
  /** Who stands above 0.7 on the leave head, on enough sources. */
  readonly above: readonly { readonly tenant: TenantId; readonly lease: LeaseId }[];
  /** The shipped demo, in which nothing can be approved. */
  readonly demo: boolean;
  /** What was proposed for them, now or before; null for an analysis of the past, which proposes nothing. */
  readonly proposals: readonly Proposed[] | null;
}

export interface Point {
  readonly feature: Feature;
  readonly value: number;
  readonly logOdds: number;
  readonly evidence: readonly Evidence[];
}

/** A tenant as ranked, with what the customer calls them. */
export interface RankedTenant {
  readonly tenant: TenantId;
  /** The customer's own id. */
  readonly key: string;
  /** Personal, as `unit`: for whoever works with the tenant. */
  readonly name: string | null;
  readonly unit: string | null;
  readonly index: number;
  readonly band: Band;
  /** Probability of notice or going in 90 days, or of no renewal at an end in them; null where what ranks was not calibrated, as the scorecard is not. */
  readonly p90: number | null;
  /** Change of the index against 30 days earlier, recomputed; null for who was not there. */
  readonly trend: number | null;
  /** The same against the last analysis, as recorded; null also where another model made it. */
  readonly sinceLast: number | null;
  readonly arrears: number;
  readonly stage: Stage;
  /** How many others of the property are at that stage. */
  readonly peers: number;
  /**
   * Log-odds that this stage of the property shares: part of the index, and of nobody in particular. Where there is no exact
   * attribution it is all of the index, and the tenant's own.
   */
  readonly shared: number;
  readonly leaseEnds: IsoDay;
  readonly reasons: readonly Point[];
  /** Log-odds of all points beside the reasons: `logit(index) = shared + sum of reasons + others`. */
  readonly others: number;
  /** What an owner can do about it, and what the index would be then. */
  readonly lower: readonly Lowering[];
}

export interface AnalysedTenant extends RankedTenant {
  readonly step: Step;
}

/** Who has given notice, and is therefore not ranked. */
export interface LeavingTenant {
  readonly tenant: TenantId;
  readonly key: string;
  readonly name: string | null;
  readonly unit: string | null;
  readonly noticeOn: IsoDay;
  readonly leaseEnds: IsoDay;
}

/** What `churn analyze --all` answers: one ranking per owner. */
export interface Portfolios {
  readonly asOf: IsoDay;
  readonly owners: readonly {
    readonly owner: OwnerId;
    readonly name: string;
    readonly properties: readonly Analysis[];
    /** Properties that could not be analysed on that day, and why. */
    readonly missing: readonly { readonly property: string; readonly reason: string }[];
  }[];
}

interface Parts {
  readonly owner: OwnerId;
  readonly property: PropertyName;
  readonly day: IsoDay;
  readonly runId: RunId;
  readonly resumed: boolean;
  readonly state: {
    readonly ranking: Ranking;
    readonly trends: Readonly<Record<TenantId, number>>;
    readonly narratives: readonly Narrative[];
    readonly newestRow: IsoDay | null;
    /** Absent where the run was begun before it was looked at. */
    readonly ledgerSilent?: Silence | null;
    readonly leaving: readonly Leaving[];
    readonly above: Analysis['above'];
  };
  readonly last: SinceLast;
  readonly files: ReadonlyMap<TenantId, TenantFile>;
  readonly top: number;
  readonly proposals: readonly Proposed[] | null;
  readonly demo: boolean;
}

/** Joins what the run recorded (ids and numbers) with the customer's own ids. */
export function analysisOf(parts: Parts): Analysis {
  const { owner, property, day, runId, resumed, state, last, files, top, proposals, demo } = parts;
  const { ranking, trends, narratives, newestRow, ledgerSilent = null, leaving, above } = state;
  const told = new Map(narratives.map((each) => [each.tenant, each]));
  return {
    ...{ owner, asOf: day, runId, resumed },
    ...{ model: ranking.model, modelHash: ranking.modelHash, stopped: ranking.stopped },
    attribution: attributionIn(ranking),
    scale: 'stage-adjusted odds index',
    property: { ...property, index: ranking.property },
    ...{ coverage: ranking.coverage, capped: ranking.capped, newestRow, ledgerSilent, since: last.since },
    compared: ranking.tenants.length,
    tenants: ranking.tenants.slice(0, top).map((score) => {
      const { reasons = [], step = 'none' } = told.get(score.tenant) ?? {};
      const proposal = proposals?.find((each) => each.tenant === score.tenant);
      return { ...tenantOf(score, { reasons, trends, last, files }), step: stepNow(step, proposal) };
    }),
    leaving: leaving.map(({ tenant, ...rest }) => ({ ...labelOf(tenant, files), ...rest })),
    behind: behindIn(ranking).map(({ tenant, arrears }) => ({
      tenant,
      key: labelOf(tenant, files).key,
      arrears: arrears.index,
    })),
    ...{ above, demo, proposals },
  };
}

type Files = ReadonlyMap<TenantId, TenantFile>;

export function labelOf(tenant: TenantId, files: Files) {
  const { key = tenant, name = null, unit = null } = files.get(tenant) ?? {};
  return { tenant, key, name, unit };
}

interface Told {
  readonly reasons: readonly Contribution[];
  readonly trends: Readonly<Record<TenantId, number>>;
  readonly last: SinceLast;
  readonly files: Files;
}

export function tenantOf(
  { tenant, leave, arrears, band, p90, stage, peers, leaseEnds }: TenantScore,
  { reasons, trends, last, files }: Told,
): RankedTenant {
  const file = files.get(tenant);
  return {
    ...{ ...labelOf(tenant, files), index: leave.index, band, p90 },
    ...{ trend: trends[tenant] ?? null, sinceLast: last.changes[tenant] ?? null },
    ...{ arrears: arrears.index, stage, peers, shared: leave.offset, leaseEnds },
    ...{ reasons: reasons.map((reason) => pointOf(reason, file)), others: othersThan(reasons, leave) },
    lower: lowerings(leave),
  };
}

function othersThan(reasons: readonly Contribution[], { contributions }: Head): number {
  const rest = contributions.filter(({ feature }) => reasons.every((reason) => reason.feature !== feature));
  return rest.reduce((sum, { logOdds }) => sum + logOdds, 0);
}

/** Who stands above 0.7 on the arrears head. */
export function behindIn({ tenants }: Ranking): Ranking['tenants'] {
  return tenants.filter(({ arrears }) => arrears.index > 0.7).toSorted((a, b) => b.arrears.index - a.arrears.index);
}

export function pointOf({ feature, value, logOdds, evidence }: Contribution, file: TenantFile | undefined): Point {
  return {
    ...{ feature, value, logOdds },
    evidence: evidence.map((id) => evidenceOf(id, file)),
  };
}

/**
 * What is suggested now. Nothing for who is withheld, as they would be no measure any more, nor for whom the team has no
 * hand free this week, nor once a human has said no.
 */
function stepNow(step: Step, proposal: Proposed | undefined): Step {
  const isLeftAlone = proposal?.state === 'withheld' || proposal?.state === 'over_capacity';
  return isLeftAlone || proposal?.decision === 'rejected' ? 'none' : step;
}
