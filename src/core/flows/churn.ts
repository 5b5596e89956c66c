import { addDays, type IsoDay, type LeaseId, type PropertyId, type Snapshot, type TenantId } from '../domain/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import type { Band, Contribution, Feature, Ranking, Risk, Stage } from '../risk/index.ts';
import { workflow } from '../runs/index.ts';

type ChurnInput = { readonly property: PropertyId; readonly day: IsoDay };

/** Rooms are opened by the node that needs them: listing runs opens none. */
export interface ChurnServices {
  portfolio(): Promise<Pick<Portfolio, 'snapshots'>>;
  risk(): Promise<Risk>;
}

/** The trend compares with the same property so many days earlier, by the same model. */
const TREND_DAYS = 30;
/** Reasons told for one tenant, and how much a reason must weigh to be one. */
const MAX_REASONS = 3;
const MIN_LOG_ODDS = 0.1;

export interface Reason {
  readonly feature: Feature;
  readonly value: number;
  readonly logOdds: number;
  readonly evidence: readonly string[];
}

/** What is suggested. By band and stage only, so that equal cases are offered the same (fair housing). */
export type Step = 'renewal_call' | 'service_check_in' | 'watch' | 'none';

export interface Narrative {
  readonly tenant: TenantId;
  readonly reasons: readonly Reason[];
  readonly step: Step;
}

/** The main job: who is likelier to leave than peers at the same lease stage, why, and what to do about it. */
export const churn = workflow<ChurnServices, ChurnInput>('churn', 1)
  .node('gather', async ({ property, day }, { services }) => {
    const [portfolio, risk] = [await services.portfolio(), await services.risk()];
    const [now, before] = await portfolio.snapshots(property, [day, addDays(day, -TREND_DAYS)]);
    if (!now || !before) throw new Error('two days give two snapshots');
    return { now: gathered(risk, now), before: gathered(risk, before), newestRow: now.newestRow ?? null };
  })
  .node('score', async ({ property, now, before }, { services, emit }) => {
    const risk = await services.risk();
    const ranking = risk.rank(now.signals, now);
    const earlier = risk.rank(before.signals, before);
    const above = aboveTrigger(ranking).length;
    emit({ kind: 'kpi.insight', body: { property, tenants: ranking.tenants.length, above } });
    return { ranking, trends: trendsOf(ranking, earlier) };
  })
  .node('narrate', async ({ ranking }) => {
    return {
      narratives: ranking.tenants.map(({ tenant, band, stage, leave }): Narrative => {
        return { tenant, reasons: reasonsOf(leave.contributions), step: stepFor(band, stage) };
      }),
    };
  })
  .node('propose', async ({ property, ranking }, { emit }) => {
    const above = aboveTrigger(ranking);
    for (const { tenant, lease, leave } of above) {
      const index = Math.round(leave.index * 1000);
      emit({ kind: 'kpi.risk_trigger', body: { property, tenant, lease, index } });
    }
    return { above: above.map(({ tenant, lease }): { tenant: TenantId; lease: LeaseId } => ({ tenant, lease })) };
  });

function gathered(risk: Risk, snapshot: Snapshot) {
  const { connectedDays, decisions } = snapshot;
  return { signals: risk.signals(snapshot), connectedDays, decisions };
}

/** Band `high` is an index above 0.7 that rests on enough sources. */
function aboveTrigger({ tenants }: Ranking) {
  return tenants.filter(({ band }) => band === 'high');
}

/** Change of the index since the earlier day; nothing for who was not there. */
function trendsOf(ranking: Ranking, earlier: Ranking): Readonly<Record<TenantId, number>> {
  const indices = new Map(earlier.tenants.map(({ tenant, leave }) => [tenant, leave.index]));
  return Object.fromEntries(
    ranking.tenants.flatMap(({ tenant, leave }) => {
      const before = indices.get(tenant);
      return before === undefined ? [] : [[tenant, leave.index - before]];
    }),
  );
}

function reasonsOf(contributions: readonly Contribution[]): Reason[] {
  return contributions
    .filter(({ logOdds }) => logOdds >= MIN_LOG_ODDS)
    .toSorted((a, b) => b.logOdds - a.logOdds)
    .slice(0, MAX_REASONS)
    .map(({ feature, value, logOdds, evidence }) => ({ feature, value, logOdds, evidence }));
}

function stepFor(band: Band, stage: Stage): Step {
  if (band === 'high') return stage === '7+ months' || stage === '4-6 months' ? 'service_check_in' : 'renewal_call';
  return band === 'medium' ? 'watch' : 'none';
}
