import { type Instant, instant } from '../domain/index.ts';
import type { Clock } from './host.ts';

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
