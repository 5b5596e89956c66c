import type { Clock } from '../../context/index.ts';

/** Runs a question when it is its turn: one after the other, and each a while after the answer to the one before. */
export type Pace = <T>(ask: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Counted from the last answer: counted from the question, two may collide on their way. */
export function openPace(clock: Clock, everyMs: number): Pace {
  let before: Promise<unknown> = Promise.resolve();
  let answeredAt: number | undefined;
  return (ask, signal) => {
    const mine = before.then(async () => {
      const wait = answeredAt === undefined ? 0 : answeredAt + everyMs - Date.parse(clock.now());
      // A clock that was set back makes nobody wait longer.
      if (wait > 0) await clock.sleep(Math.min(wait, everyMs), signal);
      signal.throwIfAborted();
      try {
        return await ask();
      } finally {
        answeredAt = Date.parse(clock.now());
      }
    });
    // One that failed holds up none of those behind it.
    before = mine.catch(() => undefined);
    return mine;
  };
}
