import { type Insertable, type Selectable, sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import { type ActorId, type Instant, instant, type OwnerId, type RunId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type AuditWalk, chainedHash, lastHash, walkAudit } from './audit.ts';
import type { Line } from './batch.ts';
import { isServer } from './catalog.ts';
import type { Store, Tx } from './database.ts';
import { parsedObject } from './readable.ts';
import type { Tables } from './tables.ts';
import { type Event, type KindName, kindOf } from './vocabulary.ts';

export interface JournalEvent {
  readonly seq: number;
  readonly at: Instant;
  readonly owner: OwnerId;
  readonly actor: ActorId;
  readonly kind: KindName;
  readonly runId?: RunId;
  readonly runSeq?: number;
  readonly body: Readonly<Record<string, string | number>>;
}

/** What happened, in order, for one owner. Every face reads from here. */
export interface Journal extends AsyncDisposable {
  /** A line about a change, in the transaction that makes the change: both are there, or neither. */
  appendIn(tx: Tx, event: Event): Promise<void>;
  /**
   * Lines about runs, to be recorded with rows of a step. `undefined` when one of them belongs to the audit stream: it
   * follows from the line before it, which must be read first.
   */
  linesOf(events: readonly (Event & { readonly runId: RunId })[]): readonly Line[] | undefined;
  /** Telemetry: written in batches, and lost in a crash. Nothing may depend on it. */
  note(event: Event): void;
  /** Writes what was noted so far, for who looks on from another process. */
  flush(): Promise<unknown>;
  /**
   * Committed lines behind the one whose `seq` is `after`, oldest first, at most 1,000. Who goes on behind the last one
   * misses none. On a server lines stand in the order of their transactions, and not always in that of `seq`; those of
   * a transaction that ran beside one that still does are told later, but in the lines of one run.
   */
  since(
    after: number,
    filter?: { readonly kind?: KindName | undefined; readonly runId?: RunId },
  ): Promise<JournalEvent[]>;
  /** How many lines `since` would tell, page by page. */
  countSince(after: number): Promise<number>;
  /** The `seq` behind which everything is new, for `since`; 0 in an empty journal. */
  head(): Promise<number>;
  /**
   * How many lines each of the last so many minutes has, oldest first; of fewer minutes where there are more than 5,000
   * lines, which nobody waits to see counted.
   */
  perMinute(minutes: number): Promise<number[]>;
  /** Walks the audit stream. */
  verify(): Promise<AuditWalk>;
}

interface JournalDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly owner: OwnerId;
  readonly actor: Actor;
}

const PAGE = 1000;
const MOST_COUNTED = 5000;
const MINUTE = 'YYYY-MM-DDTHH:MM';
const MINUTE_MS = 60_000;
/** Telemetry that has gathered this many lines is written without waiting for the end. */
const BATCH = 200;

