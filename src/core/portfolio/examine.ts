import type { IsoDay, OwnerId, PropertyId, Source, TenantId } from '../domain/index.ts';
import type { Reader } from '../store/index.ts';
import {
  covers,
  type Flaw,
  firstOf,
  flawsOfLeases,
  flawsOfTenant,
  type Hit,
  lastOf,
  monthsUntil,
  type Span,
  type Twins,
} from './flaws.ts';
import { believedOn, leaseVersionsOf, ofKind, recentAbout, versionsAbout, versionsOfKind } from './history.ts';
import { openLate } from './late.ts';
import type { Version } from './rows.ts';
import { connectedDays } from './snapshot.ts';

/** The sources that files can bring. */
const brought = ['ledger', 'tickets', 'calls'] as const satisfies readonly Source[];
type Brought = (typeof brought)[number];

export interface SourceMonth {
  readonly rows: number;
  /** Whether it is stated that the source was whole in that month: of all properties, of some or in part, of none. */
  readonly connected: 'yes' | 'part' | 'no';
}

export interface Month extends Readonly<Record<Brought, SourceMonth>> {
  readonly month: string;
}

export interface Found {
  readonly times: number;
  /** The first of them, by the customer's own keys. */
  readonly examples: readonly string[];
}

/** What was known of an owner's properties on a day, as it must be for a score. */
export interface Examination {
  readonly day: IsoDay;
  readonly properties: readonly {
    readonly key: string;
    /** Who lives there on the day. */
    readonly tenants: number;
    readonly connectedDays: Readonly<Record<Source, number>>;
    readonly newest: Readonly<Partial<Record<Brought, IsoDay>>>;
  }[];
  /** The last twelve, oldest first. */
  readonly months: readonly Month[];
  readonly flaws: Readonly<Partial<Record<Flaw, Found>>>;
}

const EXAMPLES = 5;
const MONTHS = 12;
/** Tenants that are looked at together: no more of them are in memory at once. */
const BATCH = 200;

interface House {
  readonly id: PropertyId;
  readonly key: string;
  readonly spans: Readonly<Record<Brought, readonly Span[]>>;
  readonly connectedDays: Readonly<Record<Source, number>>;
  readonly newest: Partial<Record<Brought, IsoDay>>;
  readonly living: Set<TenantId>;
}

interface Asked {
  readonly read: Reader;
  readonly owner: OwnerId;
  readonly signal: AbortSignal;
  readonly day: IsoDay;
  /** Absent: all of the owner's. */
  readonly only?: PropertyId | undefined;
}

/** One walk through what was known on a day: a property's leases at a time, and then some tenants at a time. */
export async function examine(asked: Asked): Promise<Examination> {
  const { read, owner, signal, day, only } = asked;
  const tally = openTally(day);
  const houses = new Map<PropertyId, House>();
  const tenants = new Set<TenantId>();
  for (const { id, key } of believedOn(await versionsOfKind(read, owner, 'property', day), day)) {
    if (only !== undefined && id !== only) continue;
    signal.throwIfAborted();
    const rows = believedOn(await versionsAbout(read, owner, [id], day), day);
    const house = houseOf(id as PropertyId, key, rows, day);
    houses.set(house.id, house);
    const leases = believedOn(await leaseVersionsOf(read, owner, house.id, day), day);
    const units = new Set(ofKind(rows, 'unit').map(({ body }) => body.label));
    const { hits, twins } = flawsOfLeases(leases, units);
    tally.add(hits);
    tally.add(await namedAlike(asked, twins));
    for (const { subject } of leases) tenants.add(subject as TenantId);
  }
  if (only === undefined)
    for (const { id } of believedOn(await versionsOfKind(read, owner, 'tenant', day), day)) tenants.add(id as TenantId);

  const connected = (property: PropertyId | null) => (property && houses.get(property)?.spans.ledger) || [];
  const all = [...tenants];
  // The month that is not over yet may have its charge to come.
  const complete = tally.months.filter((month) => lastOf(month) < day);
  const since = firstOf(tally.months[0] ?? '');
  for (let at = 0; at < all.length; at += BATCH) {
    signal.throwIfAborted();
    const rows = believedOn(await recentAbout(read, owner, all.slice(at, at + BATCH), day, since), day);
    for (const [tenant, own] of Map.groupBy(rows, ({ subject }) => subject as TenantId)) {
      const home = houses.get(homeOf(ofKind(own, 'lease'), day) ?? ('' as PropertyId));
      home?.living.add(tenant);
      tally.add(flawsOfTenant(own, day, complete, connected));
      tally.count(own, home);
    }
  }
  return tally.told([...houses.values()]);
}

