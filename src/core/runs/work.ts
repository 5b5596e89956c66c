import type { LeaseDeps } from '../store/index.ts';
import type { CarriedOn } from './due.ts';
import type { Runs } from './index.ts';

/** How long a worker that has nothing to do waits before it looks again: others may have queued something. */
const IDLE_MS = 1000;

export interface Work {
  readonly clock: Pick<LeaseDeps['clock'], 'sleep'>;
  /** Aborts when no further run is to be begun. */
  readonly until: AbortSignal;
  /** Whether to end when nothing is due, or to wait for what may come. */
  readonly idle: 'stop' | 'wait';
}

/** Carries on whatever is due in these rooms, one run at a time, and tells of each. */
export async function* work(
  rooms: readonly Pick<Runs, 'next'>[],
  { clock, until, idle }: Work,
): AsyncGenerator<CarriedOn> {
  while (!until.aborted) {
    let found = false;
    for (const room of rooms) {
      if (until.aborted) return;
      const done = await room.next();
      if (done) yield done;
      found ||= done !== undefined;
    }
    if (found) continue;
    if (idle === 'stop') return;
    await clock.sleep(IDLE_MS, until);
  }
}
