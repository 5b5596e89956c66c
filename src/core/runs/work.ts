import type { LeaseDeps } from '../store/index.ts';
import type { CarriedOn } from './due.ts';
import type { Runs } from './index.ts';
import { isStoreAway } from './retries.ts';

/** How long a worker that has nothing to do waits before it looks again: others may have queued something. */
const IDLE_MS = 1000;

export interface Work {
  readonly clock: Pick<LeaseDeps['clock'], 'sleep'>;
  /** Aborts when no further run is to be begun. */
  readonly until: AbortSignal;
  /** Whether to end when nothing is due, or to wait for what may come: also for a server that is being restarted. */
  readonly idle: 'stop' | 'wait';
  /** Told when the store cannot be used just now and is waited for; not again until it could be. */
  away?(thrown: Error): void;
  /** Told when it could be used again. */
  back?(): void;
}

/** Carries on whatever is due in these rooms, one run at a time, and tells of each. */
export async function* work(rooms: readonly Pick<Runs, 'next'>[], work: Work): AsyncGenerator<CarriedOn> {
  const { clock, until, idle } = work;
  let isAway = false;
  /** What the store has against us just now comes out of `next` where a run of it could not even be left for later. */
  const heard = (thrown: unknown): undefined => {
    if (idle === 'stop' || !isStoreAway(thrown)) throw thrown;
    if (!isAway) work.away?.(thrown);
    isAway = true;
  };
  while (!until.aborted) {
    let found = false;
    for (const room of rooms) {
      if (until.aborted) return;
      const done = await room.next().then((done) => {
        if (isAway) work.back?.();
        isAway = false;
        return done;
      }, heard);
      if (done) yield done;
      found ||= done !== undefined;
    }
    if (found) continue;
    if (idle === 'stop') return;
    await clock.sleep(IDLE_MS, until);
  }
}
