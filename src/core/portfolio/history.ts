import type { ImportId, IsoDay, OwnerId, PropertyId, TenantId } from '../domain/index.ts';
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

/** Rows by what they are about, as they are believed on one day. */
export type Believed = ReadonlyMap<Version['subject'], readonly Version[]>;

export function bySubject(versions: readonly Version[], day: IsoDay): Believed {
  return Map.groupBy(believedOn(versions, day), ({ subject }) => subject);
}

/**
 * The same for one day after another: what was believed before is gone on with, so that a walk through years takes each
 * version up once. Days must rise.
 */
export function believing(versions: readonly Version[]): (day: IsoDay) => Believed {
  const coming = [...Map.groupBy(versions, ({ knownOn }) => knownOn)].sort(([a], [b]) => (a < b ? -1 : 1));
  /** `place`: where a row stands among others, by the oldest version that is known of it. */
  const rows = new Map<string, { place: number; version: Version }>();
  const subjects = new Map<Version['subject'], Map<string, { place: number; version: Version }>>();
  const lists = new Map<Version['subject'], readonly Version[]>();
  let next = 0;
  return (day) => {
    const touched = new Set<Version['subject']>();
    const known: Version[] = [];
    for (let of = coming[next]; of && of[0] <= day; of = coming[++next]) known.push(...of[1]);
    for (const version of known) {
      const { id, seq, subject } = version;
      const before = rows.get(id);
      const row = {
        place: Math.min(before?.place ?? seq, seq),
        version: before && before.version.seq > seq ? before.version : version,
      };
      rows.set(id, row);
      if (before) subjects.get(before.version.subject)?.delete(id);
      for (const each of [subject, row.version.subject, ...(before ? [before.version.subject] : [])]) touched.add(each);
      const of = subjects.get(row.version.subject) ?? new Map();
      subjects.set(row.version.subject, of.set(id, row));
    }
    for (const subject of touched) {
      const of = [...(subjects.get(subject)?.values() ?? [])].filter(({ version }) => !version.gone);
      if (of.length === 0) lists.delete(subject);
      else
        lists.set(
          subject,
          of.sort((a, b) => a.place - b.place).map(({ version }) => version),
        );
    }
    return lists;
  };
}

export function ofKind<K extends RowKind>(versions: readonly Version[], kind: K): Version<K>[] {
  return versions.filter((version) => version.kind === kind) as Version<K>[];
}

/** The same that `versionsAbout` tells of one subject, with what was withdrawn since, each with the import that it is of. */
export async function versionsEver(
  read: Reader,
  owner: OwnerId,
  subject: string,
): Promise<{ version: Version; of: ImportId }[]> {
  const rows = await everVisible(read, owner).select('import_id').where('subject', '=', subject).execute();
  return rows.map((row) => ({ version: fromRow(row), of: row.import_id }));
}

/** Every version of a tenant's own row that readers could ever see, oldest first. */
export async function tenantsEver(read: Reader, owner: OwnerId): Promise<Version<'tenant'>[]> {
  const rows = await everVisible(read, owner).where('kind', '=', 'tenant').where('gone', '=', 0).execute();
  return rows.map(fromRow) as Version<'tenant'>[];
}

function visible(read: Reader, owner: OwnerId, until: IsoDay) {
  return versions(read, owner).where('state', '=', 'live').where('known_on', '<=', until);
}

/** What readers see, or have seen: rows on their way in are seen by nobody. */
function everVisible(read: Reader, owner: OwnerId) {
  return versions(read, owner).where('state', '!=', 'staging');
}

function versions(read: Reader, owner: OwnerId) {
  return read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['seq', 'kind', 'key', 'portfolio_row.id', 'subject', 'property', 'known_on', 'observed_on'])
    .select(['synthetic', 'gone', 'body'])
    .where('portfolio_row.owner', '=', owner)
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