export function openJournal({ store, clock, owner, actor }: JournalDeps): Journal {
  const noted: Insertable<Tables['event']>[] = [];
  let writing: Promise<unknown> = Promise.resolve();

  const line = (event: Event): Insertable<Tables['event']> => ({
    at: clock.now(),
    owner,
    actor: actor.id,
    room: kindOf(event.kind).room,
    kind: event.kind,
    run_id: event.runId ?? null,
    run_seq: null,
    body: JSON.stringify(event.body),
    hash: null,
  });
  // What is noted while one write is under way goes with the next; a write that failed holds up none behind it.
  const flush = () => {
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        const lines = noted.splice(0);
        if (lines.length > 0) await store.write((tx) => tx.insertInto('event').values(lines).execute());
      });
    return writing;
  };

  return {
    async appendIn(tx, event) {
      const row = { ...line(event), run_seq: event.runId ? await nextInRun(tx, event.runId) : null };
      const hash = kindOf(event.kind).audit ? chainedHash(await lastHash(tx, owner), row) : null;
      await tx
        .insertInto('event')
        .values({ ...row, hash })
        .execute();
    },
    linesOf(events) {
      if (events.some(({ kind }) => kindOf(kind).audit)) return undefined;
      return events.map((event) => line(event) as Line);
    },
    note(event) {
      noted.push(line(event));
      if (noted.length >= BATCH) void flush();
    },
    flush,
    async since(after, { kind, runId } = {}) {
      const follows = runId === undefined && isServer(store.read);
      const rows = await store.read
        .selectFrom('event')
        .selectAll()
        .where('owner', '=', owner)
        .$if(!follows, (query) => query.where('seq', '>', after))
        .$if(follows, (query) => query.where(isSettledBehind(after)).orderBy(sql`xid`))
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind as string))
        .$if(runId !== undefined, (query) => query.where('run_id', '=', runId as RunId))
        .orderBy('seq')
        .limit(PAGE)
        .execute();
      return rows.map(fromRow);
    },
    async countSince(after) {
      const { lines } = await store.read
        .selectFrom('event')
        .select(({ fn }) => fn.countAll<number>().as('lines'))
        .where('owner', '=', owner)
        .where(isServer(store.read) ? isSettledBehind(after) : sql<boolean>`seq > ${after}`)
        .executeTakeFirstOrThrow();
      return Number(lines);
    },
    async head() {
      const follows = isServer(store.read);
      const newest = await store.read
        .selectFrom('event')
        .select('seq')
        .where('owner', '=', owner)
        .$if(follows, (query) => query.where(isSettled).orderBy(sql`xid`, 'desc'))
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return newest?.seq ?? 0;
    },
    async perMinute(minutes) {
      const newest = store.read
        .selectFrom('event')
        .select(sql<string>`substr(at, 1, ${sql.lit(MINUTE.length)})`.as('minute'))
        .where('owner', '=', owner)
        .orderBy('seq', 'desc')
        .limit(MOST_COUNTED);
      const counted = await store.read
        .selectFrom(newest.as('newest'))
        .select(({ fn }) => ['minute', fn.countAll<number>().as('lines')])
        .groupBy('minute')
        .orderBy('minute')
        .execute();
      const all = counted.reduce((sum, { lines }) => sum + Number(lines), 0);
      // What came before those is not known, so that the minute that they begin in is not either.
      const since = all < MOST_COUNTED ? '' : (counted[0]?.minute ?? '');
      const now = Date.parse(clock.now());
      return Array.from({ length: minutes }, (_, at) => minuteOf(now - (minutes - 1 - at) * MINUTE_MS))
        .filter((minute) => minute > since)
        .map((minute) => Number(counted.find((each) => each.minute === minute)?.lines ?? 0));
    },
    verify: () => walkAudit(store.read, owner),
    async [Symbol.asyncDispose]() {
      await flush();
    },
  };
}

/** As every moment in the database begins. */
function minuteOf(ms: number): string {
  return instant(ms).slice(0, MINUTE.length);
}

/** On a server: no line can come in front of it any more. */
const isSettled = sql<boolean>`xid < pg_snapshot_xmin(pg_current_snapshot())`;

/**
 * On a server. Transactions end in another order than that in which they drew their `seq`. A line is told when every
 * transaction before its own has ended, so that none can come in front of it any more. Behind a number that no line has
 * come those with a higher one.
 */
function isSettledBehind(after: number) {
  return sql<boolean>`${isSettled} and (xid, seq) >
    (select coalesce(max(xid::text::numeric), 0)::text::xid8, ${after}::bigint from event where seq = ${after})
    and (seq > ${after} or exists (select 1 from event where seq = ${after}))`;
}

async function nextInRun(tx: Tx, runId: RunId): Promise<number> {
  const last = await tx
    .selectFrom('event')
    .select(sql<number>`coalesce(max(run_seq), 0)`.as('seq'))
    .where('run_id', '=', runId)
    .where('run_seq', 'is not', null)
    .executeTakeFirstOrThrow();
  return last.seq + 1;
}

function fromRow(row: Selectable<Tables['event']>): JournalEvent {
  const { seq, at, owner, actor, kind, run_id, run_seq, body } = row;
  return {
    ...{ seq, at, owner, actor, kind: kind as KindName },
    ...(run_id && { runId: run_id }),
    ...(run_seq !== null && { runSeq: run_seq }),
    body: bodyOf(seq, body),
  };
}

/** What it says is not quoted: it may be anything. */
function bodyOf(seq: number, body: string): JournalEvent['body'] {
  const parsed = parsedObject(body);
  if (parsed !== undefined) return parsed as JournalEvent['body'];
  throw new UserError('config', `the line of the journal with seq ${seq} cannot be read: another program changed it`, [
    'sophia store check   tells what else is not as it was written',
    'sophia store restore <file>   puts a copy from before back',
  ]);
}
