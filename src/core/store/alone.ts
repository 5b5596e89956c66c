import { Kysely, sql } from 'kysely';
import { UserError, type UserExit } from '../errors/index.ts';
import type { Store } from './database.ts';
import { standingOf } from './migrations.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import { objectsIn } from './structure.ts';
import type { Tables } from './tables.ts';

/** A database that no other process has open, nor can open, until this is disposed of. It may be of any version. */
export interface StoreAlone extends AsyncDisposable {
  readonly store: Store;
  /** As `copyInto`. */
  copyTo(empty: string): Promise<void>;
  /** All tables and rows of another database instead of its own, or nothing. */
  becomeLike(file: string): Promise<void>;
  /** Gives back the room of deleted rows: what they said is in the file no longer. */
  compact(): Promise<void>;
  /** Moves all into the one file, with no `-wal` beside it: it may be deleted while nobody else has it open. */
  gather(): Promise<void>;
}

/**
 * Opens `file`, which must exist. UserError `held` while another process has it open, `config` when it is damaged or
 * another program's.
 */
export async function openAlone(file: string, signal: AbortSignal): Promise<StoreAlone> {
  const dialect = new NodeSqliteDialect(file, 'alone');
  const db = new Kysely<Tables>({ dialect });
  const close = () => db.destroy();
  const endsAs = (thrown: unknown, exit: UserExit) => thrown instanceof UserError && thrown.exit === exit;
  try {
    await standingOf(db, file);
  } catch (thrown) {
    // What a newer sophia wrote can be kept, replaced and deleted as a whole.
    if (!endsAs(thrown, 'incompatible')) {
      await close().catch(() => undefined);
      if (!endsAs(thrown, 'held')) throw thrown;
      throw new UserError('held', `${file}: another process works with it`, ['try again when it has ended']);
    }
  }
  return {
    store: {
      read: db as never,
      write: (work) => db.transaction().execute(work),
      [Symbol.asyncDispose]: close,
    },
    copyTo: (empty) => dialect.copyTo(empty, { signal }),
    becomeLike: (other) => becomeLike(db, other),
    compact: async () => void (await sql`vacuum`.execute(db)),
    gather: async () => void (await sql`pragma journal_mode = delete`.execute(db)),
    [Symbol.asyncDispose]: close,
  };
}

/**
 * In one transaction, so that a kill leaves the one or the other; and in the same file, so that no log of the old rows
 * is ever taken for one of the new. Triggers come last: what they would write is among the rows.
 */
async function becomeLike(db: Kysely<Tables>, file: string): Promise<void> {
  await sql`attach ${file} as other`.execute(db);
  await db.transaction().execute(async (tx) => {
    for (const { type, name } of await objectsIn(tx, 'main'))
      if (type === 'table') await sql`drop table main.${sql.id(name)}`.execute(tx);
    const objects = await objectsIn(tx, 'other');
    const tables = objects.filter(({ type }) => type === 'table');
    for (const { text } of tables) await sql.raw(text).execute(tx);
    for (const { name } of tables)
      await sql`insert into main.${sql.id(name)} select * from other.${sql.id(name)}`.execute(tx);
    await sql`delete from main.sqlite_sequence`.execute(tx);
    await sql`insert into main.sqlite_sequence select * from other.sqlite_sequence`.execute(tx);
    // Whoever held one when the copy was made does not hold it here.
    if (tables.some(({ name }) => name === 'lease'))
      await sql`update main.lease set expires_at = '1970-01-01T00:00:00.000Z'`.execute(tx);
    for (const { type, text } of objects) if (type !== 'table') await sql.raw(text).execute(tx);
  });
  await sql`detach other`.execute(db);
}
