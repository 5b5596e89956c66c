import { type Insertable, sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import { type ImportId, type IsoDay, mintId, type OwnerId, type PropertyId, type TenantId } from '../domain/index.ts';
import type { FencedTx, Journal, Lease, Reader, Tables } from '../store/index.ts';
import type { Ready } from './rows.ts';

/**
 * What became of one row that was offered. `repeated`: this import has said it before. Of a problem `column` is what it
 * is about, by our name.
 */
export type Verdict =
  | 'new'
  | 'changed'
  | 'unchanged'
  | 'repeated'
  | { readonly problem: string; readonly column?: string };

/** Rows on their way in. Readers see none of them before `publish`, and then all. */
export interface Staging {
  readonly id: ImportId;
  /** Stages at most 5,000 rows in one short transaction. A verdict for each, in order. */
  add(rows: readonly Ready[]): Promise<Verdict[]>;
  /** Makes the import visible, and says so in the journal. Returns whether there was anything to make visible. */
  publish(rejected: number): Promise<boolean>;
  /** Takes back what was staged: nothing was to be made visible. */
  discard(): Promise<false>;
}

export interface ImportOptions {
  readonly observedOn: IsoDay;
  readonly synthetic: boolean;
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
  /** Rows of this import that were known already; never of kinds that grow with time, or memory would grow with a file. */
  const confirmed = new Set<string>();

  await sweep(lease, owner);
  await lease.write((tx) =>
    tx
      .insertInto('portfolio_import')
      .values({
        ...{ id: importId, owner, actor: actor.id, state: 'staging', observed_on: options.observedOn },
        ...{ synthetic: options.synthetic ? 1 : 0, rows: 0, rejected: 0, started_at: importedAt },
      })
      .execute(),
  );

  /** The rows to be written for one; or why not. */
  const judge = (ready: Ready, { known, formerIds }: Versions): { verdict: Verdict; rows: readonly Row[] } => {
    const tenant = ready.tenantKey === undefined ? undefined : tenants.get(ready.tenantKey);
    const property = ready.propertyKey === undefined ? undefined : properties.get(ready.propertyKey);
    if (ready.tenantKey !== undefined && !tenant)
      return problem(`"${ready.tenantKey}" is in no tenants.csv`, 'tenant_id');
    if (ready.propertyKey !== undefined && !property)
      return problem(`"${ready.propertyKey}" is in no properties.csv`, 'property_id');

    const body = JSON.stringify(ready.body);
    const before = known.get(ready.key);
    const id = before?.id ?? formerIds.get(ready.key) ?? mintId(ready.kind, random);
    const about = { subject: tenant ?? property ?? id, property: tenant && property ? property : null };
    const moved = before !== undefined && (before.subject !== about.subject || before.property !== about.property);
    const knownAnew = ready.knownOn !== undefined && before?.knownOn !== ready.knownOn;
    const name = `${ready.kind} ${ready.key}`;
    const saidBefore = before?.importId === importId || confirmed.has(name);
    if (before?.body === body && !moved && !knownAnew) {
      if (!growing.includes(ready.kind)) confirmed.add(name);
      return { verdict: saidBefore ? 'repeated' : 'unchanged', rows: [] };
    }
    if (saidBefore) return problem(`"${ready.key}" is here twice, and the two rows do not say the same`);

    const known_on = knownOn(ready, before !== undefined, options.observedOn);
    known.set(ready.key, { id, body, importId, ...about, knownOn: known_on });
    if (ready.kind === 'property') properties.set(ready.key, id as PropertyId);
    if (ready.kind === 'tenant') tenants.set(ready.key, id as TenantId);
    const row: Row = {
      ...{ owner, kind: ready.kind, key: ready.key, id, ...about, body, known_on },
      ...{ import_id: importId, imported_at: importedAt, gone: 0 },
    };
    // Whoever reads the rows of the one it was about before must be told that it is no longer among them.
    const left: Row[] = moved ? [{ ...row, subject: before.subject, property: before.property, gone: 1 }] : [];
    return { verdict: before ? 'changed' : 'new', rows: [...left, row] };
  };

  return {
    id: importId,
    async add(rows) {
      const versions = await newestVersions(read, owner, importId, rows);
      const judged = rows.map((ready) => judge(ready, versions));
      const fresh = judged.flatMap((each) => each.rows);
      if (fresh.length > 0) await lease.write((tx) => tx.insertInto('portfolio_row').values(fresh).execute());
      staged += fresh.filter(({ gone }) => gone === 0).length;
      return judged.map(({ verdict }) => verdict);
    },
    async discard() {
      await sweep(lease, owner);
      return false;
    },
    async publish(rejected) {
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
        await enterAll(tx, importId);
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
  readonly subject: string;
  readonly property: PropertyId | null;
  readonly knownOn: IsoDay;
  readonly importId: ImportId;
}

/** Kinds of which there are more every month. */
const growing: readonly Ready['kind'][] = ['line', 'ticket', 'call', 'asking', 'engagement'];

interface Versions {
  /** By key, the newest version that is visible or of this import. */
  readonly known: Map<string, Known>;
  /** The ids of rows that were withdrawn: evidence refers to them, so that the same row again is the same. */
  readonly formerIds: ReadonlyMap<string, string>;
}

/** What is there of the keys of these rows, which are of one kind. */
async function newestVersions(
  read: Reader,
  owner: OwnerId,
  importId: ImportId,
  rows: readonly Ready[],
): Promise<Versions> {
  const kind = rows[0]?.kind ?? 'property';
  const keys = rows.map(({ key }) => key);
  const found = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['key', 'portfolio_row.id', 'body', 'subject', 'property', 'known_on', 'import_id', 'state'])
    .where('portfolio_row.owner', '=', owner)
    .where('kind', '=', kind)
    .where('gone', '=', 0)
    .where('key', 'in', keys)
    .where((where) => where.or([where('state', '!=', 'staging'), where('import_id', '=', importId)]))
    .orderBy('seq')
    .execute();
  const known = new Map<string, Known>();
  const formerIds = new Map<string, string>();
  for (const { key, import_id, known_on, state, ...row } of found)
    if (state === 'withdrawn') formerIds.set(key, row.id);
    else known.set(key, { ...row, knownOn: known_on, importId: import_id });
  return { known, formerIds };
}

/** From now on commands find the owner of its properties and tenants by their ids. */
async function enterAll(tx: FencedTx, importId: ImportId): Promise<void> {
  await tx
    .insertInto('directory')
    .columns(['id', 'kind', 'owner'])
    .expression((from) =>
      from
        .selectFrom('portfolio_row')
        .select(['id', sql<'property' | 'tenant'>`kind`.as('kind'), 'owner'])
        .where('import_id', '=', importId)
        .where('kind', 'in', ['property', 'tenant']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
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

function problem(words: string, column?: string): { verdict: Verdict; rows: readonly Row[] } {
  return { verdict: { problem: words, ...(column !== undefined && { column }) }, rows: [] };
}
