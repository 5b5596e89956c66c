import { type Insertable, sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import { type ImportId, type IsoDay, mintId, type OwnerId, type PropertyId, type TenantId } from '../domain/index.ts';
import { enter, type FencedTx, type Journal, type Lease, type Reader, type Tables } from '../store/index.ts';
import type { Ready } from './rows.ts';

/** What became of one row that was offered. */
export type Verdict = 'new' | 'changed' | 'unchanged' | { readonly problem: string };

/** Rows on their way in. Readers see none of them before `publish`, and then all. */
export interface Staging {
  readonly id: ImportId;
  /** Stages at most 5,000 rows in one short transaction. A verdict for each, in order. */
  add(rows: readonly Ready[]): Promise<Verdict[]>;
  /** Makes the import visible, and says so in the journal. Returns whether there was anything to make visible. */
  publish(rejected: number): Promise<boolean>;
}

export interface ImportOptions {
  readonly observedOn: IsoDay;
  readonly synthetic: boolean;
  /** Judge every row, write none. */
  readonly dryRun: boolean;
}

interface ImportDeps {
  readonly read: Reader;
  readonly journal: Pick<Journal, 'appendIn'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly owner: OwnerId;
  readonly actor: Actor;
}

/** Older than any history: what has no day of its own was always known. */
const ALWAYS = '0001-01-01' as IsoDay;

type Row = Omit<Insertable<Tables['portfolio_row']>, 'seq'>;

/**
 * Begins an import under its lease. What a killed import of this owner left behind was never visible, and is deleted.
 */
export async function beginImport(deps: ImportDeps, lease: Lease, options: ImportOptions): Promise<Staging> {
  const { read, journal, clock, random, owner, actor } = deps;
  const importId = mintId('import', random);
  const importedAt = clock.now();
  const properties = await idsOf<PropertyId>(read, owner, 'property');
  const tenants = await idsOf<TenantId>(read, owner, 'tenant');
  let staged = 0;

  if (!options.dryRun) {
    await sweep(lease, owner);
    await lease.write((tx) =>
      tx
        .insertInto('portfolio_import')
        .values({
          ...{ id: importId, owner, actor: actor.id, state: 'staging', observed_on: options.observedOn },
          ...{ synthetic: options.synthetic ? 1 : 0, rows: 0, rejected: 0, started_at: importedAt, finished_at: null },
        })
        .execute(),
    );
  }

  /** The row as it will be written; or why not. `known` holds the newest version of every key of this chunk. */
  const judge = (ready: Ready, known: Map<string, Known>): { verdict: Verdict; row?: Row } => {
    const tenant = ready.tenantKey === undefined ? undefined : tenants.get(ready.tenantKey);
    const property = ready.propertyKey === undefined ? undefined : properties.get(ready.propertyKey);
    if (ready.tenantKey !== undefined && !tenant) return problem(`tenant_id "${ready.tenantKey}" is in no tenants.csv`);
    if (ready.propertyKey !== undefined && !property)
      return problem(`property_id "${ready.propertyKey}" is in no properties.csv`);

    const body = JSON.stringify(ready.body);
    const before = known.get(ready.key);
    if (before?.body === body) return { verdict: 'unchanged' };
    if (before?.importId === importId)
      return problem(`"${ready.key}" is here twice, and the two rows do not say the same`);

    const id = before?.id ?? mintId(ready.kind, random);
    known.set(ready.key, { id, body, importId });
    if (ready.kind === 'property') properties.set(ready.key, id as PropertyId);
    if (ready.kind === 'tenant') tenants.set(ready.key, id as TenantId);
    const row: Row = {
      ...{ owner, kind: ready.kind, key: ready.key, id, subject: tenant ?? property ?? id, body },
      property: tenant && property ? property : null,
      known_on: knownOn(ready, before !== undefined, options.observedOn),
      ...{ import_id: importId, imported_at: importedAt },
    };
    return { verdict: before ? 'changed' : 'new', row };
  };

  return {
    id: importId,
    async add(rows) {
      const known = await newestVersions(read, owner, importId, rows);
      const judged = rows.map((ready) => judge(ready, known));
      const fresh = judged.flatMap(({ row }) => row ?? []);
      if (fresh.length > 0 && !options.dryRun) await lease.write((tx) => insert(tx, fresh));
      staged += fresh.length;
      return judged.map(({ verdict }) => verdict);
    },
    async publish(rejected) {
      if (options.dryRun) return false;
      if (staged === 0) {
        await sweep(lease, owner);
        return false;
      }
      await lease.write(async (tx) => {
        await tx
          .updateTable('portfolio_import')
          .set({ state: 'live', rows: staged, rejected, finished_at: clock.now() })
          .where('id', '=', importId)
          .where('owner', '=', owner)
          .execute();
        const body = { import: importId, rows: staged, rejected, synthetic: options.synthetic ? 1 : 0 };
        await journal.appendIn(tx, { kind: 'portfolio.imported', body });
      });
      return true;
    },
  };
}

/**
 * A first version is known since its own day. A later one says something else than what was believed until now: it is
 * known from the day on which it was seen, or analyses of the past would change. A `known_on` column outranks both.
 */
function knownOn({ knownOn, dated }: Ready, corrects: boolean, observedOn: IsoDay): IsoDay {
  if (knownOn) return knownOn;
  const own = dated ?? ALWAYS;
  return corrects && own < observedOn ? observedOn : own;
}

interface Known {
  readonly id: string;
  readonly body: string;
  readonly importId: ImportId;
}

/** For each key of these rows (of one kind) its newest version, visible or of this import. */
async function newestVersions(
  read: Reader,
  owner: OwnerId,
  importId: ImportId,
  rows: readonly Ready[],
): Promise<Map<string, Known>> {
  const kind = rows[0]?.kind ?? 'property';
  const keys = JSON.stringify(rows.map(({ key }) => key));
  const found = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['key', 'portfolio_row.id', 'body', 'import_id'])
    .where('portfolio_row.owner', '=', owner)
    .where('kind', '=', kind)
    .where('key', 'in', sql<string>`(select value from json_each(${keys}))`)
    .where((where) => where.or([where('state', '=', 'live'), where('import_id', '=', importId)]))
    .orderBy('seq')
    .execute();
  return new Map(found.map(({ key, id, body, import_id }) => [key, { id, body, importId: import_id }]));
}

