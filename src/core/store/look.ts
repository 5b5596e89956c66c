import { Kysely, sql } from 'kysely';
import type { Store } from './database.ts';
import { type Standing, standingOf } from './migrations.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { damaged } from './trouble.ts';

/** A database as it lies there, to be read only: what it lacks is left lacking. */
export interface FoundStore extends Standing, AsyncDisposable {
  readonly store: Store;
}

/**
 * Opens the database in `file`, which must exist, creates and changes nothing, and looks at every page. `still`: no
 * process writes to it, and no `-wal` lies beside it. Throws UserError as `openStore` does.
 */
export async function lookAtStore(file: string, still: boolean): Promise<FoundStore> {
  return found(file, still, async (db) => {
    const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db);
    if (rows[0]?.quick_check !== 'ok') throw damaged(file);
  });
}

/** As `lookAtStore`, for who has no time to look at every page. */
export async function peekIntoStore(file: string, still: boolean): Promise<FoundStore> {
  return found(file, still, async () => undefined);
}

async function found(file: string, still: boolean, examine: (db: Kysely<Tables>) => Promise<void>) {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(file, still ? 'still' : 'read') });
  const close = () => db.destroy();
  try {
    const standing = await standingOf(db, file);
    await examine(db);
    const write = () => Promise.reject(new Error(`${file} was opened to be looked at, and is written to`));
    return {
      ...standing,
      store: { read: db as never, write, [Symbol.asyncDispose]: close },
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  }
}
