import { sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import { type ImportId, type IsoDay, mintId, type OwnerId, type PropertyId, type TenantId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type FencedTx, type Journal, type Lease, type Reader, type RowOf, rowsToInsert } from '../store/index.ts';
import { isTaken, type Mark, type Offered, packed, type Verdict, verdictOf } from './marks.ts';
import type { Ready } from './rows.ts';
import { newestImport, Sighted, writeSightings } from './sightings.ts';
import { batchOf, findStopped, fingerprintOf, sweep } from './stopped.ts';

/** Rows on their way in. Readers see none of them before `publish`, and then all. */
export interface Staging {
  readonly id: ImportId;
  /** Rows that were judged, and staged, before the import was stopped that this one goes on with. */
  readonly before?: number;
  /** Rows of an import that was stopped, which were taken back: it was of something else. */
  readonly swept?: number;
  /** The verdicts on the next batch, where it was judged before this import was stopped. It is offered in the same order. */
  judged(rows: readonly Offered[]): Promise<Verdict[] | undefined>;
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
  /** What the import is of: the same again goes on with one that was stopped. Absent: it is begun anew. */
  readonly fingerprint?: string | undefined;
  /** Nothing will be made visible: what others have staged is left as it is. */
  readonly rehearses?: boolean;
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

const COLUMNS = [
  ...(['owner', 'kind', 'key', 'id', 'subject', 'property', 'body', 'known_on', 'import_id'] as const),
  ...(['imported_at', 'gone'] as const),
] as const;
type Row = RowOf<'portfolio_row', typeof COLUMNS>;

/**
 * Begins an import under its lease, or goes on with one that was stopped, where that was of the same and nothing else was
 * imported or withdrawn since. What other stopped imports of this owner left was never visible, and is deleted.
 */
export async function beginImport(deps: ImportDeps, lease: Lease, options: ImportOptions): Promise<Staging> {
  const { read, journal, clock, random, owner, actor } = deps;
  const fingerprint = await fingerprintOf(read, owner, actor, options.fingerprint);
  const { goesOn, others } = await findStopped(read, owner, fingerprint);
  if (!options.rehearses) await sweep(lease, others);
  const importId = goesOn?.id ?? mintId('import', random);
  const importedAt = goesOn?.startedAt ?? clock.now();
  const properties = await idsOf<PropertyId>(read, owner, 'property', importId);
  const tenants = await idsOf<TenantId>(read, owner, 'tenant', importId);
  let [staged, batch] = [0, 0];
  /** Rows of this import that were known already; never of kinds that grow with time, or memory would grow with a file. */
  const confirmed = new Set<string>();
  const sighted = new Sighted();

  if (!goesOn)
    await lease.write((tx) =>
      tx
        .insertInto('portfolio_import')
        .values({
          ...{ id: importId, owner, actor: actor.id, state: 'staging', observed_on: options.observedOn },
          ...{ synthetic: options.synthetic ? 1 : 0, rows: 0, rejected: 0, started_at: importedAt, fingerprint },
        })
        .execute(),
    );

  /** `marks` are those of the next batch, judged now or before this import was stopped. */
  const counted = (rows: readonly Offered[], marks: readonly Mark[]): Verdict[] => {
    batch += 1;
    staged += marks.filter((mark) => mark === 'n' || mark === 'c').length;
    return marks.flatMap((mark, at) => {
      const row = rows[at];
      if (!row) return [];
      const { propertyKey = '', tenantKey = '' } = row;
      if (isTaken(mark)) sighted.add(row, properties.get(propertyKey), tenants.get(tenantKey));
      return [verdictOf(mark, row)];
    });
  };

  /** The rows to be written for one; or why not. */
  const judge = (ready: Ready, { known, formerIds }: Versions): { mark: Mark; rows: readonly Row[] } => {
    const tenant = ready.tenantKey === undefined ? undefined : tenants.get(ready.tenantKey);
    const property = ready.propertyKey === undefined ? undefined : properties.get(ready.propertyKey);
    if (ready.tenantKey !== undefined && !tenant) return { mark: 't', rows: [] };
    if (ready.propertyKey !== undefined && !property) return { mark: 'p', rows: [] };

    const body = JSON.stringify(ready.body);
    const before = known.get(ready.key);
    const id = before?.id ?? formerIds.get(ready.key) ?? mintId(ready.kind, random);
    const subject = tenant ?? property ?? id;
    const house = tenant && property ? property : null;
    const moved = before !== undefined && (before.subject !== subject || before.property !== house);
    const knownAnew = ready.knownOn !== undefined && before?.knownOn !== ready.knownOn;
    const saidBefore = before?.importId === importId || confirmed.has(nameOf(ready));
    if (before?.body === body && !moved && !knownAnew) {
      if (!growing.includes(ready.kind)) confirmed.add(nameOf(ready));
      return { mark: saidBefore ? 'r' : 'u', rows: [] };
    }
    if (saidBefore) return { mark: 'w', rows: [] };

    const known_on = knownOn(ready, before !== undefined, options.observedOn);
    known.set(ready.key, { id, body, importId, subject, property: house, knownOn: known_on });
    if (ready.kind === 'property') properties.set(ready.key, id as PropertyId);
    if (ready.kind === 'tenant') tenants.set(ready.key, id as TenantId);
    const row = (of: string, at: PropertyId | null, gone: 0 | 1): Row =>
      [owner, ready.kind, ready.key, id, of, at, body, known_on, importId, importedAt, gone] as const;
    // Whoever reads the rows of the one it was about before must be told that it is no longer among them.
    const left = moved ? [row(before.subject, before.property, 1)] : [];
    return { mark: before ? 'c' : 'n', rows: [...left, row(subject, house, 0)] };
  };

  return {
    id: importId,
    ...(goesOn && goesOn.rows > 0 && { before: goesOn.rows }),
    ...(others.length > 0 && !options.rehearses && { swept: others.reduce((sum, { rows }) => sum + rows, 0) }),
    async judged(rows) {
      if (batch >= (goesOn?.batches ?? 0)) return undefined;
      // Who slept, and was followed by another, must hear of it here too: what was set aside is told by one of them.
      await lease.write(async () => undefined, LATER);
      const marks = await batchOf(read, importId, batch);
      if (marks.length !== rows.length)
        throw new UserError('failed', 'the rows are not those that were read before this import was stopped', AGAIN);
      rows.forEach((row, at) => {
        if (marks[at] === 'u' && !growing.includes(row.kind)) confirmed.add(nameOf(row));
      });
      return counted(rows, marks);
    },
    async add(rows) {
      const versions = await newestVersions(read, owner, importId, rows);
      const judged = rows.map((ready) => judge(ready, versions));
      const marks = judged.map(({ mark }) => mark);
      const fresh = judged.flatMap((each) => each.rows);
      const done = { owner, import_id: importId, seq: batch, rows: rows.length, marks: packed(marks) };
      await lease.write(async (tx) => {
        if (fresh.length > 0)
          await tx
            .insertInto('portfolio_row')
            .columns(COLUMNS)
            .expression(rowsToInsert('portfolio_row', COLUMNS, fresh))
            .execute();
        await tx.insertInto('import_batch').values(done).execute();
      }, LATER);
      return counted(rows, marks);
    },
    async discard() {
      await sweep(lease, [{ id: importId }]);
      return false;
    },
    async publish(rejected) {
      const seen = await sighted.of(read, owner, importId);
      const day = options.observedOn;
      if (staged === 0) {
        await sweep(lease, [{ id: importId }]);
        const newest = seen.length > 0 ? await newestImport(read, owner) : undefined;
        if (newest) await lease.write((tx) => writeSightings(tx, { owner, importId: newest, day }, seen));
        return false;
      }
      await lease.write(async (tx) => {
        await tx
          .updateTable('portfolio_import')
          .set({ state: 'live', rows: staged, rejected, finished_at: clock.now(), fingerprint: null })
          .where('id', '=', importId)
          .where('owner', '=', owner)
          .execute();
        await tx.deleteFrom('import_batch').where('import_id', '=', importId).execute();
        await enterAll(tx, importId);
        await writeSightings(tx, { owner, importId, day }, seen);
        const body = { import: importId, rows: staged, rejected, synthetic: options.synthetic ? 1 : 0 };
        await journal.appendIn(tx, { kind: 'portfolio.imported', body });
      });
      return true;
    },
  };
}

/** A batch that a power cut takes back is staged again; what is made visible is safe at once, and all before it. */
const LATER = { safe: 'later' } as const;

const AGAIN = ['import them again: it is begun anew'];

function nameOf({ kind, key }: Offered): string {
  return `${kind} ${key}`;
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

/** By own key, of what readers see, and of what this import has staged. */
async function idsOf<T extends string>(
  read: Reader,
  owner: OwnerId,
  kind: 'property' | 'tenant',
  importId: ImportId,
): Promise<Map<string, T>> {
  const rows = await read
    .selectFrom('portfolio_row')
    .innerJoin('portfolio_import', 'portfolio_import.id', 'portfolio_row.import_id')
    .select(['key', 'portfolio_row.id'])
    .distinct()
    .where('portfolio_row.owner', '=', owner)
    .where('kind', '=', kind)
    .where((where) => where.or([where('state', '=', 'live'), where('import_id', '=', importId)]))
    .execute();
  return new Map(rows.map(({ key, id }) => [key, id as T]));
}
