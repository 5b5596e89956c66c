import {
  type AskingId,
  type AskingRent,
  addDays,
  type Call,
  type CallId,
  daysBetween,
  type Engagement,
  type EngagementId,
  GAP_DAYS,
  type IsoDay,
  type LeaseId,
  type LedgerLine,
  type LedgerLineId,
  type OfferId,
  type PropertyId,
  type RenewalOffer,
  type Silence,
  type Snapshot,
  type Source,
  sources,
  type Tenancy,
  type TenantId,
  type Ticket,
  type TicketId,
} from '../domain/index.ts';
import { type Believed, ofKind } from './history.ts';
import type { Version } from './rows.ts';

/** How far back the property's own renewals are counted. */
const DECISION_DAYS = 730;
/** Rent is due each month: a ledger of which nothing came for so many days has broken off. */
export const SILENT_LEDGER_DAYS = 45;

/**
 * What was `believed` on `day` about a property: its own rows, and those of everyone who ever signed a lease there.
 * Dates that lie after `day` are hidden even in rows known by then; what a row states without a date counts from the
 * day on which its file was seen.
 */
export function snapshotOf(property: PropertyId, day: IsoDay, believed: Believed): Snapshot {
  const leases = [...believed]
    .flatMap(([tenant, rows]) => {
      const own = ofKind(rows, 'lease');
      return own[0] ? [{ tenant: tenant as TenantId, own, rows, place: own[0].seq }] : [];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ tenant, own, rows }) => {
      return { tenant, rows, stays: own.map((row) => leaseOn(row, day)).sort((a, b) => compare(a.from, b.from)) };
    });
  const askings = askingsOn(ofKind(believed.get(property) ?? [], 'asking'), day);
  const tenancies = leases.flatMap(({ tenant, stays, rows }) => {
    const current = currentLease(stays, property, day);
    if (!current) return [];
    const asking = askings.get(current.unit);
    return [{ ...tenancyOf(tenant, current, stays, rows, day), ...(asking && { asking }) }];
  });
  const newestRow = newest(tenancies);
  const connected = connectedDays(ofKind(believed.get(property) ?? [], 'source'), day);
  const ledgerSilent = silenceOf(connected.ledger, tenancies, day);
  return {
    ...{ property, day, tenancies, connectedDays: connected },
    decisions: decisionsOf(
      leases.map(({ stays }) => stays),
      property,
      day,
    ),
    ...(newestRow && { newestRow }),
    ...(ledgerSilent && { ledgerSilent }),
  };
}

interface Lease {
  readonly id: LeaseId;
  readonly property: PropertyId | null;
  readonly unit: string;
  readonly from: IsoDay;
  readonly to: IsoDay;
  readonly rent: Tenancy['rent'];
  readonly noticeOn?: IsoDay;
  readonly movedOutOn?: IsoDay;
}

function leaseOn({ id, property, observedOn, body }: Version<'lease'>, day: IsoDay): Lease {
  const { noticeOn, movedOutOn, unit, from, to, rent } = body;
  // Whose day of moving out is set has given notice, if only by then: on the day on which the file was seen.
  const planned = movedOutOn !== undefined && movedOutOn > day && observedOn <= day ? { noticeOn: observedOn } : {};
  const notice = noticeOn !== undefined && noticeOn <= day ? { noticeOn } : planned;
  const out = movedOutOn !== undefined && movedOutOn <= day ? { movedOutOn } : {};
  return { id: id as LeaseId, property, unit, from, to, rent, ...notice, ...out };
}

/** The lease that the tenant lives under: begun, not left, and the newest such. */
function currentLease(stays: readonly Lease[], property: PropertyId, day: IsoDay): Lease | undefined {
  const newest = stays.findLast(({ from }) => from <= day);
  return newest && newest.movedOutOn === undefined && newest.property === property ? newest : undefined;
}

function tenancyOf(
  tenant: TenantId,
  lease: Lease,
  stays: readonly Lease[],
  rows: readonly Version[],
  day: IsoDay,
): Tenancy {
  const offer = ofKind(rows, 'offer')
    .map(({ id, body }): RenewalOffer => ({ id: id as OfferId, ...body }))
    .filter(({ on }) => on >= lease.from && on <= day)
    .sort((a, b) => compare(a.on, b.on))
    .at(-1);
  const tickets = ofKind(rows, 'ticket').filter(({ body }) => body.openedOn <= day);
  const calls = ofKind(rows, 'call').filter(({ body }) => body.on <= day);
  const inNeedOn = needDays(tickets, calls, day).sort(compare).at(-1);
  const engagement = ofKind(rows, 'engagement')
    .filter(({ body: { on } }) => on <= day)
    .map(({ id, body }): Engagement => ({ id: id as EngagementId, ...body }))
    .sort((a, b) => compare(a.on, b.on));
  return {
    ...{ tenant, lease: lease.id, unit: lease.unit, ...stayOf(lease, stays) },
    ...{ leaseStarts: lease.from, leaseEnds: lease.to, rent: lease.rent },
    ...(lease.noticeOn && { noticeOn: lease.noticeOn }),
    ...(offer && { offer }),
    ledger: ofKind(rows, 'line')
      .map(({ id, body }): LedgerLine => ({ id: id as LedgerLineId, ...body }))
      .filter(({ on }) => on <= day)
      .sort((a, b) => compare(a.on, b.on)),
    ticketsKeptOut: tickets.filter(({ body }) => body.keptOut).length,
    openKeptOut: tickets.filter(({ body: { keptOut, closedOn } }) => keptOut && (!closedOn || closedOn > day)).length,
    tickets: tickets
      .filter(({ body }) => !body.keptOut)
      .map((row) => ticketOn(row, day))
      .sort((a, b) => compare(a.openedOn, b.openedOn)),
    ...(inNeedOn && { inNeedOn }),
    calls: calls
      .map(({ id, body: { on, residentTurns, sentiment, intents = [], keptOut = {} } }): Call => {
        const scored = sentiment === undefined ? {} : { sentiment };
        return { id: id as CallId, on, residentTurns, ...scored, intents, keptOut };
      })
      .sort((a, b) => compare(a.on, b.on)),
    ...(engagement.length > 0 && { engagement }),
  };
}

