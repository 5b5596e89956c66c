import { type Insertable, type Selectable, sql } from 'kysely';
import type { Actor, Clock } from '../context/index.ts';
import type { ActorId, Instant, OwnerId, RunId } from '../domain/index.ts';
import { type AuditWalk, chainedHash, lastHash, walkAudit } from './audit.ts';
import type { Store, Tx } from './database.ts';
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
  /** Telemetry: written in batches, and lost in a crash. Nothing may depend on it. */
  note(event: Event): void;
  /** Committed lines with `seq` above `after`, oldest first, at most 1,000. */
  since(
    after: number,
    filter?: { readonly kind?: KindName | undefined; readonly runId?: RunId },
  ): Promise<JournalEvent[]>;
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
  const flush = () => {
    const lines = noted.splice(0);
    if (lines.length > 0)
      writing = writing.then(() => store.write((tx) => tx.insertInto('event').values(lines).execute()));
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
    note(event) {
      noted.push(line(event));
      if (noted.length >= BATCH) void flush();
    },
    async since(after, { kind, runId } = {}) {
      const rows = await store.read
        .selectFrom('event')
        .selectAll()
        .where('owner', '=', owner)
        .where('seq', '>', after)
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind as string))
        .$if(runId !== undefined, (query) => query.where('run_id', '=', runId as RunId))
        .orderBy('seq')
        .limit(PAGE)
        .execute();
      return rows.map(fromRow);
    },
    verify: () => walkAudit(store.read, owner),
    async [Symbol.asyncDispose]() {
      await flush();
    },
  };
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
    body: JSON.parse(body),
  };
}
