import { Kysely, sql } from 'kysely';
import type { DatabasePlace } from '../domain/index.ts';
import type { Store } from './database.ts';
import { copyInto, type Standing, standingOf } from './migrations.ts';
import type { FoundServer } from './postgres/look.ts';

export type { FoundServer } from './postgres/look.ts';

import { NodeSqliteDialect } from './sqlite.ts';
import { strangeIn } from './structure.ts';
import type { Tables } from './tables.ts';
import { damaged } from './trouble.ts';

/** A database as it lies there, to be read only: what it lacks is left lacking. */
export interface FoundStore extends Standing, AsyncDisposable {
  readonly store: Store;
  /** All that is committed, as of one moment, while others go on writing. `empty` is a file without content. */
  copyTo(empty: string): Promise<void>;
  /** What SQLite finds wrong when it reads every row and every index; empty when all is well. */
  faults(): Promise<readonly string[]>;
  /** Names of what is not as this program makes it with the migrations that the database has seen. */
  strange(): Promise<readonly string[]>;
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

/** As `lookAtStore`, with a database that a server keeps. */
export async function lookAtServer(place: DatabasePlace): Promise<FoundServer> {
  return (await import('./postgres/look.ts')).lookAtServer(place);
}

async function found(
  file: string,
  still: boolean,
  examine: (db: Kysely<Tables>) => Promise<void>,
): Promise<FoundStore> {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(file, still ? 'still' : 'read') });
  const close = () => db.destroy();
  try {
    const standing = await standingOf(db, file);
    await examine(db);
    const write = () => Promise.reject(new Error(`${file} was opened to be looked at, and is written to`));
    return {
      ...standing,
      store: { read: db as never, write, record: write, [Symbol.asyncDispose]: close },
      copyTo: (empty) => copyInto(db, empty),
      async faults() {
        const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(10)`.execute(db);
        return rows.map(({ integrity_check }) => integrity_check).filter((fault) => fault !== 'ok');
      },
      strange: () => strangeIn(db as never, standing.seen),
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  }
}
