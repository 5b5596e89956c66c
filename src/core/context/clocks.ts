import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, instant } from '../domain/index.ts';
import type { Clock } from './host.ts';

/** The clock on the wall. */
export const wallClock: Clock = {
  now: () => instant(Date.now()),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  every(ms, work) {
    const timer = setInterval(work, ms).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

/**
 * A clock that begins at `from` and runs `speed` times as fast as another: in a rehearsal an hour is soon over. What is done
 * every so often, and patience with others, keeps to the other clock: they answer no faster than they can.
 */
export function scaledClock(wall: Clock, from: Instant, speed: number): Clock {
  const [began, first] = [Date.parse(wall.now()), Date.parse(from)];
  return {
    now: () => instant(first + Math.round((Date.parse(wall.now()) - began) * speed)),
    sleep: (ms, signal) => wall.sleep(ms / speed, signal),
    every: (ms, work) => wall.every(ms, work),
  };
}
