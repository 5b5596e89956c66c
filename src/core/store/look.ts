import { Kysely, sql } from 'kysely';
import type { DatabasePlace } from '../domain/index.ts';
import type { Store } from './database.ts';
import { type Standing, standingOf } from './migrations.ts';
import type { FoundServer } from './postgres/look.ts';

export type { FoundServer } from './postgres/look.ts';

import { faultsIn } from './soundness.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import { strangeIn } from './structure.ts';
import type { Tables } from './tables.ts';
import { damaged } from './trouble.ts';

/** A database as it lies there, to be read only: what it lacks is left lacking. */
export interface FoundStore extends Standing, AsyncDisposable {
  readonly store: Store;
  /** As `copyInto`. */
  copyTo(empty: string, told?: (share: number) => void): Promise<void>;
  /** What SQLite finds wrong when it reads every row and every index; empty when all is well. Errors as `faultsIn`. */
  faults(): Promise<readonly string[]>;
  /** Room in the file of rows that were deleted. */
  freeBytes(): Promise<number>;
  /** Names of what is not as this program makes it with the migrations that the database has seen. */
  strange(): Promise<readonly string[]>;
}

export interface Look {
  readonly still: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens the database in `file`, which must exist, creates and changes nothing, and looks at every page. `still`: no
 * process writes to it, and no `-wal` lies beside it. Throws UserError as `openStore` does, and the reason of `signal`, as
 * does whatever takes its time of what is returned.
 */
export async function lookAtStore(file: string, { still, signal }: Look): Promise<FoundStore> {
  return found(file, { still, signal }, async () => {
    const faults = await faultsIn(file, { still, depth: 'quick', signal });
    if (faults.length > 0) throw damaged(file);
  });
}

/** As `lookAtStore`, for who has no time to look at every page. */
export async function peekIntoStore(file: string, look: Look): Promise<FoundStore> {
  return found(file, look, async () => undefined);
}

/** As `lookAtStore`, with a database that a server keeps. */
export async function lookAtServer(place: DatabasePlace, signal: AbortSignal): Promise<FoundServer> {
  return (await import('./postgres/look.ts')).lookAtServer(place, signal);
}

async function found(file: string, { still, signal }: Look, examine: () => Promise<void>): Promise<FoundStore> {
  const dialect = new NodeSqliteDialect(file, still ? 'still' : 'read');
  const db = new Kysely<Tables>({ dialect });
  const close = () => db.destroy();
  try {
    const standing = await standingOf(db, file);
    await examine();
    const write = () => Promise.reject(new Error(`${file} was opened to be looked at, and is written to`));
    return {
      ...standing,
      store: { read: db as never, write, [Symbol.asyncDispose]: close },
      copyTo: (empty, told) => dialect.copyTo(empty, { signal, ...(told && { told }) }),
      faults: () => faultsIn(file, { still, depth: 'whole', signal }),
      async freeBytes() {
        const { rows } = await sql<{ free: number }>`
          select freelist_count * page_size as free from pragma_freelist_count, pragma_page_size`.execute(db);
        return rows[0]?.free ?? 0;
      },
      strange: () => strangeIn(db as never, standing.seen),
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  }
}
