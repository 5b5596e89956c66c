import {
  addDays,
  daysBetween,
  GAP_DAYS,
  type IsoDay,
  LEAVE_DAYS,
  type LedgerLine,
  type PropertyId,
  type Snapshot,
  type Stage,
  type Tenancy,
  type TenantId,
} from '../../domain/index.ts';
import { readSignals, type Signal } from '../features.ts';
import { unpaidOn } from '../lateness.ts';
import { type Feature, features, type HeadName } from '../scorecard.ts';

/** The past of a property: what was known on a day, and, apart from it, what came of that. */
export interface PropertyPast {
  readonly property: PropertyId;
  readonly span?: { readonly first: IsoDay; readonly left: IsoDay; readonly paid: IsoDay };
  on(day: IsoDay): Snapshot;
  became(tenant: TenantId, day: IsoDay): 'left' | 'stayed' | 'transferred' | 'unavoidable' | 'sent' | 'unknown';
  ledgerOf(tenant: TenantId): readonly LedgerLine[];
}

/** One tenant on the first of a month: what was known on that day, and what came of it. */
export interface TenantMonth {
  readonly day: IsoDay;
  readonly tenant: TenantId;
  readonly property: PropertyId;
  readonly stage: Stage;
  /** In the order of `measured`; NaN where its source was not connected. */
  readonly values: Float64Array;
  /** What came of it, for each head; `null` where that says nothing, or cannot be known yet. */
  readonly ends: Readonly<Record<HeadName, End | null>>;
}

export interface End {
  readonly hit: 0 | 1;
  /** The day from which on it was known. */
  readonly knownOn: IsoDay;
}

export const measured = Object.keys(features) as Feature[];

/** Days in which a full month's rent comes to be unpaid 30 days after it was due, or does not. */
const ARREARS_DAYS = 60;
const UNPAID_DAYS = 30;

/**
 * The months of one property in which something can be learned, oldest first, those behind `after`. The features of a
 * day come from the snapshot of that day and nothing else; a month whose windows are not over yet is not among them.
 */
export function* monthsOf(past: PropertyPast, after?: IsoDay): Generator<TenantMonth> {
  const { span } = past;
  if (!span) return;
  const arrears = new Map<TenantId, Overdue[]>();
  const from = after !== undefined && after >= span.first ? addDays(after, 1) : span.first;
  for (const day of firstsOf(from, addDays(span.paid > span.left ? span.paid : span.left, -ARREARS_DAYS))) {
    for (const { tenancy, owes, ...month } of seenOn(past, day)) {
      const leave = leaveEnd(past, tenancy, day, span.left);
      const isKnown = owes && addDays(day, ARREARS_DAYS) <= span.paid;
      const overdue = isKnown ? (arrears.get(tenancy.tenant) ?? overdueOf(past.ledgerOf(tenancy.tenant))) : [];
      if (isKnown) arrears.set(tenancy.tenant, overdue);
      const ends = { leave, arrears: isKnown ? arrearsEnd(overdue, tenancy, day) : null };
      if (ends.leave || ends.arrears) yield { ...month, ends };
    }
  }
}

/** Tenants of a day, of whom nobody knows yet what will come of it. */
export function* tenantsOn(past: PropertyPast, day: IsoDay): Generator<TenantMonth> {
  for (const { tenancy: _, owes: __, ...month } of seenOn(past, day))
    yield { ...month, ends: { leave: null, arrears: null } };
}

/** What the snapshot of a day tells, and nothing else. */
function* seenOn(past: PropertyPast, day: IsoDay) {
  const snapshot = past.on(day);
  const tenancies = new Map(snapshot.tenancies.map((tenancy) => [tenancy.tenant, tenancy]));
  const owes = snapshot.connectedDays.ledger > 0;
  for (const { tenant, stage, signals } of readSignals(snapshot)) {
    const tenancy = tenancies.get(tenant);
    if (tenancy) yield { day, tenant, property: past.property, stage, values: valuesOf(signals), tenancy, owes };
  }
}

/** As `measured`. */
function valuesOf(signals: Readonly<Partial<Record<Feature, Signal>>>): Float64Array {
  return Float64Array.from(measured, (feature) => signals[feature]?.value ?? Number.NaN);
}

/** Firsts of months from `from` to `until`. */
export function* firstsOf(from: IsoDay, until: IsoDay): Generator<IsoDay> {
  let day = from.endsWith('-01') ? from : monthAfter(from);
  for (; day <= until; day = monthAfter(day)) yield day;
}

/** The first of the month after that of `day`. */
function monthAfter(day: IsoDay): IsoDay {
  return `${addDays(`${day.slice(0, 8)}01` as IsoDay, 31).slice(0, 8)}01` as IsoDay;
}

/** How long it takes depends on what is known on the day alone: else those who leave soon would be overheard. */
function leaveEnd(past: PropertyPast, { tenant, leaseEnds }: Tenancy, day: IsoDay, known: IsoDay): End | null {
  const horizon = addDays(day, LEAVE_DAYS);
  const knownOn = leaseEnds > day && leaseEnds <= horizon ? addDays(leaseEnds, GAP_DAYS) : horizon;
  const over = knownOn > horizon ? knownOn : horizon;
  if (over > known) return null;
  const became = past.became(tenant, day);
  return became === 'left' || became === 'stayed' ? { hit: became === 'left' ? 1 : 0, knownOn: over } : null;
}

/** On `on` rent of so many cents was unpaid that had been due for 30 days; looked at whenever some came to be. */
interface Overdue {
  readonly on: IsoDay;
  readonly unpaid: number;
}

function overdueOf(ledger: readonly LedgerLine[]): Overdue[] {
  const dues = new Set(ledger.filter(({ type }) => type === 'charge').map(({ on }) => on));
  return [...dues].map((due) => {
    const on = addDays(due, UNPAID_DAYS);
    return { on, unpaid: unpaidOn(ledger, on, UNPAID_DAYS) };
  });
}

/** Who owes that much already is where nobody can be said to come to, as who has given notice has left. */
function arrearsEnd(overdue: readonly Overdue[], { rent, ledger }: Tenancy, day: IsoDay): End | null {
  if (rent <= 0 || unpaidOn(ledger, day, UNPAID_DAYS) >= rent) return null;
  const knownOn = addDays(day, ARREARS_DAYS);
  const hit = overdue.some(({ on, unpaid }) => on > day && on <= knownOn && unpaid >= rent);
  return { hit: hit ? 1 : 0, knownOn };
}

/** How many exits, or cases, there are: a tenant who leaves is seen in several months, and leaves once. */
export function casesOf(months: readonly TenantMonth[], head: HeadName): number {
  const cases = new Map<TenantId, IsoDay>();
  let count = 0;
  for (const { tenant, day, ends } of months) {
    if (ends[head]?.hit !== 1) continue;
    const before = cases.get(tenant);
    // A hit a long while after the last one is another case: rent may come to be unpaid twice.
    if (before === undefined || daysBetween(before, day) > LEAVE_DAYS + GAP_DAYS) count += 1;
    cases.set(tenant, day);
  }
  return count;
}
