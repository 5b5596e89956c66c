import { sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import type { ActorId, ImportId, Instant, OwnerId } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import type { Journal, Lease, Reader, RowKind } from '../store/index.ts';
import { forgetSightings } from './sightings.ts';

/** One import that was made visible, whether or not it still is, or that is on its way in: at work, or stopped. */
export interface ImportSummary {
  readonly id: ImportId;
  readonly state: 'live' | 'withdrawn' | 'unfinished';
  /** Of one that is unfinished: how many were read so far. */
  readonly rows: number;
  readonly rejected: number;
  readonly synthetic: boolean;
  readonly actor: ActorId;
  /** Of one that is unfinished: when it was begun. */
  readonly finishedAt: Instant;
  readonly withdrawnBy?: ActorId;
  readonly withdrawnAt?: Instant;
}

/** The imports of one owner, oldest first. */
export async function importsOf(read: Reader, owner: OwnerId): Promise<ImportSummary[]> {
  const found = await read
    .selectFrom('portfolio_import')
    .selectAll()
    .select(
      sql<number>`(select cast(coalesce(sum(b.rows), 0) as integer) from import_batch b where b.import_id = portfolio_import.id)`.as(
        'read',
      ),
    )
    .where('owner', '=', owner)
    .orderBy(sql`coalesce(finished_at, started_at)`)
    .orderBy('id')
    .execute();
  return found.map((row) => ({
    ...(row.state === 'staging'
      ? ({ id: row.id, state: 'unfinished', rows: row.read, rejected: row.rejected } as const)
      : { id: row.id, state: row.state, rows: row.rows, rejected: row.rejected }),
    ...{ synthetic: row.synthetic === 1, actor: row.actor, finishedAt: row.finished_at ?? row.started_at },
    ...(row.withdrawn_by && { withdrawnBy: row.withdrawn_by }),
    ...(row.withdrawn_at && { withdrawnAt: row.withdrawn_at }),
  }));
}

/** What a withdrawal does to what readers see. */
export interface Withdrawal {
  /** Versions of rows that go. */
  readonly rows: number;
  /** Rows among them of which an earlier version is believed again. */
  readonly returning: number;
  /** The rows that go, by kind. */
  readonly kinds: Readonly<Partial<Record<RowKind, number>>>;
  /** Imports after it that count. What they said again of it unchanged was not kept twice, and goes too. */
  readonly later: readonly ImportId[];
}

/**
 * What withdrawing an import would do. Throws UsageError when this owner has no such import, and UserError `refused`
 * when it is withdrawn already, or when what later imports say rests on it.
 */
export async function planWithdrawal(read: Reader, owner: OwnerId, importId: ImportId): Promise<Withdrawal> {
  const imports = await importsOf(read, owner);
  const found = imports.find(({ id }) => id === importId);
  if (!found) throw new UsageError(`no import "${importId}"`, ['sophia portfolio imports']);
  const { state, rows, finishedAt, withdrawnBy, withdrawnAt } = found;
  if (state === 'withdrawn')
    throw new UserError('refused', `${importId} was withdrawn by ${withdrawnBy} at ${withdrawnAt} already`, [
      'sophia portfolio imports',
    ]);
  if (state === 'unfinished')
    throw new UserError('refused', `${importId} is unfinished: nothing of it counts, so that nothing is to be undone`, [
      'sophia portfolio import <the same files>   goes on with it',
      'sophia store purge   takes it back',
    ]);
  const later = await restingOn(read, owner, importId);
  if (later.length > 0)
    throw new UserError(
      'refused',
      `rows of ${later.length === 1 ? 'another import' : `${later.length} other imports`} rest on ${importId}`,
      later.map((id) => `sophia portfolio undo ${id}`),
    );
  const live = imports.filter((each) => each.state === 'live' && each.finishedAt > finishedAt);
  return {
    ...{ rows, returning: await countReturning(read, owner, importId) },
    ...{ kinds: await countKinds(read, owner, importId), later: live.map(({ id }) => id) },
  };
}

interface WithdrawDeps {
  readonly journal: Pick<Journal, 'appendIn'>;
  readonly clock: Clock;
  readonly owner: OwnerId;
  readonly actor: Actor;
}

/** Does what was planned under this very lease: nobody else has imported or withdrawn since. */
export async function withdraw(
  { journal, clock, owner, actor }: WithdrawDeps,
  lease: Lease,
  importId: ImportId,
  { rows, returning }: Pick<Withdrawal, 'rows' | 'returning'>,
): Promise<void> {
  await lease.write(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('portfolio_import')
      .set({ state: 'withdrawn', withdrawn_at: clock.now(), withdrawn_by: actor.id })
      .where('id', '=', importId)
      .where('owner', '=', owner)
      .where('state', '=', 'live')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`${importId} is not live, though it was planned under the lease`);
    await forgetSightings(tx, owner, importId);
    await journal.appendIn(tx, { kind: 'portfolio.withdrawn', body: { import: importId, rows, returning } });
  });
}

