import type { Band, IsoDay, KeptOut, Stage, TenantId } from '../../../core/domain/index.ts';
import { reasonsOf } from '../../../core/flows/churn.ts';
import { keptOutOf } from '../../../core/ops/kept-out.ts';
import type { RankedOn } from '../../../core/ops/ranking.ts';
import type { SinceLast } from '../../../core/ops/since.ts';
import type { TenantFile } from '../../../core/portfolio/index.ts';
import { attributionIn, type Ranking, type TenantScore } from '../../../core/risk/index.ts';
import { type Analysis, behindIn, labelOf, type RankedTenant, tenantOf } from '../analysis.ts';

/** What the page shows: numbers, and the customer's own words. */
export interface Report
  extends Pick<
    Analysis,
    | 'property'
    | 'asOf'
    | 'model'
    | 'modelHash'
    | 'stopped'
    | 'attribution'
    | 'coverage'
    | 'capped'
    | 'newestRow'
    | 'ledgerSilent'
    | 'since'
    | 'compared'
    | 'leaving'
    | 'behind'
  > {
  readonly owner: string;
  /** By the clock on the wall of the workspace. */
  readonly madeAt: string;
  /** Of sophia. */
  readonly version: string;
  /** How many stand above 0.70. */
  readonly above: number;
  readonly stages: readonly StageSpread[];
  readonly months: readonly Expiries[];
  /** The first of the ranking, with their reasons, and the others in a line each. */
  readonly tenants: readonly RankedTenant[];
  readonly others: readonly Omit<RankedTenant, 'reasons' | 'others' | 'lower'>[];
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>>;
}

export interface StageSpread {
  readonly stage: Stage;
  /** Lowest first. */
  readonly indices: readonly number[];
}

/** Leases whose end lies in one month, before, or after all that are told month by month. */
export interface Expiries {
  /** `2026-12`, `over` or `later`. */
  readonly month: string;
  readonly leases: number;
  /** Of these, the high or medium ones, and of those the ones above 0.70. */
  readonly raised: number;
  readonly above: number;
}

const MONTHS = 12;
const TRIGGER = 0.7;
const order: readonly Stage[] = ['0-3 months', '4-6 months', '7+ months', 'month to month'];

interface Parts extends Pick<Report, 'owner' | 'madeAt' | 'version'> {
  readonly property: Omit<Report['property'], 'index'>;
  readonly day: IsoDay;
  readonly ranked: RankedOn;
  readonly last: SinceLast;
  readonly files: ReadonlyMap<TenantId, TenantFile>;
  readonly top: number;
}

export function reportOf({ owner, madeAt, version, property, day, ranked, last, files, top }: Parts): Report {
  const { ranking, trends, snapshot } = ranked;
  const { tenants } = ranking;
  const told = (score: TenantScore, reasons: Parameters<typeof tenantOf>[1]['reasons']) =>
    tenantOf(score, { reasons, trends, last, files });
  return {
    ...{
      owner,
      madeAt,
      version,
      asOf: day,
      model: ranking.model,
      modelHash: ranking.modelHash,
      stopped: ranking.stopped,
      attribution: attributionIn(ranking),
      coverage: ranking.coverage,
      capped: ranking.capped,
    },
    property: { ...property, index: ranking.property },
    ...{
      newestRow: snapshot.newestRow ?? null,
      ledgerSilent: snapshot.ledgerSilent ?? null,
      since: last.since,
      compared: tenants.length,
    },
    above: tenants.filter(({ leave }) => leave.index > TRIGGER).length,
    stages: spreadOf(tenants),
    months: expiriesOf(tenants, day),
    tenants: tenants.slice(0, top).map((score) => told(score, reasonsOf(score.leave.contributions))),
    others: tenants.slice(top).map((score) => told(score, [])),
    leaving: snapshot.tenancies.flatMap(({ tenant, noticeOn, leaseEnds }) =>
      noticeOn ? [{ ...labelOf(tenant, files), noticeOn, leaseEnds }] : [],
    ),
    behind: behindIn(ranking).map(({ tenant, arrears }) => ({
      ...{ tenant, key: labelOf(tenant, files).key, arrears: arrears.index },
    })),
    keptOut: keptOutIn(snapshot),
  };
}

function spreadOf(tenants: Ranking['tenants']): StageSpread[] {
  const stages = Map.groupBy(tenants, ({ stage }) => stage);
  return order.flatMap((stage) => {
    const indices = (stages.get(stage) ?? []).map(({ leave }) => leave.index).sort((a, b) => a - b);
    return indices.length > 0 ? [{ stage, indices }] : [];
  });
}

/** From the month of that day on, those in which nothing ends too; what is over or lies later only where there is some. */
function expiriesOf(tenants: Ranking['tenants'], day: IsoDay): Expiries[] {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const months = Array.from({ length: MONTHS }, (_, at) => {
    const count = year * 12 + month - 1 + at;
    return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
  });
  const named = (end: IsoDay) => {
    if (end < day) return 'over';
    const name = end.slice(0, 7);
    return months.includes(name) ? name : 'later';
  };
  const ends = Map.groupBy(tenants, ({ leaseEnds }) => named(leaseEnds));
  const counted = (name: string): Expiries => {
    const of = ends.get(name) ?? [];
    const raised = of.filter(({ band }) => isRaised(band)).length;
    const above = of.filter(({ leave }) => leave.index > TRIGGER).length;
    return { month: name, leases: of.length, raised, above };
  };
  return [...(ends.has('over') ? ['over'] : []), ...months, ...(ends.has('later') ? ['later'] : [])].map(counted);
}

function isRaised(band: Band): boolean {
  return band === 'high' || band === 'medium';
}

function keptOutIn({ tenancies, day }: RankedOn['snapshot']): Report['keptOut'] {
  const sum: Partial<Record<KeptOut, number>> = {};
  for (const tenancy of tenancies)
    for (const [reason, n] of Object.entries(keptOutOf(tenancy, day)) as [KeptOut, number][])
      sum[reason] = (sum[reason] ?? 0) + n;
  return sum;
}
