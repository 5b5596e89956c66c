import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/context/index.ts';
import { instant } from '../core/domain/index.ts';
import { endWithParent } from './orphan.ts';
import { servePlugin } from './serve.ts';
import { tcp } from './tcp.ts';

/** The plugin as it is shipped: by the clock on the wall, beside the vendor, with the key that deploying handed down. */
const clock: Clock = {
  now: () => instant(Date.now()),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  every(ms, work) {
    const timer = setInterval(work, ms).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
endWithParent(process, clock);
const key = process.env.LAMBDA_API_KEY ?? '';
const port = await servePlugin({ args: process.argv.slice(2), clock, fetch: globalThis.fetch, connect: tcp, key });
process.stdout.write(`${port}\n`);