/** Live rows of this owner in other imports than `importId`. */
function others(read: Reader, owner: OwnerId, importId: ImportId) {
  return read
    .selectFrom('portfolio_row as other')
    .innerJoin('portfolio_import as source', 'source.id', 'other.import_id')
    .where('other.owner', '=', owner)
    .where('other.gone', '=', 0)
    .where('source.state', '=', 'live')
    .where('other.import_id', '!=', importId);
}

/**
 * Imports, newest first, with rows about a property or tenant that only this import names, or with a later version of a
 * row that this import moved from one tenant or property to another: left alone it would be in both places.
 */
async function restingOn(read: Reader, owner: OwnerId, importId: ImportId): Promise<ImportId[]> {
  const named = read
    .selectFrom('portfolio_row as mine')
    .select('mine.id')
    .where('mine.import_id', '=', importId)
    .where('mine.owner', '=', owner)
    .where('mine.kind', 'in', ['property', 'tenant'])
    .where(({ not }) => not(saidElsewhere(owner, importId, '!=')));
  const about = (column: 'other.subject' | 'other.property') =>
    others(read, owner, importId).select(['source.id', 'source.finished_at']).distinct().where(column, 'in', named);
  const moved = others(read, owner, importId)
    .innerJoin('portfolio_row as mine', (join) =>
      join
        .onRef('mine.kind', '=', 'other.kind')
        .onRef('mine.key', '=', 'other.key')
        .onRef('mine.seq', '<', 'other.seq'),
    )
    .where('mine.owner', '=', owner)
    .where('mine.import_id', '=', importId)
    .where('mine.gone', '=', 1)
    .select(['source.id', 'source.finished_at'])
    .distinct();
  const found = await about('other.subject').union(about('other.property')).union(moved).execute();
  return found.sort((a, b) => ((a.finished_at ?? '') < (b.finished_at ?? '') ? 1 : -1)).map(({ id }) => id);
}

async function countKinds(read: Reader, owner: OwnerId, importId: ImportId): Promise<Withdrawal['kinds']> {
  const found = await read
    .selectFrom('portfolio_row')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('n')])
    .where('owner', '=', owner)
    .where('import_id', '=', importId)
    .where('gone', '=', 0)
    .groupBy('kind')
    .execute();
  return Object.fromEntries(found.map(({ kind, n }) => [kind, n]));
}

/** Rows whose newest version is of this import, and which have an earlier one. */
async function countReturning(read: Reader, owner: OwnerId, importId: ImportId): Promise<number> {
  const { n } = await read
    .selectFrom('portfolio_row as mine')
    .select(sql<number>`count(*)`.as('n'))
    .where('mine.owner', '=', owner)
    .where('mine.import_id', '=', importId)
    .where('mine.gone', '=', 0)
    .where(saidElsewhere(owner, importId, '<'))
    .where(({ not }) => not(saidElsewhere(owner, importId, '>')))
    .executeTakeFirstOrThrow();
  return n;
}

/**
 * Whether another live import has a version of the row `mine`: an earlier one, a later one, or any. A version that is
 * gone needs no regard: the import that moved a row has it at its new place too.
 */
function saidElsewhere(owner: OwnerId, importId: ImportId, order: '<' | '>' | '!=') {
  return sql<boolean>`exists (
    select 1 from portfolio_row other join portfolio_import source on source.id = other.import_id
    where other.owner = ${owner} and other.kind = mine.kind and other.key = mine.key
      and source.state = 'live' and other.import_id != ${importId} and other.seq ${sql.raw(order)} mine.seq)`;
}
