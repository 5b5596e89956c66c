import type { IsoDay, OwnerId, PropertyId, Snapshot, Source, Tenancy, TenantId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Reader } from '../store/index.ts';
import type { Examination } from './examine.ts';
import { believedOn, bySubject, leaseVersionsOf, ofKind, versionsAbout, versionsOfKind } from './history.ts';
import { called, labelOf, rowLabelOf, type TenantFile, type TenantLabel } from './labels.ts';
import { type Followed, type LeaseTerm, type Outcome, outcomeOf } from './outcomes.ts';
import { leftKnownUntil, type Past, pastOf } from './past.ts';
import type { Remembered } from './remembered.ts';
import type { Version } from './rows.ts';
import { sightingsOf } from './sightings.ts';
import { snapshotOf } from './snapshot.ts';
import { type ImportSummary, importsOf } from './withdraw.ts';

export { type DemoOptions, generating, type Mode } from './demo/index.ts';
export type { Examination, Month } from './examine.ts';
export type { Flaw } from './flaws.ts';
export { type Format, formats } from './formats.ts';
export { beginImport, type ImportOptions, type Staging } from './imports.ts';
export type { RowLabel, TenantFile, TenantLabel } from './labels.ts';
export { LATE_DAYS } from './late.ts';
export { type Layout, MAP_HELP, ownLayout } from './layout.ts';
export { mappedLayout } from './mapped.ts';
export { type FileMap, fitsName, mapSchema } from './maps.ts';
export { type Followed, type LeaseTerm, type Outcome, outcomeOf } from './outcomes.ts';
export { formatOf, openParser, type ParsedRow, type Parser, TOLD, type Unread } from './parse.ts';
export type { Past, PastSpan } from './past.ts';
export type { Remembered, Seen } from './remembered.ts';
export type { CallBody, Incoming, IncomingCall, Ready } from './rows.ts';
export { SILENT_LEDGER_DAYS } from './snapshot.ts';
export { type ImportSummary, importsOf, planWithdrawal, type Withdrawal, withdraw } from './withdraw.ts';

export interface PropertyName {
  readonly id: PropertyId;
  /** The customer's own id. */
  readonly key: string;
  readonly name: string;
  /** Invented, with all that is known of it. */
  readonly synthetic: boolean;
}

export interface PropertySummary extends PropertyName {
  readonly units: number;
  /** Who lives there on the day asked for. */
  readonly tenants: number;
}

export interface PropertyDetail extends PropertySummary {
  readonly day: IsoDay;
  readonly sources: Readonly<Record<Source, number>>;
  readonly newestRow?: IsoDay;
}

/** Properties, leases, ledgers, tickets and calls of one owner, as a history of rows. */
export interface Portfolio {
  properties(): Promise<PropertyName[]>;
  list(day: IsoDay): Promise<PropertySummary[]>;
  show(property: PropertyId, day: IsoDay): Promise<PropertyDetail>;
  /**
   * The property as it was known on each of `days`, in one reading. UserError `insufficient` when nobody was known to
   * live there on the first of them.
   */
  snapshots(property: PropertyId, days: readonly [IsoDay, ...IsoDay[]]): Promise<Snapshot[]>;
  /**
   * How one tenant lives in the property, as `snapshots` would tell it, without reading the neighbours. Undefined when
   * the tenant was not known to live there on `day`.
   */
  tenancy(tenant: TenantId, property: PropertyId, day: IsoDay): Promise<Tenancy | undefined>;
  /** All of the property's past, in one reading. */
  past(property: PropertyId): Promise<Past>;
  /** Tenants whose id or own key is `text`, or whose name is, whatever the case. */
  tenantsCalled(text: string): Promise<TenantLabel[]>;
  /** The same of all whom an import ever named so, withdrawn ones too; the newest says how they are called. */
  tenantsEverCalled(text: string): Promise<TenantLabel[]>;
  /** Tenants in whose id or name `text` occurs, whatever the case. */
  tenantsLike(text: string): Promise<TenantLabel[]>;
  /** What was known of them on `day`, in the words of the files that it came from. */
  filesOf(tenants: readonly TenantId[], day: IsoDay): Promise<Map<TenantId, TenantFile>>;
  /** All that was ever said of a tenant, for who tells what was known at a moment of the past. */
  remembered(tenant: TenantId): Promise<Remembered>;
  /** The property where the tenant lived last, as known on `day`. */
  homeOf(tenant: TenantId, day: IsoDay): Promise<PropertyId | undefined>;
  /** What is amiss in what was known on `day`, of one property or of all. Few tenants are in memory at once. */
  examine(day: IsoDay, property?: PropertyId): Promise<Examination>;
  /**
   * What became of each of them, as the leases tell it that were believed on `day`. `through`: the last day of which it
   * is known who had left their property by then.
   */
  outcomes(followed: readonly Followed[], day: IsoDay): Promise<{ outcome: Outcome; through: IsoDay | undefined }[]>;
  /** Where the rows came from, oldest first; withdrawn ones too. */
  imports(): Promise<ImportSummary[]>;
}

