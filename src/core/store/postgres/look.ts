import { sql } from 'kysely';
import type { DatabasePlace } from '../../domain/index.ts';
import type { FoundStore } from '../look.ts';
import { isKeptThere } from './kept.ts';
import { connect, standingOnServer } from './open.ts';
import { strangeOnServer } from './structure.ts';

/** What only a server has. */
export interface FoundServer extends FoundStore {
  /** As it calls itself: `15.18`. */
  readonly version: string;
  readonly bytes: number;
}

/** Looks at the database, creates and changes nothing. Errors as `openServerStore`; one of an older sophia is found. */
export async function lookAtServer(place: DatabasePlace, signal: AbortSignal): Promise<FoundServer> {
  signal.throwIfAborted();
  const db = connect(place, 1, { working: signal });
  const close = () => db.destroy();
  try {
    const standing = await standingOnServer(db, place);
    const { rows } = await sql<{ version: string; bytes: number }>`
      select split_part(current_setting('server_version'), ' ', 1) as version,
        pg_database_size(current_database()) as bytes`.execute(db);
    const [{ version, bytes } = { version: '', bytes: 0 }] = rows;
    const write = () => Promise.reject(new Error(`${place.name} was opened to be looked at, and is written to`));
    return {
      ...{ ...standing, version, bytes },
      store: { read: db as never, write, [Symbol.asyncDispose]: close },
      copyTo: () => Promise.reject(isKeptThere(place)),
      // A server reads its pages with checksums, or leaves that to its keeper: here every row is counted.
      faults: async () => [],
      freeBytes: async () => 0,
      strange: () => strangeOnServer(db, standing.seen),
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  }
}
