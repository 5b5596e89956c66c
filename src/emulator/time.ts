/**
 * The time in which machines boot and bill. Either it stands until somebody moves it, so that a test waits for nothing, or
 * it runs along with the clock on the wall, so many times as fast, so that a person can practise.
 */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves it on to `ms`, never back. Where it runs by itself, nobody moves it. */
  reach(ms: number): void;
}

/** Stands at `fromMs` until it is moved. */
export function standing(fromMs: number): Time {
  let now = fromMs;
  return {
    now: () => now,
    reach: (ms) => {
      now = Math.max(now, ms);
    },
  };
}

/** Runs `speed` times as fast as `wall`, from `fromMs` on. While nobody runs it, it stands. */
export function running(fromMs: number, speed: number, wall: () => number): Time {
  const began = wall();
  return { now: () => fromMs + (wall() - began) * speed, reach: () => undefined };
}