interface PortfolioDeps {
  readonly read: Reader;
  readonly owner: OwnerId;
  /** Looked at between two properties. */
  readonly signal: AbortSignal;
}

const EVER = '9999-12-31' as IsoDay;

export function openPortfolio({ read, owner, signal }: PortfolioDeps): Portfolio {
  const properties = async () =>
    believedOn(await versionsOfKind(read, owner, 'property', EVER), EVER).map(
      ({ id, key, synthetic, body }): PropertyName => ({ id: id as PropertyId, key, name: body.name, synthetic }),
    );

  const snapshots = async (property: PropertyId, days: readonly IsoDay[]) => {
    const until = days.reduce((latest, day) => (day > latest ? day : latest));
    const signed = await leaseVersionsOf(read, owner, property, until);
    const present = new Set(days.flatMap((day) => presentOn(signed, day)));
    const others = new Set(signed.map(({ subject }) => subject).filter((tenant) => !present.has(tenant)));
    // Of who had left nothing is needed but the leases, which tell renewals from departures.
    const versions = [
      ...(await versionsAbout(read, owner, [property, ...present], until)),
      ...(await versionsAbout(read, owner, [...others], until, 'lease')),
    ];
    return days.map((day) => snapshotOf(property, day, bySubject(versions, day)));
  };

  const summarise = async (name: PropertyName, day: IsoDay) => {
    const [snapshot] = await snapshots(name.id, [day]);
    if (!snapshot) throw new Error('one day gives one snapshot');
    const units = await versionsAbout(read, owner, [name.id], EVER, 'unit');
    const { tenancies, connectedDays, newestRow } = snapshot;
    return {
      ...{ ...name, units: believedOn(units, EVER).length, tenants: tenancies.length, day, sources: connectedDays },
      ...(newestRow && { newestRow }),
    };
  };

  /** All of the property and of those who ever signed there, known by `until`. */
  const historyOf = async (property: PropertyId, until: IsoDay) => {
    const signed = await leaseVersionsOf(read, owner, property, until);
    const subjects = new Set([property, ...signed.map(({ subject }) => subject)]);
    return versionsAbout(read, owner, [...subjects], until);
  };

  return {
    properties,
    async list(day) {
      const all: PropertySummary[] = [];
      for (const property of await properties()) {
        signal.throwIfAborted();
        const { id, key, name, synthetic, units, tenants } = await summarise(property, day);
        all.push({ id, key, name, synthetic, units, tenants });
      }
      return all.sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.key < b.key ? -1 : 1));
    },
    async show(property, day) {
      const known = (await properties()).find(({ id }) => id === property);
      if (!known) throw new Error(`the directory names ${property}, the portfolio does not`);
      return summarise(known, day);
    },
    async snapshots(property, days) {
      const seen = await snapshots(property, days);
      if (seen[0] && seen[0].tenancies.length > 0) return seen;
      const leases = await leaseVersionsOf(read, owner, property, EVER);
      const first = leases.map(({ knownOn, body }) => (knownOn > body.from ? knownOn : body.from)).sort()[0];
      throw new UserError(
        'insufficient',
        `nobody was known to live there on ${days[0]}: ${
          first ? `the first lease counts from ${first}` : 'no lease has been imported'
        }`,
        first ? [`choose a day from ${first} on`] : ['sophia portfolio import <folder>   with a leases.csv'],
      );
    },
    async tenancy(tenant, property, day) {
      const versions = await versionsAbout(read, owner, [property, tenant], day);
      return snapshotOf(property, day, bySubject(versions, day)).tenancies[0];
    },
    async past(property) {
      return pastOf(property, await historyOf(property, EVER), await sightingsOf(read, owner, property, EVER));
    },
    async tenantsCalled(text) {
      return called(believedOn(await versionsOfKind(read, owner, 'tenant', EVER), EVER).map(labelOf), text);
    },
    tenantsEverCalled: async (text) => (await import('./remembered.ts')).everCalled(read, owner, text),
    remembered: async (tenant) => (await import('./remembered.ts')).rememberedOf(read, owner, tenant),
    async tenantsLike(text) {
      const part = text.toLowerCase();
      const all = believedOn(await versionsOfKind(read, owner, 'tenant', EVER), EVER).map(labelOf);
      return all.filter(({ key, name }) => key.toLowerCase().includes(part) || name.toLowerCase().includes(part));
    },
    async filesOf(tenants, day) {
      const versions = await versionsAbout(read, owner, tenants, EVER);
      const files = believedOn(ofKind(versions, 'tenant'), EVER).map(labelOf);
      const known = Map.groupBy(believedOn(versions, day), ({ subject }) => subject as TenantId);
      return new Map(files.map((label) => [label.id, { ...label, ...fileOn(known.get(label.id) ?? [], day) }]));
    },
    async homeOf(tenant, day) {
      const leases = believedOn(await versionsAbout(read, owner, [tenant], day, 'lease'), day) as Version<'lease'>[];
      const begun = leases.filter(({ body }) => body.from <= day).sort((a, b) => (a.body.from < b.body.from ? -1 : 1));
      return begun.at(-1)?.property ?? undefined;
    },
    examine: async (day, only) => (await import('./examine.ts')).examine({ read, owner, signal, day, only }),
    async outcomes(followed, day) {
      const versions = await versionsOfKind(read, owner, 'lease', day);
      const terms = Map.groupBy(believedOn(versions, day), ({ subject }) => subject as TenantId);
      const through = new Map<PropertyId, IsoDay | undefined>();
      for (const property of new Set(followed.map((each) => each.property))) {
        signal.throwIfAborted();
        const seen = await sightingsOf(read, owner, property, day);
        through.set(property, leftKnownUntil(property, await historyOf(property, day), seen, day));
      }
      return followed.map(({ tenant, property, day }) => ({
        outcome: outcomeOf((terms.get(tenant) ?? []).map(termOf), property, day),
        through: through.get(property),
      }));
    },
    imports: () => importsOf(read, owner),
  };
}

