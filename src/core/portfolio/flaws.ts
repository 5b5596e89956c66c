import { daysBetween, type IsoDay, type PropertyId } from '../domain/index.ts';
import { ofKind } from './history.ts';
import type { Version } from './rows.ts';

/** What can be wrong with what was taken in. */
export type Flaw =
  | 'ledger-gap'
  | 'unit-overlap'
  | 'tenant-overlap'
  | 'tenant-twice'
  | 'charge-twice'
  | 'line-twice'
  | 'row-late'
  | 'tenant-unleased'
  | 'unit-unknown'
  | 'ticket-dates'
  | 'ticket-open-long'
  | 'call-silent';

/** One flaw: what it is about, by the customer's own keys. */
export interface Hit {
  readonly flaw: Flaw;
  readonly about: string;
}

export type Lease = Version<'lease'>;

/** From one day to another, both within it; without an end it still goes on. */
export interface Span {
  readonly from: IsoDay;
  readonly to?: IsoDay;
}

const LONG_DAYS = 365;

/** The flaws of leases of one property: of two who live in one unit at once, and of units that nobody has named. */
export function flawsOfLeases(leases: readonly Lease[], units: ReadonlySet<string>): { hits: Hit[]; twins: Twins[] } {
  const unknown = leases.filter(({ body }) => !units.has(body.unit));
  const hits = unknown.map(({ key, body }): Hit => ({ flaw: 'unit-unknown', about: `${key} (${body.unit})` }));
  const twins: Twins[] = [];
  for (const [first, second] of overlaps(leases, ({ body }) => body.unit)) {
    if (first.subject === second.subject) continue;
    const sameDays = first.body.from === second.body.from && first.body.to === second.body.to;
    if (sameDays) twins.push([first, second]);
    else hits.push({ flaw: 'unit-overlap', about: `${first.key} and ${second.key}` });
  }
  return { hits, twins };
}

/** Two leases of one unit with the same days: of one person under two keys, if both are called the same. */
export type Twins = readonly [Lease, Lease];

/** Neighbours in time, of those that have the same `of`, where the later begins before the earlier ends. */
function overlaps(leases: readonly Lease[], of: (lease: Lease) => string): Twins[] {
  return [...Map.groupBy(leases, of).values()].flatMap((group) => {
    const pairs: Twins[] = [];
    let longest: Lease | undefined;
    for (const lease of group.toSorted((a, b) => (a.body.from < b.body.from ? -1 : 1))) {
      if (longest && endOf(longest) > lease.body.from) pairs.push([longest, lease]);
      if (!longest || endOf(lease) > endOf(longest)) longest = lease;
    }
    return pairs;
  });
}

function endOf({ body: { to, movedOutOn } }: Lease): IsoDay {
  return movedOutOn ?? to;
}

/** The flaws of all that was known on `day` of one tenant; `connected` says when the ledger of a property was whole. */
export function flawsOfTenant(
  rows: readonly Version[],
  day: IsoDay,
  months: readonly string[],
  connected: (property: PropertyId | null) => readonly Span[],
): Hit[] {
  const key = ofKind(rows, 'tenant')[0]?.key ?? '';
  const leases = ofKind(rows, 'lease');
  const hit = (flaw: Flaw, abouts: readonly string[]) => abouts.map((about): Hit => ({ flaw, about }));
  const tickets = ofKind(rows, 'ticket');
  const { long, wrong } = {
    long: tickets.filter(({ body: { openedOn, closedOn } }) => !closedOn && daysBetween(openedOn, day) > LONG_DAYS),
    wrong: tickets.filter(({ body: { openedOn, closedOn } }) => closedOn !== undefined && closedOn < openedOn),
  };
  const silent = ofKind(rows, 'call').filter(({ body }) => body.residentTurns === 0 && !body.keptOut);
  return [
    ...hit('tenant-unleased', leases.length === 0 ? [key] : []),
    ...hit(
      'tenant-overlap',
      overlaps(leases, () => '').map(([first, second]) => `${first.key} and ${second.key}`),
    ),
    ...hit(
      'ledger-gap',
      gapsOf(leases, ofKind(rows, 'line'), day, months, connected).map((month) => `${key} ${month}`),
    ),
    ...twiceIn(ofKind(rows, 'line')),
    ...hit('ticket-dates', keysOf(wrong)),
    ...hit('ticket-open-long', keysOf(long)),
    ...hit('call-silent', keysOf(silent)),
  ];
}

function keysOf(rows: readonly Version[]): string[] {
  return rows.map(({ key }) => key);
}

/** Months in which the tenant lived there throughout, the ledger was whole, and no rent was charged. */
function gapsOf(
  leases: readonly Lease[],
  lines: readonly Version<'line'>[],
  day: IsoDay,
  months: readonly string[],
  connected: (property: PropertyId | null) => readonly Span[],
): string[] {
  const newest = leases.reduce<Lease | undefined>((a, b) => (a && a.body.from > b.body.from ? a : b), undefined);
  const isWithin = (date: IsoDay) => {
    const home = leases.find((lease) => {
      const { from, movedOutOn, to } = lease.body;
      return from <= date && (movedOutOn ?? (lease === newest ? day : to)) >= date;
    });
    return home !== undefined && covers(connected(home.property), date);
  };
  const charged = new Set<string>();
  for (const { body } of lines) {
    if (body.type !== 'charge') continue;
    charged.add(body.on.slice(0, 7));
    // Rent that is booked in the last days of a month is that of the next.
    if (body.on.slice(8) >= '25') charged.add(monthAfter(body.on.slice(0, 7)));
  }
  return months.filter((month) => !charged.has(month) && isWithin(firstOf(month)) && isWithin(lastOf(month)));
}

export function covers(spans: readonly Span[], date: IsoDay): boolean {
  return spans.some(({ from, to }) => from <= date && (to === undefined || to >= date));
}

/** Lines of one day, kind and amount, under two keys. */
function twiceIn(lines: readonly Version<'line'>[]): Hit[] {
  const seen = new Map<string, string>();
  return lines.flatMap(({ key, body: { on, type, amount } }) => {
    const said = `${on} ${type} ${amount}`;
    const first = seen.get(said);
    if (first === undefined) seen.set(said, key);
    if (first === undefined) return [];
    return [{ flaw: type === 'charge' ? 'charge-twice' : 'line-twice', about: `${first} and ${key}` }];
  });
}

export function firstOf(month: string): IsoDay {
  return `${month}-01` as IsoDay;
}

export function lastOf(month: string): IsoDay {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) as IsoDay;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/** So many months, the last of them that of `day`. */
export function monthsUntil(day: IsoDay, many: number): string[] {
  const [year = 0, number = 0] = day.split('-').map(Number);
  return Array.from({ length: many }, (_, back) =>
    new Date(Date.UTC(year, number - many + back, 1)).toISOString().slice(0, 7),
  );
}
