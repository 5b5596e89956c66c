import type { Actor, Clock, Processes } from '../context/index.ts';
import { addMs, instant, type OwnerId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type Also, type Insert, insertRows } from './batch.ts';
import type { Durability, Store, Tx } from './database.ts';

/** A holder that has not renewed for so long is taken to be gone, when it cannot be looked for. */
const LEASE_MS = 30_000;
/** The next step of who finds a lease held. */
export const UNTIL_LET_GO = `try again when it has ended; one that was killed lets go within ${LEASE_MS / 1000} seconds`;
const HEARTBEAT_MS = LEASE_MS / 3;
/** Taken while the clock stood so far ahead, and put right since: nobody waits for the year 2100. */
const ASTRAY_MS = 86_400_000;
/** Over, even for a clock that has jumped back. */
const GIVEN_BACK = instant(0);

declare const fence: unique symbol;
/** A transaction that has proved its lease. Whatever one process at a time may change takes this type. */
export type FencedTx = Tx & { readonly [fence]: true };

/** What one process at a time may write, and the only ways to write it. Both throw LeaseHeldError when it was lost. */
export interface Fenced {
  /** Checks and renews the lease and does `work`, in one transaction. */
  readonly write: <T>(work: (tx: FencedTx) => Promise<T>, durability?: Durability) => Promise<T>;
  /** Checks the lease and writes the rows, in one transaction; and, where one of them is written, what goes with them. */
  readonly record: (inserts: readonly Insert[], also?: Also, durability?: Durability) => Promise<void>;
}

/** Somebody else has the lease, or has taken it over: unlike a store that is busy, it is theirs to go on with. */
export class LeaseHeldError extends UserError {
  constructor(message: string, next: readonly string[] = []) {
    super('held', message, next);
  }
}

/** The right of one process to write one thing: a run, or an import. */
export interface Lease extends Fenced, AsyncDisposable {
  /** Grows with every holder. Above 1, somebody held it before. */
  readonly token: number;
  /** Aborts when the lease is lost to another process, and when it could not be renewed for so long that it may be. */
  readonly lost: AbortSignal;
}

export interface LeaseDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly owner: OwnerId;
  readonly actor: Actor;
}

/**
 * Takes the lease `name`. A dead holder of this machine is followed at once, any other when it has not renewed for
 * 30 seconds. Throws LeaseHeldError while somebody has it; `what` names the thing in that message, and whoever has it taken
 * away is told `nextWhenTaken`.
 */
export async function acquireLease(
  deps: LeaseDeps,
  name: string,
  what: string,
  nextWhenTaken: readonly string[] = [],
): Promise<Lease> {
  const { store, clock, processes, owner, actor } = deps;
  const { self } = processes;
  const expiry = () => addMs(clock.now(), LEASE_MS);
  let held = expiry();

  const token = await store.write(async (tx) => {
    const before = await tx.selectFrom('lease').selectAll().where('name', '=', name).executeTakeFirst();
    if (before && isHeld(before, deps))
      throw new LeaseHeldError(`${what} is held by process ${before.process.split('@')[0]} (${before.actor})`, [
        UNTIL_LET_GO,
      ]);
    held = expiry();
    const lease = { ...self, owner, actor: actor.id, token: (before?.token ?? 0) + 1, expires_at: held };
    await tx
      .insertInto('lease')
      .values({ name, ...lease })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(lease))
      .execute();
    return lease.token;
  });

  let [isGivenBack, isElsewhere] = [false, false];
  const lost = new AbortController();
  const isTaken = () => {
    const taken = new LeaseHeldError(`another process has taken over ${what}`, nextWhenTaken);
    isElsewhere = true;
    lost.abort(taken);
    return taken;
  };
  const renewUntil = async (tx: Tx, expires_at: ReturnType<typeof expiry>) => {
    const { numUpdatedRows } = await tx
      .updateTable('lease')
      .set({ expires_at })
      .where('name', '=', name)
      .where('token', '=', token)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw isTaken();
  };
  const write: Fenced['write'] = async (work, durability) => {
    const [until, result] = await store.write(async (tx) => {
      // What was still at work when it was given back is written, as long as nobody else has it; it is not taken anew by that.
      const until = isGivenBack || lost.signal.aborted ? GIVEN_BACK : expiry();
      await renewUntil(tx, until);
      return [until, await work(tx as FencedTx)] as const;
    }, durability);
    held = until;
    return result;
  };
  /** Who cannot reach the store is not told that another process has taken over, and by then one may have. */
  const looksAtClock = () => {
    if (held <= clock.now())
      lost.abort(new LeaseHeldError(`${what} could not be kept: the store took no write in time`));
  };
  let beats = 0;
  const heartbeat = clock.every(HEARTBEAT_MS, () => {
    if (beats > 0) looksAtClock(); // a write that does not end says nothing
    beats += 1;
    write(async () => undefined)
      .finally(() => {
        beats -= 1;
      })
      .catch(looksAtClock); // the next write says why it is refused
  });

  // Who has lost it stops: kept alive, it would be nobody's to take.
  lost.signal.addEventListener('abort', () => heartbeat[Symbol.dispose]());

  return {
    token,
    lost: lost.signal,
    write,
    async record(inserts, also = [], durability) {
      if (typeof also !== 'function') {
        if (!(await store.record({ name, token }, { inserts, lines: also }, durability))) throw isTaken();
        return;
      }
      await write(async (tx) => {
        if (await insertRows(tx, inserts)) await also(tx);
      }, durability);
    },
    // Given back at once, so that the next process need not wait. Nothing to give when somebody else has it by now.
    async [Symbol.asyncDispose]() {
      heartbeat[Symbol.dispose]();
      isGivenBack = true;
      if (!isElsewhere) await store.write((tx) => renewUntil(tx, GIVEN_BACK)).catch(() => undefined);
    },
  };
}

/** Whether somebody alive holds the lease now. Only a hint: it may change before it is read. */
export function isHeld(
  lease: { readonly expires_at: string; readonly world: string; readonly process: string } | undefined,
  { clock, processes }: Pick<LeaseDeps, 'clock' | 'processes'>,
): boolean {
  if (lease === undefined || lease.expires_at > addMs(clock.now(), ASTRAY_MS)) return false;
  return lease.expires_at > clock.now() && !processes.isDead(lease);
}