/** Whether any row that the owners can see was invented. */
export async function holdsInvented(read: Reader, owners: readonly OwnerId[]): Promise<boolean> {
  const found = await read
    .selectFrom('portfolio_import')
    .select('id')
    .where('owner', 'in', owners)
    .where('state', '=', 'live')
    .where('synthetic', '=', 1)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

function fileOn(versions: readonly Version[], day: IsoDay): Pick<TenantFile, 'unit' | 'rows'> {
  const lease = ofKind(versions, 'lease')
    .filter(({ body }) => body.from <= day)
    .reduce<Version<'lease'> | undefined>((a, b) => (a && a.body.from > b.body.from ? a : b), undefined);
  const rows = versions.flatMap((row) => {
    const label = rowLabelOf(row);
    return label ? [[row.id, label] as const] : [];
  });
  return { ...(lease && { unit: lease.body.unit }), rows: new Map(rows) };
}

/** Whose newest lease had not been left, by what was believed on that day. */
function presentOn(signed: readonly Version<'lease'>[], day: IsoDay): Version['subject'][] {
  return [...Map.groupBy(believedOn(signed, day), ({ subject }) => subject)].flatMap(([tenant, leases]) => {
    const { movedOutOn } = leases.reduce((a, b) => (b.body.from >= a.body.from ? b : a)).body;
    return movedOutOn !== undefined && movedOutOn <= day ? [] : [tenant];
  });
}

function termOf({ property, body }: Version<'lease'>): LeaseTerm {
  return { property, ...body };
}
