import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import type { Reader, Tx } from './database.ts';
import type { Tables } from './tables.ts';

type Line = Insertable<Tables['event']>;

/** Each owner's chain starts here, so that it can be handed over and checked alone. */
const GENESIS = '0'.repeat(64);

/** SHA-256 over the previous hash and every column of the line but `seq`, which the database gives later. */
export function chainedHash(previous: string, line: Line): string {
  const fields = [line.at, line.owner, line.actor, line.room, line.kind, line.run_id, line.run_seq, line.body];
  return createHash('sha256')
    .update(JSON.stringify([previous, ...fields]))
    .digest('hex');
}

/** What the next line follows from. Kept apart from the lines: one that is taken out at the end leaves a gap. */
export async function lastHash(tx: Tx, owner: OwnerId): Promise<string> {
  const head = await tx.selectFrom('audit_head').select('hash').where('owner', '=', owner).executeTakeFirst();
  return head?.hash ?? GENESIS;
}

/** What is left of an owner's audit stream. It is whole when neither `brokenAt` nor `written` is there. */
export interface AuditWalk {
  readonly owner: OwnerId;
  /** How many lines are there. */
  readonly lines: number;
  /** `seq` of the first line that was changed, or before which one is missing. */
  readonly brokenAt?: number;
  /** How many lines were written, where that is another number. */
  readonly written?: number;
}

/** Walks the audit stream of one owner, as of one moment. */
export async function walkAudit(read: Reader, owner: OwnerId): Promise<AuditWalk> {
  const lines = await read
    .selectFrom('event')
    .leftJoin('audit_head', 'audit_head.owner', 'event.owner')
    .selectAll('event')
    .select(['audit_head.lines as written', 'audit_head.hash as head'])
    .where('event.owner', '=', owner)
    .where('event.hash', 'is not', null)
    .orderBy('seq')
    .execute();
  const last = lines.at(-1);
  const written = last ? (last.written ?? 0) : await writtenFor(read, owner);
  const told = { owner, lines: lines.length, ...(written !== lines.length && { written }) };
  let previous = GENESIS;
  for (const line of lines) {
    if (line.hash !== chainedHash(previous, line)) return { ...told, brokenAt: line.seq };
    previous = line.hash;
  }
  // As many lines as were written, each following from the one before, and yet another end.
  return last && written === lines.length && last.head !== previous ? { ...told, brokenAt: last.seq } : told;
}

/** For an owner of whom no line is there, and none was written since that was seen. */
async function writtenFor(read: Reader, owner: OwnerId): Promise<number> {
  const head = await read
    .selectFrom('audit_head')
    .select('lines')
    .where('owner', '=', owner)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('event').select('seq').where('owner', '=', owner).where('hash', 'is not', null))),
    )
    .executeTakeFirst();
  return head?.lines ?? 0;
}
