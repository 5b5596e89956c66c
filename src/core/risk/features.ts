import {
  daysBetween,
  type IsoDay,
  type LeaseId,
  type Snapshot,
  type Source,
  type Stage,
  sources,
  type Tenancy,
  type TenantId,
} from '../domain/index.ts';
import { type LateMonth, latenessOn } from './lateness.ts';
import { type Feature, features } from './scorecard.ts';

export interface Signal {
  readonly value: number;
  /** What the value was counted from, so that every point can be traced: `ticket:tic-…`, `ledger:lin-…`. */
  readonly evidence: readonly string[];
}

/** Ids and numbers only: this is what a run records. */
export interface TenantSignals {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly leaseEnds: IsoDay;
  readonly stage: Stage;
  /** A feature is absent when its source is not connected: it then weighs exactly nothing. */
  readonly signals: Readonly<Partial<Record<Feature, Signal>>>;
}

/** Days that must be covered before a source counts whole. */
const windows: Readonly<Record<Source, number>> = { ledger: 183, tickets: 90, calls: 90, memory: 90 };
const RECENT_DAYS = 90;
const SLOW_DAYS = 7;
const DAYS_PER_YEAR = 365.25;

/** Share of each source's window in which it was stated connected, 0 to 1. */
export function coverageOf(connectedDays: Snapshot['connectedDays']): Record<Source, number> {
  const share = (source: Source) => Math.min(1, connectedDays[source] / windows[source]);
  return Object.fromEntries(sources.map((source) => [source, share(source)])) as Record<Source, number>;
}

/** Of all who may stay: whoever has given notice has decided, and is neither ranked nor a peer. */
export function readSignals({ day, tenancies, connectedDays }: Snapshot): TenantSignals[] {
  return tenancies
    .filter(({ noticeOn }) => noticeOn === undefined)
    .map((tenancy) => {
      const { tenant, lease, leaseEnds } = tenancy;
      const all = signalsOf(tenancy, day);
      const known = (Object.keys(features) as Feature[]).filter((feature) => {
        const source = features[feature];
        return source === 'lease' || connectedDays[source] > 0;
      });
      const signals = Object.fromEntries(known.map((feature) => [feature, all[feature]]));
      return { tenant, lease, leaseEnds, stage: stageOf(daysBetween(day, leaseEnds)), signals };
    });
}

function stageOf(daysToEnd: number): Stage {
  if (daysToEnd < 0) return 'month to month';
  if (daysToEnd <= 92) return '0-3 months';
  return daysToEnd <= 183 ? '4-6 months' : '7+ months';
}

function signalsOf(tenancy: Tenancy, day: IsoDay): Record<Feature, Signal> {
  return { ...repairs(tenancy, day), ...calls(tenancy, day), ...lease(tenancy, day), ...payments(tenancy, day) };
}

/** Repairs of the last 90 days that took, or have been waiting for, more than a week; and those opened again. */
function repairs({ tickets }: Tenancy, day: IsoDay) {
  const recent = tickets.filter(({ openedOn }) => daysBetween(openedOn, day) <= RECENT_DAYS);
  const slow = recent.filter(({ openedOn, closedOn = day }) => daysBetween(openedOn, closedOn) > SLOW_DAYS);
  const again = recent.filter(({ reopened }) => reopened > 0);
  const reopened = again.reduce((total, ticket) => total + ticket.reopened, 0);
  return {
    slowRepairs90d: capped(
      slow.length,
      caps.slowRepairs90d,
      slow.map(({ id }) => `ticket:${id}`),
    ),
    reopened90d: capped(
      reopened,
      caps.reopened90d,
      again.map(({ id }) => `ticket:${id}`),
    ),
  };
}

/**
 * Number of calls, and their mean sentiment turned round; one call alone counts half, as it may be an accident. A call
 * of which nothing may be scored is none here: that it was made would tell of a disability, of need or of a language.
 */
function calls({ calls }: Tenancy, day: IsoDay) {
  const recent = calls.filter(({ on, residentTurns }) => residentTurns > 0 && daysBetween(on, day) <= RECENT_DAYS);
  const scored = recent.flatMap(({ id, sentiment }) => (sentiment === undefined ? [] : [{ id, sentiment }]));
  const total = scored.reduce((sum, { sentiment }) => sum + sentiment, 0);
  return {
    calls90d: capped(
      recent.length,
      caps.calls90d,
      recent.map(({ id }) => `call:${id}`),
    ),
    negativeSentiment90d: {
      value: scored.length === 0 ? 0 : -total / (scored.length + 1),
      evidence: scored.map(({ id }) => `call:${id}`),
    },
  };
}

function lease({ lease, movedIn, rent, offer }: Tenancy, day: IsoDay) {
  const years = Math.max(daysBetween(movedIn, day) / DAYS_PER_YEAR, 1 / 12);
  return {
    lnTenureYears: { value: Math.log(years), evidence: [`lease:${lease}`] },
    increasePercent: offer
      ? { value: (offer.rent / rent - 1) * 100, evidence: [`offer:${offer.id}`] }
      : { value: 0, evidence: [] },
  };
}

function payments({ ledger }: Tenancy, day: IsoDay) {
  const { lateNow, lateMonths, partial, missed } = latenessOn(ledger, day);
  const evidence = (months: readonly LateMonth[]) => months.flat().map(({ id }) => `ledger:${id}`);
  const counted = (months: readonly LateMonth[]): Signal => ({ value: months.length, evidence: evidence(months) });
  const flag = (months: readonly LateMonth[], least: number): Signal =>
    months.length >= least ? { value: 1, evidence: evidence(months) } : { value: 0, evidence: [] };
  const open = new Set(lateNow.flat());
  return {
    lateMonths6m: counted(lateMonths),
    partialPayments6m: counted(partial),
    missedMonths6m: counted(missed),
    lateNow: flag(lateNow, 1),
    behindTwoMonths: flag(lateNow, 2),
    earlierLateMonths6m: counted(lateMonths.filter((month) => !month.some((line) => open.has(line)))),
  };
}

/** More of these counts no more. */
export const caps = { slowRepairs90d: 3, reopened90d: 3, calls90d: 4 } as const satisfies Partial<
  Record<Feature, number>
>;

function capped(value: number, cap: number, evidence: readonly string[]): Signal {
  return { value: Math.min(value, cap), evidence };
}