/** Rows of calls from before the fact was drawn say it by their intents. */
function needDays(tickets: readonly Version<'ticket'>[], calls: readonly Version<'call'>[], day: IsoDay): IsoDay[] {
  const told = tickets.filter(({ body }) => body.inNeed).map(({ body: { closedOn = day } }) => closedOn);
  const heard = calls.filter(
    ({ body: { inNeed, intents = [] } }) => inNeed || intents.includes('hardship') || intents.includes('habitability'),
  );
  return [...told.map((closedOn) => (closedOn < day ? closedOn : day)), ...heard.map(({ body }) => body.on)];
}

/** The unbroken line of leases in one property, `current` being its last. */
function stayOf(current: Lease, stays: readonly Lease[]): Pick<Tenancy, 'movedIn' | 'firstLease' | 'renewals'> {
  let [first, renewals] = [current, 0];
  for (const stay of stays.toReversed()) {
    if (stay.property !== current.property || stay.from >= first.from) continue;
    if (daysBetween(stay.movedOutOn ?? stay.to, first.from) > GAP_DAYS) break;
    first = stay;
    renewals += 1;
  }
  return { movedIn: first.from, firstLease: first.id, renewals };
}

/** By unit, the newest that was asked by then. */
function askingsOn(rows: readonly Version<'asking'>[], day: IsoDay): ReadonlyMap<string, AskingRent> {
  const newest = new Map<string, AskingRent>();
  for (const { id, body } of rows) {
    const { unit, on, rent } = body;
    if (on <= day && on >= (newest.get(unit)?.on ?? on)) newest.set(unit, { id: id as AskingId, on, rent });
  }
  return newest;
}

function ticketOn({ id, observedOn, body }: Version<'ticket'>, day: IsoDay): Ticket {
  const { openedOn, repliedOn, closedOn, reopened } = body;
  const closed = closedOn !== undefined && closedOn <= day;
  return {
    ...{ id: id as TicketId, openedOn },
    ...(repliedOn !== undefined && repliedOn <= day && { repliedOn }),
    ...(closed && { closedOn }),
    // Reopenings have no date. They lie before the closing day, or before the day on which the file was seen.
    reopened: closed || observedOn <= day ? reopened : 0,
  };
}

export function connectedDays(rows: readonly Version<'source'>[], day: IsoDay): Record<Source, number> {
  const days = (source: Source) => {
    const spans = rows.map(({ body }) => body).filter((body) => body.source === source);
    const open = spans.filter(({ from, to }) => from <= day && (to === undefined || to >= day));
    return Math.max(0, ...open.map(({ from }) => daysBetween(from, day) + 1));
  };
  return Object.fromEntries(sources.map((source) => [source, days(source)])) as Record<Source, number>;
}

function silenceOf(connectedDays: number, tenancies: readonly Tenancy[], day: IsoDay): Silence | undefined {
  if (connectedDays <= SILENT_LEDGER_DAYS) return undefined;
  const newest =
    tenancies
      .flatMap(({ ledger }) => ledger.at(-1)?.on ?? [])
      .sort()
      .at(-1) ?? null;
  return newest !== null && daysBetween(newest, day) <= SILENT_LEDGER_DAYS ? undefined : { newest };
}

/** Who moves to another property of the owner has not left; whose lease ended without a word is not counted yet. */
function decisionsOf(tenants: readonly (readonly Lease[])[], property: PropertyId, day: IsoDay) {
  const since = addDays(day, -DECISION_DAYS);
  let [renewed, left] = [0, 0];
  for (const stays of tenants) {
    for (const { from, to, movedOutOn, property: place } of stays) {
      const end = movedOutOn !== undefined && movedOutOn < to ? movedOutOn : to;
      if (place !== property || end > day || end <= since) continue;
      const next = stays.find((other) => other.from > from && daysBetween(end, other.from) <= GAP_DAYS);
      if (next?.property === property) renewed += 1;
      else if (!next && movedOutOn !== undefined) left += 1;
    }
  }
  return { renewed, left };
}

function newest(tenancies: readonly Tenancy[]): IsoDay | undefined {
  const days = tenancies.flatMap(({ ledger, tickets, calls, engagement = [] }) => [
    ...ledger.map(({ on }) => on),
    ...tickets.map(({ openedOn, closedOn }) => closedOn ?? openedOn),
    ...calls.map(({ on }) => on),
    ...engagement.map(({ on }) => on),
  ]);
  return days.reduce<IsoDay | undefined>(
    (latest, day) => (latest === undefined || day > latest ? day : latest),
    undefined,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
