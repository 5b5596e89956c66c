import type { RunId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Fenced, FencedTx, Lease, Reader, Tx } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import { type Row, UNFINISHED } from './rows.ts';

/** How soon a node that writes nothing hears that its run is cancelled. */
const LOOK_MS = 2000;

/** What a run is written through, by who has it. */
export type Held = Fenced & Pick<Lease, 'lost'>;

/** The lease of a run, with an ear for whoever wants the run to end. */
export interface Heeding extends Held, Disposable {
  /** Aborts when the run is to be cancelled. What was being written then is written. */
  readonly cancelled: AbortSignal;
}

export function heeding(
  { store, clock }: Pick<RunsDeps<never>, 'store' | 'clock'>,
  lease: Held,
  { id: runId, cancel_requested_at }: Pick<Row, 'id' | 'cancel_requested_at'>,
): Heeding {
  const cancelled = new AbortController();
  const hear = (asked: boolean) => {
    if (asked) cancelled.abort(new UserError('refused', `${runId} was cancelled`, [`sophia runs show ${runId}`]));
  };
  hear(cancel_requested_at !== null); // before anything is begun
  const look = clock.every(LOOK_MS, () => {
    isCancelled(store.read, runId).then(hear, () => undefined); // the next write looks again
  });
  return {
    ...{ lost: lease.lost, cancelled: cancelled.signal },
    async write(work, durability) {
      const [result, asked] = await lease.write(
        async (tx: FencedTx) => [await work(tx), await isCancelled(tx, runId)] as const,
        durability,
      );
      hear(asked);
      return result;
    },
    async record(...batch) {
      // Beside it: within it would be a second round trip to a server.
      const [asked] = await Promise.all([isCancelled(store.read, runId), lease.record(...batch)]);
      hear(asked);
    },
    [Symbol.dispose]: () => look[Symbol.dispose](),
  };
}

/** Whether somebody wants the run to end. */
export async function isCancelled(db: Reader | Tx, runId: RunId): Promise<boolean> {
  const run = await (db as Reader)
    .selectFrom('run')
    .select('cancel_requested_at')
    .where('id', '=', runId)
    .executeTakeFirst();
  return run?.cancel_requested_at != null;
}

/** For whoever has the run: it is to end. */
export async function requestCancel(
  tx: Tx,
  { clock, owner, journal }: Pick<RunsDeps<never>, 'clock' | 'owner' | 'journal'>,
  runId: RunId,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('run')
    .set({ cancel_requested_at: clock.now() })
    .where('id', '=', runId)
    .where('owner', '=', owner)
    .where('status', 'in', UNFINISHED)
    .where('cancel_requested_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await journal.appendIn(tx, { kind: 'run.cancel_requested', runId, body: {} });
}
