import { Kysely, sql, type Transaction } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { DatabasePlace } from '../domain/index.ts';
import { type Backup, migrate } from './migrations.ts';
import type { ServerDeps } from './postgres/open.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Tx = Transaction<Tables>;
export type Reader = ReadonlyKysely<Tables>;

/**
 * When what was committed outlives a power cut: `now`, or `later`, with the next one that says `now` at the latest. What is
 * lost then is an end of what was written, and never something out of its midst. A killed process loses neither.
 */
export interface Durability {
  readonly safe: 'now' | 'later';
}

/** One database for several processes at once: as if one wrote at a time, and all read what is committed. */
export interface Store extends AsyncDisposable {
  /** Committed rows, over a connection of its own: never waits for a writer, and cannot write. */
  readonly read: Reader;
  /**
   * All of `work` or nothing. Inside, await the transaction and nothing else: every other writer waits for it.
   * What was read before `write` began may have changed; read it again through `tx`. On a server `work` is done again
   * when it met another writer: it must change nothing but what `tx` can take back.
   */
  readonly write: <T>(work: (tx: Tx) => Promise<T>, durability?: Durability) => Promise<T>;
}

export interface OpenDeps {
  readonly file: string;
  readonly backup: Backup;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens (and first creates or migrates) the database in `file`, which must exist. Once in a process: the driver is
 * synchronous, so a second writer would block the event loop on which the first one's transaction is waiting.
 * `backup` keeps what `write` puts into an empty file: a copy of an older database, before its tables are changed.
 * Throws UserError: `config` when the file is no database or damaged, `incompatible` when a newer sophia wrote it; and
 * the reason of `signal` when it comes during that copy.
 */
export async function openStore({ file, backup, signal }: OpenDeps): Promise<Store> {
  const dialect = new NodeSqliteDialect(file, 'write');
  const writer = new Kysely<Tables>({ dialect });
  try {
    await migrate(writer, { file, backup, copy: (empty) => dialect.copyTo(empty, { signal }) });
  } catch (thrown) {
    await writer.destroy().catch(() => undefined);
    throw thrown;
  }
  const reader = new Kysely<Tables>({ dialect: new NodeSqliteDialect(file, 'read') });
  let stands: Durability['safe'] = 'now';
  return {
    read: reader as never,
    write: (work, { safe } = { safe: 'now' }) =>
      // One connection: whoever writes next waits here, and finds what this one has set.
      writer.connection().execute(async (alone) => {
        // With NORMAL the log of SQLite is flushed when it is taken in, or by the next transaction with FULL.
        if (safe !== stands) await sql`pragma synchronous = ${sql.raw(SYNCHRONOUS[safe])}`.execute(alone);
        stands = safe;
        return alone.transaction().execute(work);
      }),
    async [Symbol.asyncDispose]() {
      await reader.destroy();
      await writer.destroy();
    },
  };
}

const SYNCHRONOUS = { now: 'full', later: 'normal' } as const;

/** Brings the database of a server to this version. Errors as `openServerStore`. */
export async function migrateServer(place: DatabasePlace, signal: AbortSignal): Promise<void> {
  await (await import('./postgres/open.ts')).migrateServer(place, signal);
}

/** As `openStore`, with a database that a server keeps. One of an older sophia is refused: others may work with it. */
export async function openServerStore(deps: ServerDeps): Promise<Store> {
  return (await import('./postgres/open.ts')).openServerStore(deps);
}
