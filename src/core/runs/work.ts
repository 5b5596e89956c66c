import type { LeaseDeps } from '../store/index.ts';
import type { Runs } from './index.ts';
import type { RunSummary } from './standing.ts';

/** How long a worker that has nothing to do waits before it looks again: others may have queued something. */
const IDLE_MS = 1000;

export interface Work {
  readonly clock: Pick<LeaseDeps['clock'], 'sleep'>;
  /** Aborts when no further run is to be begun. */
  readonly until: AbortSignal;
  /** Whether to end when nothing is due, or to wait for what may come. */
  readonly idle: 'stop' | 'wait';
  /** Told of each run that was carried on, and of what was thrown out of it. */
  tell(run: RunSummary, thrown?: unknown): void;
}

/** Carries on whatever is due in these rooms, one run at a time. */
export async function work(rooms: readonly Pick<Runs, 'next'>[], { clock, until, idle, tell }: Work): Promise<void> {
  while (!until.aborted) {
    let found = false;
    for (const room of rooms) {
      if (until.aborted) return;
      const done = await room.next();
      if (done) tell(done.run, done.thrown);
      found ||= done !== undefined;
    }
    if (found) continue;
    if (idle === 'stop') return;
    await clock.sleep(IDLE_MS, until);
  }
}
