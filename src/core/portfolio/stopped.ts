import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '../context/index.ts';
import type { ImportId, Instant, OwnerId } from '../domain/index.ts';
import type { Lease, Reader } from '../store/index.ts';
import { type Mark, unpacked } from './marks.ts';

/** An import that was killed, or interrupted, on its way in. */
interface Stopped {
  readonly id: ImportId;
  readonly startedAt: Instant;
  /** How many were written, and how many rows were judged in them. */
  readonly batches: number;
  readonly rows: number;
}

/**
 * What an import is of, who imports it, and what it is judged against: an import or a withdrawal in between changes what
 * is new, so that what was judged before does not hold any more.
 */
export async function fingerprintOf(
  read: Reader,
  owner: OwnerId,
  { id: actor }: Actor,
  given: string | undefined,
): Promise<string | null> {
  if (given === undefined) return null;
  const standing = await read
    .selectFrom('portfolio_import')
    .select(['id', 'state'])
    .where('owner', '=', owner)
    .where('state', '!=', 'staging')
    .orderBy('id')
    .execute();
  const text = JSON.stringify([given, actor, standing.map(({ id, state }) => `${id} ${state}`)]);
  return createHash('sha256').update(text).digest('hex');
}

/** What was stopped of this owner's, whose lease says that none of it is running: what can be gone on with, and others. */
export async function findStopped(
  read: Reader,
  owner: OwnerId,
  fingerprint: string | null,
): Promise<{ goesOn: Stopped | undefined; others: readonly Stopped[] }> {
  const found = await read
    .selectFrom('portfolio_import')
    .leftJoin('import_batch', 'import_batch.import_id', 'portfolio_import.id')
    .select(['portfolio_import.id', 'started_at as startedAt', 'fingerprint'])
    .select(({ fn }) => fn.count<number>('import_batch.seq').as('batches'))
    .select(sql<number>`cast(coalesce(sum(import_batch.rows), 0) as integer)`.as('rows'))
    .where('portfolio_import.owner', '=', owner)
    .where('state', '=', 'staging')
    .groupBy(['portfolio_import.id', 'started_at', 'fingerprint'])
    .execute();
  const goesOn = found.find((each) => fingerprint !== null && each.fingerprint === fingerprint);
  return { goesOn, others: found.filter((each) => each !== goesOn) };
}

/** What became of the rows of one batch. */
export async function batchOf(read: Reader, importId: ImportId, seq: number): Promise<Mark[]> {
  const { marks } = await read
    .selectFrom('import_batch')
    .select('marks')
    .where('import_id', '=', importId)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow();
  return unpacked(marks);
}

const CHUNK = 5000;

/** Deletes imports that were stopped, in short transactions, and by one walk through all rows. */
export async function sweep(lease: Lease, stopped: readonly Pick<Stopped, 'id'>[]): Promise<void> {
  if (stopped.length === 0) return;
  const dead = stopped.map(({ id }) => id);
  for (let from = 0; ; ) {
    const last = await lease.write(async (tx) => {
      const some = await tx
        .selectFrom('portfolio_row')
        .select('seq')
        .where('import_id', 'in', dead)
        .where('seq', '>', from)
        .orderBy('seq')
        .limit(CHUNK)
        .execute();
      const to = some.at(-1)?.seq;
      if (to !== undefined)
        await tx
          .deleteFrom('portfolio_row')
          .where('import_id', 'in', dead)
          .where('seq', '>', from)
          .where('seq', '<=', to)
          .execute();
      else {
        await tx.deleteFrom('import_batch').where('import_id', 'in', dead).execute();
        await tx.deleteFrom('portfolio_import').where('id', 'in', dead).where('state', '=', 'staging').execute();
      }
      return to;
    });
    if (last === undefined) return;
    from = last;
  }
}
