import { setTimeout as delay } from 'node:timers/promises';
import { instant } from '../domain/index.ts';
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