function houseOf(id: PropertyId, key: string, rows: readonly Version[], day: IsoDay): House {
  const stated = ofKind(rows, 'source');
  const spans = Object.fromEntries(
    brought.map((source) => [source, stated.filter(({ body }) => body.source === source).map(({ body }) => body)]),
  ) as unknown as House['spans'];
  return { id, key, spans, connectedDays: connectedDays(stated, day), newest: {}, living: new Set() };
}

/** Where the tenant lives: the property of the newest lease that has begun and was not left. */
function homeOf(leases: readonly Version<'lease'>[], day: IsoDay): PropertyId | null {
  const begun = leases.filter(({ body }) => body.from <= day);
  if (begun.length === 0) return null;
  const { body, property } = begun.reduce((a, b) => (b.body.from >= a.body.from ? b : a));
  return body.movedOutOn !== undefined && body.movedOutOn <= day ? null : property;
}

/** Of pairs of leases with the same unit and days those whose tenants are called the same; the others share a unit. */
async function namedAlike({ read, owner, day }: Asked, twins: readonly Twins[]): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (let at = 0; at < twins.length; at += BATCH) {
    const some = twins.slice(at, at + BATCH);
    const ids = [...new Set(some.flat().map(({ subject }) => subject))];
    const people = believedOn(await versionsAbout(read, owner, ids, day, 'tenant'), day) as Version<'tenant'>[];
    const of = new Map(people.map((person) => [person.subject, person]));
    for (const [first, second] of some) {
      const [one, other] = [of.get(first.subject), of.get(second.subject)];
      const isSame = one && other && one.body.name.toLowerCase() === other.body.name.toLowerCase();
      if (isSame) hits.push({ flaw: 'tenant-twice', about: `${one.key} and ${other.key}` });
      else hits.push({ flaw: 'unit-overlap', about: `${first.key} and ${second.key}` });
    }
  }
  return hits;
}

function openTally(day: IsoDay) {
  const months = monthsUntil(day, MONTHS);
  const flaws: Partial<Record<Flaw, { times: number; examples: string[] }>> = {};
  const rows = new Map<string, number>();
  const late = openLate(EXAMPLES);
  const count = (source: Brought, on: IsoDay, home: House | undefined) => {
    if (on > day) return;
    const at = `${source} ${on.slice(0, 7)}`;
    rows.set(at, (rows.get(at) ?? 0) + 1);
    if (home && on > (home.newest[source] ?? '')) home.newest[source] = on;
  };
  return {
    months,
    add(hits: readonly Hit[]): void {
      for (const { flaw, about } of hits) {
        flaws[flaw] ??= { times: 0, examples: [] };
        const found = flaws[flaw];
        found.times += 1;
        if (found.examples.length < EXAMPLES) found.examples.push(about);
      }
    },
    count(own: readonly Version[], home: House | undefined): void {
      late.add(home?.id, own);
      for (const { body } of ofKind(own, 'line')) count('ledger', body.on, home);
      for (const { body } of ofKind(own, 'ticket')) count('tickets', body.openedOn, home);
      for (const { body } of ofKind(own, 'call')) count('calls', body.on, home);
    },
    told(houses: readonly House[]): Examination {
      const { times, about } = late.found();
      if (times > 0) flaws['row-late'] = { times, examples: about };
      const stated = (source: Brought, month: string): SourceMonth['connected'] => {
        const last = lastOf(month) < day ? lastOf(month) : day;
        const ends = houses.map(
          ({ spans }) => [firstOf(month), last].filter((date) => covers(spans[source], date)).length,
        );
        if (ends.length > 0 && ends.every((both) => both === 2)) return 'yes';
        return ends.some((any) => any > 0) ? 'part' : 'no';
      };
      const monthOf = (month: string) =>
        Object.fromEntries([
          ['month', month],
          ...brought.map((source) => [
            source,
            { rows: rows.get(`${source} ${month}`) ?? 0, connected: stated(source, month) },
          ]),
        ]) as unknown as Month;
      return {
        ...{ day, flaws, months: months.map(monthOf) },
        properties: houses.map(({ key, living, connectedDays, newest }) => {
          return { key, tenants: living.size, connectedDays, newest };
        }),
      };
    },
  };
}
