import type { IsoDay, OwnerId, PropertyId, TenantId } from '../domain/index.ts';
import type { Reader, RowKind } from '../store/index.ts';
import type { Version } from './rows.ts';

/** Every version that readers may see of what `subjects` stand for, known by `until`; oldest version first. */
export async function versionsAbout(
  read: Reader,
  owner: OwnerId,
  subjects: readonly string[],
  until: IsoDay,
  kind?: RowKind,
): Promise<Version[]> {
  const rows = await visible(read, owner, until)
    .where('subject', 'in', subjects)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind as RowKind))
    .execute();
  return rows.map(fromRow);
}

/** As `versionsAbout`, but of ledgers and calls only what became known from `since` on: of the past there is ever more. */
export async function recentAbout(
  read: Reader,
  owner: OwnerId,
  subjects: readonly string[],
  until: IsoDay,
  since: IsoDay,
): Promise<Version[]> {
  const rows = await visible(read, owner, until)
    .where('subject', 'in', subjects)
    .where((where) => where.or([where('kind', 'not in', ['line', 'call']), where('known_on', '>=', since)]))
    .execute();
  return rows.map(fromRow);
}

/** The leases that were ever signed in a property, by `until`. */
export async function leaseVersionsOf(
  read: Reader,
  owner: OwnerId,
  property: PropertyId,
  until: IsoDay,
): Promise<Version<'lease'>[]> {
  const rows = await visible(read, owner, until)
    .where('portfolio_row.property', '=', property)
    .where('kind', '=', 'lease')
    .execute();
  return rows.map(fromRow) as Version<'lease'>[];
}

export async function versionsOfKind<K extends RowKind>(
  read: Reader,
  owner: OwnerId,
  kind: K,
  until: IsoDay,
): Promise<Version<K>[]> {
  const rows = await visible(read, owner, until).where('kind', '=', kind).execute();
  return rows.map(fromRow) as Version<K>[];
}

/** Of each row the version that was believed on `day`: the newest of those known by then. */
export function believedOn<K extends RowKind>(versions: readonly Version<K>[], day: IsoDay): Version<K>[] {
  const newest = new Map<string, Version<K>>();
  for (const version of versions) if (version.knownOn <= day) newest.set(version.id, version);
  return [...newest.values()].filter(({ gone }) => !gone);
}

export function ofKind<K extends RowKind>(versions: readonly Version[], kind: K): Version<K>[] {
  return versions.filter((version) => version.kind === kind) as Version<K>[];
}

function visible(read: Reader, owner: OwnerId, until: IsoDay) {
  return read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['seq', 'kind', 'key', 'portfolio_row.id', 'subject', 'property', 'known_on', 'observed_on'])
    .select(['synthetic', 'gone', 'body'])
    .where('portfolio_row.owner', '=', owner)
    .where('state', '=', 'live')
    .where('known_on', '<=', until)
    .orderBy('seq');
}

interface Found {
  seq: number;
  kind: RowKind;
  key: string;
  id: string;
  subject: string;
  property: PropertyId | null;
  known_on: IsoDay;
  observed_on: IsoDay;
  synthetic: 0 | 1;
  gone: 0 | 1;
  body: string;
}

function fromRow(row: Found): Version {
  const { seq, kind, key, id, property, known_on, observed_on } = row;
  const subject = row.subject as TenantId | PropertyId;
  return {
    seq,
    kind,
    key,
    id,
    subject,
    property,
    knownOn: known_on,
    observedOn: observed_on,
    synthetic: row.synthetic === 1,
    gone: row.gone === 1,
    body: JSON.parse(row.body),
  };
}
