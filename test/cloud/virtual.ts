import type { Connect } from '../../src/core/cloud/index.ts';
import type { Clock } from '../../src/core/context/index.ts';
import { type Instant, instant } from '../../src/core/domain/index.ts';

interface Sleeper {
  readonly at: number;
  wake(): void;
}

interface Living {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly connect: Connect;
}

const nowhere: Connect = async (ip) => {
  throw new Error(`nobody is at ${ip}`);
};

/**
 * A clock that passes at once when nobody does anything but wait, and the `fetch` of whoever lives by it. The emulator at
 * the other end is told how far it has come, so that both live in one time. While a question is under way it stands, and
 * while a connection is open.
 */
export function virtualTime(fromMs: number, tcp = nowhere): Living {
  let now = fromMs;
  let asking = 0;
  let sleepers: Sleeper[] = [];
  let isSettling = false;

  const settle = () => {
    if (isSettling) return;
    isSettling = true;
    setImmediate(() => {
      isSettling = false;
      if (asking > 0 || sleepers.length === 0) return;
      const [next] = sleepers.sort((a, b) => a.at - b.at);
      if (!next) return;
      sleepers = sleepers.filter((each) => each !== next);
      now = Math.max(now, next.at);
      next.wake();
      settle();
    });
  };
  const rest = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper = { at: now + ms, wake };
      const stop = () => {
        sleepers = sleepers.filter((each) => each !== sleeper);
        wake();
      };
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', stop, { once: true });
      sleepers.push(sleeper);
      settle();
    });
  const clock: Clock = {
    now: (): Instant => instant(now),
    sleep: rest,
    // Limits to patience: whoever stalls here is let go of by the test.
    every: () => ({ [Symbol.dispose]: () => undefined }),
  };
  return {
    clock,
    async fetch(url, init) {
      asking += 1;
      try {
        const headers = { ...(init?.headers as Record<string, string>), 'x-emulator-now': String(now) };
        const response = await globalThis.fetch(url, { ...init, headers });
        const body = await response.text();
        now = Math.max(now, Number(response.headers.get('x-emulator-now')));
        return new Response(body, { status: response.status, headers: response.headers });
      } finally {
        asking -= 1;
        settle();
      }
    },
    async connect(ip, port, signal) {
      asking += 1;
      const closed = () => {
        asking -= 1;
        settle();
      };
      try {
        return (await tcp(ip, port, signal)).once('close', closed);
      } catch (thrown) {
        closed();
        throw thrown;
      }
    },
  };
}
