import { sql } from 'kysely';
import type { ImportId, IsoDay, OwnerId, PropertyId, TenantId } from '../domain/index.ts';
import type { FencedTx, Reader, RowKind } from '../store/index.ts';
import type { Offered } from './marks.ts';

/** What files last said of a property: who lives there and has left, and who has paid. */
export type SeenOn = Readonly<Partial<Record<'lease' | 'line', IsoDay>>>;

interface Sighting {
  readonly property: PropertyId;
  readonly kind: 'lease' | 'line';
}

/**
 * Of which properties an import has leases and ledger lines, unchanged ones too: a row that is said again leaves no
 * version of its own, and yet it is known on that day that nobody else has left.
 */
export class Sighted {
  readonly #leases = new Set<PropertyId>();
  readonly #payers = new Set<TenantId>();

  /** One row that was not set aside. Of other kinds than leases and ledger lines nothing is noted. */
  add({ kind }: Offered, property: PropertyId | undefined, tenant: TenantId | undefined): void {
    if (kind === 'lease' && property) this.#leases.add(property);
    if (kind === 'line' && tenant) this.#payers.add(tenant);
  }

  /** A line names a tenant: it is of each property where that tenant ever signed, as readers or this import know it. */
  async of(read: Reader, owner: OwnerId, importId: ImportId): Promise<Sighting[]> {
    const houses = this.#payers.size === 0 ? [] : await signedIn(read, owner, importId);
    const paid = new Set(houses.flatMap(({ subject, property }) => (this.#payers.has(subject) ? [property] : [])));
    const ofKind = (kind: Sighting['kind'], seen: ReadonlySet<PropertyId>) =>
      [...seen].map((property) => ({ property, kind }));
    return [...ofKind('lease', this.#leases), ...ofKind('line', paid)];
  }
}

async function signedIn(read: Reader, owner: OwnerId, importId: ImportId) {
  const found = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['subject', 'property'])
    .distinct()
    .where('portfolio_row.owner', '=', owner)
    .where('property', 'is not', null)
    .where('kind', '=', 'lease')
    .where((where) => where.or([where('state', '=', 'live'), where('import_id', '=', importId)]))
    .execute();
  return found.flatMap(({ subject, property }) => (property ? [{ subject: subject as TenantId, property }] : []));
}

/** The import whose rows are the newest that readers see. */
export async function newestImport(read: Reader, owner: OwnerId): Promise<ImportId | undefined> {
  const found = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select('import_id')
    .where('portfolio_row.owner', '=', owner)
    .where('state', '=', 'live')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.import_id;
}

/** Written in one statement. `importId` is whose fate they share: they count as long as it is not withdrawn. */
export async function writeSightings(
  tx: FencedTx,
  { owner, importId, day }: { readonly owner: OwnerId; readonly importId: ImportId; readonly day: IsoDay },
  seen: readonly Sighting[],
): Promise<void> {
  if (seen.length === 0) return;
  await tx
    .insertInto('portfolio_sighting')
    .values(seen.map(({ property, kind }) => ({ owner, property, kind, import_id: importId, seen_on: day })))
    .onConflict((conflict) =>
      conflict
        .columns(['owner', 'property', 'kind', 'import_id'])
        .doUpdateSet({ seen_on: day })
        .where('portfolio_sighting.seen_on', '<', day),
    )
    .execute();
}

/** When files last had leases of the property, and ledger lines of its tenants; of days up to `until` only. */
export async function sightingsOf(read: Reader, owner: OwnerId, property: PropertyId, until: IsoDay): Promise<SeenOn> {
  const found = await read
    .selectFrom('portfolio_sighting')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_sighting.import_id')
    .select(({ fn }) => ['kind', fn.max('seen_on').as('day')])
    .where('portfolio_sighting.owner', '=', owner)
    .where('property', '=', property)
    .where('seen_on', '<=', until)
    .where('state', '=', 'live')
    .groupBy('kind')
    .execute();
  return Object.fromEntries(found.map(({ kind, day }) => [kind, day]));
}

/**
 * What later files said again unchanged of what this import had said goes with it, as their rows do: what is believed
 * then is older than they are. Its own sightings are no longer seen by its state.
 */
export async function forgetSightings(tx: FencedTx, owner: OwnerId, importId: ImportId): Promise<void> {
  const said = (kind: RowKind, column: 'subject' | 'property') =>
    sql`select ${sql.ref(column)} from portfolio_row
      where owner = ${owner} and import_id = ${importId} and kind = ${kind}`;
  await tx
    .deleteFrom('portfolio_sighting')
    .where('owner', '=', owner)
    .where('import_id', '!=', importId)
    .where(
      sql<boolean>`import_id in (select later.id from portfolio_import later join portfolio_import this
        on later.finished_at >= this.finished_at where this.id = ${importId} and later.owner = ${owner})`,
    )
    .where(
      sql<boolean>`(kind = 'lease' and property in (${said('lease', 'property')})
        or kind = 'line' and property in (select signed.property from portfolio_row signed
          where signed.owner = ${owner} and signed.kind = 'lease' and signed.subject in (${said('line', 'subject')})))`,
    )
    .execute();
}
