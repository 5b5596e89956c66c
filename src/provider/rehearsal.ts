import { emulatedNow } from '../core/cloud/index.ts';
import { scaledClock, wallClock } from '../core/context/index.ts';
import { endWithParent } from './orphan.ts';
import { servePlugin } from './serve.ts';
import { tcp } from './tcp.ts';

/** The plugin of a rehearsal: beside the emulator, in its time. It has no key of anybody, and reaches this machine alone. */
endWithParent(process, wallClock.every);
const { url, key, speed } = JSON.parse(process.env.SOPHIA_REHEARSED ?? '{}');
const { fetch } = globalThis;
const reaching = { clock: wallClock, fetch, signal: new AbortController().signal, patienceS: undefined };
const from = (await emulatedNow(reaching, url)) ?? wallClock.now();
const clock = scaledClock(wallClock, from, speed);
const port = await servePlugin({ args: process.argv.slice(2), clock, fetch, connect: tcp, key, rehearsal: url });
process.stdout.write(`${port}\n`);
