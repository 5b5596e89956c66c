import { z } from 'zod';
import {
  addDays,
  type IsoDay,
  isId,
  isIsoDay,
  type LeaseId,
  type PropertyId,
  type Snapshot,
  type Step,
  type TenantId,
} from '../domain/index.ts';
import type { Policy } from '../policy/index.ts';
import { stepFor } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import { attributionIn, type Contribution, type Ranking, type Risk } from '../risk/index.ts';
import { type Around, type NodeContext, workflow } from '../runs/index.ts';
import { type Heard, heardIn } from './heard.ts';
import type { About } from './lapse.ts';
import { askAll, withdrawLapsed } from './questions.ts';
import { retention } from './retention.ts';

/** `proposes` is 1 for an analysis of today: what the past would have proposed is proposed to nobody. */
type ChurnInput = { readonly property: PropertyId; readonly day: IsoDay; readonly proposes: 0 | 1 };

/** Rooms are opened by the node that needs them: listing runs opens none. */
export interface ChurnServices {
  today(): IsoDay;
  portfolio(): Promise<Pick<Portfolio, 'snapshots' | 'tenancy' | 'filesOf'>>;
  risk(): Promise<Risk>;
  policy(): Promise<Pick<Policy, 'consider' | 'proposals'>>;
  /** Looks now and then whether tenants are still as those that the model was learned from. */
  watch(): Promise<void>;
}

/** The trend compares with the same property so many days earlier, by the same model. */
export const TREND_DAYS = 30;
/** Reasons told for one tenant, and how much a reason must weigh to be one. */
const MAX_REASONS = 3;
const MIN_LOG_ODDS = 0.1;

export interface Narrative {
  readonly tenant: TenantId;
  readonly reasons: readonly Contribution[];
  readonly step: Step;
}

/** Who has given notice: not ranked, and not to be forgotten. */
export interface Leaving {
  readonly tenant: TenantId;
  readonly noticeOn: IsoDay;
  readonly leaseEnds: IsoDay;
}

type Begun = ReturnType<typeof workflow<ChurnServices, ChurnInput>>;

const analysis = (begun: Begun) =>
  begun
    .node('gather', async ({ property, day }, { services }) => {
      const [now, before] = await snapshotsOf(services, property, day);
      const risk = await services.risk();
      const [newestRow, ledgerSilent] = [now.newestRow ?? null, now.ledgerSilent ?? null];
      const leaving = now.tenancies.flatMap(({ tenant, noticeOn, leaseEnds }): Leaving[] =>
        noticeOn ? [{ tenant, noticeOn, leaseEnds }] : [],
      );
      const both = { now: gathered(risk, now), before: gathered(risk, before) };
      return { ...both, newestRow, ledgerSilent, heard: heardIn(now), leaving };
    })
    .node('score', score)
    .node('narrate', async ({ ranking, heard }) => narrate(ranking, heard))
    .node('propose', async ({ property, day, proposes, ranking, heard }, context) => {
      const { services, runId, emit, alongside, begin, fateOf } = context;
      // Who stands high by a model that may propose nothing is told of, and nothing is set off by it.
      const isMute = !mayPropose(ranking);
      const above = proposes === 1 && !isMute ? trigger(property, ranking, emit) : aboveTrigger(ranking);
      const candidates = isMute ? [] : above;
      const policy = await services.policy();
      // A run that was stopped may be gone on with on a later day, when what it saw is the past.
      if (proposes === 1 && day === services.today())
        alongside(async (tx) => {
          for (const { tenant, lease, stage, band, leave } of candidates) {
            const { inNeed = false, looksElsewhere = false } = heard[tenant] ?? {};
            const step = stepFor(band, stage, looksElsewhere);
            if (step !== 'renewal_call' && step !== 'service_check_in') continue;
            const reasons = reasonsOf(leave.contributions);
            // Above for what a stage of the house shares, or for want of peers: that says nothing of the tenant.
            if (reasons.length === 0) continue;
            const candidate = {
              ...{ tenant, lease, property, stage, indexMilli: milli(leave.index), triggerVersion: ranking.model },
              evidence: [...new Set(reasons.flatMap(({ evidence }) => evidence))],
              ...{ analysisRun: runId, exempt: inNeed },
            };
            const about: About = { tenant, lease, property, action: step };
            await policy.consider(tx, candidate, { begin: (tx) => begin(tx, retention, about), fateOf });
          }
        });
      return { above: above.map(({ tenant, lease }): { tenant: TenantId; lease: LeaseId } => ({ tenant, lease })) };
    });

/** What a run is begun with. */
const input = z.strictObject({
  property: z
    .string()
    .refine(isId<'property'>, 'is not the id of a property, which sophia portfolio list --json tells'),
  day: z.string().refine(isIsoDay, 'is not a day like 2026-11-22'),
  proposes: z.union([z.literal(0), z.literal(1)], 'is neither 0 nor 1'),
});

/** What was asked before and does not hold any more is taken back first; what is proposed is then asked. */
const around: Around<ChurnServices, ChurnInput> = {
  async before({ property, proposes }, context) {
    if (proposes === 1) await context.services.watch();
    if (proposes === 1) await withdrawLapsed(context, property);
  },
  async after({ property, proposes }, context) {
    if (proposes === 1) await askAll(context, property);
  },
};