/** One parameter instead of eleven a row: the statement is compiled once, and SQLite's limit is never met. */
async function insert(tx: FencedTx, rows: readonly Row[]): Promise<void> {
  const table = JSON.stringify(
    rows.map((row) => [
      ...[row.owner, row.kind, row.key, row.id, row.subject, row.property, row.known_on, row.import_id],
      ...[row.imported_at, row.body],
    ]),
  );
  await sql`insert into portfolio_row
    (owner, kind, key, id, subject, property, known_on, import_id, imported_at, body)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8, value ->> 9 from json_each(${table})`.execute(tx);
  const named = rows.flatMap(({ kind, id, owner }) =>
    kind === 'property' || kind === 'tenant' ? [{ id, kind, owner }] : [],
  );
  const CHUNK = 1000;
  for (let from = 0; from < named.length; from += CHUNK) await enter(tx, named.slice(from, from + CHUNK));
}

/** Deletes what killed imports of this owner staged, in short transactions. Its lease says that none is running. */
async function sweep(lease: Lease, owner: OwnerId): Promise<void> {
  const CHUNK = 5000;
  for (;;) {
    const deleted = await lease.write(async (tx) => {
      const dead = tx
        .selectFrom('portfolio_import')
        .select('id')
        .where('owner', '=', owner)
        .where('state', '=', 'staging');
      const some = tx.selectFrom('portfolio_row').select('seq').where('import_id', 'in', dead).limit(CHUNK);
      const { numDeletedRows } = await tx.deleteFrom('portfolio_row').where('seq', 'in', some).executeTakeFirst();
      if (numDeletedRows === 0n)
        await tx.deleteFrom('portfolio_import').where('owner', '=', owner).where('state', '=', 'staging').execute();
      return numDeletedRows;
    });
    if (deleted === 0n) return;
  }
}

async function idsOf<T extends string>(
  read: Reader,
  owner: OwnerId,
  kind: 'property' | 'tenant',
): Promise<Map<string, T>> {
  const rows = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['key', 'portfolio_row.id'])
    .distinct()
    .where('portfolio_row.owner', '=', owner)
    .where('kind', '=', kind)
    .where('state', '=', 'live')
    .execute();
  return new Map(rows.map(({ key, id }) => [key, id as T]));
}

function problem(words: string): { verdict: Verdict } {
  return { verdict: { problem: words } };
}
