import { Kysely, sql } from 'kysely';
import type { DatabasePlace } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import type { Store } from '../database.ts';
import { openGathering } from '../gather.ts';
import { bringUpToDate, type Standing, standingOf } from '../migrations.ts';
import type { Tables } from '../tables.ts';
import { type Limits, ServerDialect } from './pool.ts';
import { record } from './record.ts';
import { isConflict, isDuplicate } from './trouble.ts';

export interface ServerDeps {
  readonly place: DatabasePlace;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Resolves after `ms`. */
  readonly pause: (ms: number) => Promise<void>;
  /** Ends the wait for the server. Once it is opened, what is being written is left to end. */
  readonly signal: AbortSignal;
}

const WRITERS = 1;
const READERS = 4;

/**
 * Opens the database, and fills an empty one. Throws UserError: `config` when there is none or it is another program's,
 * `incompatible` when it is of another version; ExternalError `auth` and `unreachable`.
 */
export async function openServerStore({ place, random, pause, signal }: ServerDeps): Promise<Store> {
  signal.throwIfAborted();
  const opening = new AbortController();
  const giveUp = () => opening.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  const writer = connect(place, WRITERS, { connecting: signal, working: opening.signal });
  const reader = connect(place, READERS, { connecting: signal });
  const close = async () => {
    await reader.destroy();
    await writer.destroy();
  };
  try {
    const { seen, lacks } = await standingOnServer(writer, place);
    if (seen.length > 0 && lacks.length > 0) throw isOlder(place, lacks);
    if (lacks.length > 0) await bringUpToDate(writer);
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  const recording = openGathering(async (take) => {
    await new Promise((resolve) => setImmediate(resolve));
    const all = take();
    return repeated(() => record(writer, all), { place, random, pause });
  });
  return {
    read: reader as never,
    write: (work) => repeated(() => serializable(writer, work), { place, random, pause }),
    record: (fence, rows) => recording({ fence, rows }),
    [Symbol.asyncDispose]: close,
  };
}

/** Brings an older database to this version, in one transaction. Errors as `openServerStore`. */
export async function migrateServer(place: DatabasePlace, signal: AbortSignal): Promise<void> {
  const db = connect(place, WRITERS, { connecting: signal });
  try {
    const { lacks } = await standingOnServer(db, place);
    await bringUpToDate(db);
    if (lacks.includes(JOURNAL_ORDER)) await sql`update event set xid = '0'`.execute(db);
  } finally {
    await db.destroy();
  }
}

export function connect(place: DatabasePlace, most: number, limits: Limits = {}): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new ServerDialect(place, most, limits) });
}

function isOlder({ name }: DatabasePlace, lacks: readonly string[]): UserError {
  const why = lacks[0] === JOURNAL_ORDER ? 'was restored from another server' : 'was written by an older sophia';
  return new UserError('incompatible', `${name} ${why}`, [
    'sophia store migrate   brings it up to date, when no older sophia works with it any more',
  ]);
}

/** Of the database of a server. Errors as `openServerStore`. */
export async function standingOnServer(db: Kysely<Tables>, { name }: DatabasePlace): Promise<Standing> {
  const OLDEST = 14;
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < OLDEST)
    throw new UserError('config', `${name} is PostgreSQL ${major}; sophia needs ${OLDEST} or newer`, [
      'upgrade the server, or name another one',
    ]);
  const standing = await standingOf(db, name);
  if (standing.lacks.length > 0 || !(await isAhead(db))) return standing;
  return { ...standing, lacks: [JOURNAL_ORDER] };
}

/** Transactions are numbered by each server anew, and the journal is read in their order. */
const JOURNAL_ORDER = 'journal-order';

/** Whether the newest line of the journal is of a transaction that this server has not begun yet: it came in a dump. */
async function isAhead(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ ahead: boolean }>`
    select xid >= pg_snapshot_xmax(pg_current_snapshot()) as ahead from event order by seq desc limit 1`.execute(db);
  return rows[0]?.ahead === true;
}

/** As if no other transaction ran at the same time, or not at all: what holds with one writer at a time holds here. */
async function serializable<T>(db: Kysely<Tables>, work: Parameters<Store['write']>[0]): Promise<T> {
  return db.transaction().setIsolationLevel('serializable').execute(work) as Promise<T>;
}

// Each time that one meets another, the other one got done: who is many times unlucky stands among many, or on a slow
// machine, and is better served late than not at all. These are some twenty seconds.
const MOST_TRIES = 80;
const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 500;

/** Does the work again when its transaction has met another one, after a pause that grows and is up to chance. */
async function repeated<T>(work: () => Promise<T>, { place, random, pause }: Omit<ServerDeps, 'signal'>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      if (!isConflict(thrown) && !(isDuplicate(thrown) && tries === 1)) throw thrown;
      if (tries === MOST_TRIES)
        throw new UserError('held', `${place.name}: other processes wrote the same at once, ${MOST_TRIES} times`, [
          'run the same command again; nothing was written',
        ]);
      await pause(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
    }
  }
}
