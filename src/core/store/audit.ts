import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import type { Store, Tx } from './database.ts';
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

export async function lastHash(tx: Tx, owner: OwnerId): Promise<string> {
  const last = await tx
    .selectFrom('event')
    .select('hash')
    .where('owner', '=', owner)
    .where('hash', 'is not', null)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.hash ?? GENESIS;
}

export async function firstBroken(store: Store, owner: OwnerId): Promise<{ lines: number; brokenAt?: number }> {
  const lines = await store.read
    .selectFrom('event')
    .selectAll()
    .where('owner', '=', owner)
    .where('hash', 'is not', null)
    .orderBy('seq')
    .execute();
  let previous = GENESIS;
  for (const line of lines) {
    if (line.hash !== chainedHash(previous, line)) return { lines: lines.length, brokenAt: line.seq };
    previous = line.hash;
  }
  return { lines: lines.length };
}