/** The main job: who is likelier to leave than peers at the same lease stage, why, and what to do about it. */
export const churn = analysis(workflow<ChurnServices, ChurnInput>('churn', 3, { input, around }));

/** Version 2 did the same, and did not say what it is begun with. It stays for the runs that were begun by it. */
export const churnV2 = analysis(workflow<ChurnServices, ChurnInput>('churn', 2, { around }));

/** Version 1 proposed nothing. It stays for the runs that were begun by it. */
export const churnV1 = workflow<ChurnServices, Omit<ChurnInput, 'proposes'>>('churn', 1)
  .node('gather', async ({ property, day }, { services }) => {
    const [now, before] = await snapshotsOf(services, property, day);
    const risk = await services.risk();
    return { now: gathered(risk, now), before: gathered(risk, before), newestRow: now.newestRow ?? null };
  })
  .node('score', score)
  .node('narrate', async ({ ranking }) => narrate(ranking, {}))
  .node('propose', async ({ property, ranking }, { emit }) => {
    const above = trigger(property, ranking, emit);
    return { above: above.map(({ tenant, lease }): { tenant: TenantId; lease: LeaseId } => ({ tenant, lease })) };
  });

async function snapshotsOf({ portfolio }: ChurnServices, property: PropertyId, day: IsoDay) {
  const [now, before] = await (await portfolio()).snapshots(property, [day, addDays(day, -TREND_DAYS)]);
  if (!now || !before) throw new Error('two days give two snapshots');
  return [now, before] as const;
}

type Gathered = ReturnType<typeof gathered>;

function gathered(risk: Risk, snapshot: Snapshot) {
  const { connectedDays, decisions } = snapshot;
  return { signals: risk.signals(snapshot), connectedDays, decisions };
}

interface Scored {
  readonly property: PropertyId;
  readonly now: Gathered;
  readonly before: Gathered;
  /** Version 1 did not know. */
  readonly proposes?: 0 | 1;
}

async function score({ property, now, before, proposes }: Scored, { services, emit }: NodeContext<ChurnServices>) {
  const risk = await services.risk();
  const ranking = await risk.rank(now.signals, now);
  const earlier = await risk.rank(before.signals, before);
  const above = aboveTrigger(ranking).length;
  const counts = { property, tenants: ranking.tenants.length, above };
  emit({
    kind: 'risk.analysed',
    body: { ...counts, model: ranking.modelHash, inputs: risk.fingerprint(now.signals, now) },
  });
  // What is looked up of the past is no insight of today.
  if (proposes !== 0) emit({ kind: 'kpi.insight', body: counts });
  return { ranking, trends: trendsOf(ranking, earlier) };
}

/**
 * Not by a model whose tenants have changed; nor by one of which nobody can tell what it makes of a feature, as a
 * proposal must say why.
 */
export function mayPropose(ranking: Pick<Ranking, 'stopped' | 'attribution'>): boolean {
  return !ranking.stopped && attributionIn(ranking).leave === 'exact';
}

function narrate(ranking: Ranking, heard: Readonly<Record<TenantId, Heard>>) {
  const isTold = attributionIn(ranking).leave === 'exact';
  return {
    narratives: ranking.tenants.map(({ tenant, band, stage, leave }): Narrative => {
      // Without a reason nothing is advised either.
      if (!isTold) return { tenant, reasons: [], step: 'none' };
      const step = stepFor(band, stage, heard[tenant]?.looksElsewhere ?? false);
      return { tenant, reasons: reasonsOf(leave.contributions), step };
    }),
  };
}

/** Says of each tenant above the trigger that they are. */
function trigger(property: PropertyId, ranking: Ranking, emit: NodeContext<ChurnServices>['emit']) {
  const above = aboveTrigger(ranking);
  for (const { tenant, lease, leave } of above)
    emit({ kind: 'kpi.risk_trigger', body: { property, tenant, lease, index: milli(leave.index) } });
  return above;
}

/** Band `high` is an index above 0.7 that rests on enough sources. */
export function aboveTrigger({ tenants }: Ranking) {
  return tenants.filter(({ band }) => band === 'high');
}

/** Change of the index since the earlier day; nothing for who was not there. */
export function trendsOf(
  ranking: Pick<Ranking, 'tenants'>,
  earlier: Pick<Ranking, 'tenants'>,
): Readonly<Record<TenantId, number>> {
  const indices = new Map(earlier.tenants.map(({ tenant, leave }) => [tenant, leave.index]));
  return Object.fromEntries(
    ranking.tenants.flatMap(({ tenant, leave }) => {
      const before = indices.get(tenant);
      return before === undefined ? [] : [[tenant, leave.index - before]];
    }),
  );
}

export function reasonsOf(contributions: readonly Contribution[]): Contribution[] {
  return contributions
    .filter(({ logOdds }) => logOdds >= MIN_LOG_ODDS)
    .toSorted((a, b) => b.logOdds - a.logOdds)
    .slice(0, MAX_REASONS)
    .map(({ feature, value, logOdds, evidence }) => ({ feature, value, logOdds, evidence }));
}

function milli(index: number): number {
  return Math.round(index * 1000);
}
