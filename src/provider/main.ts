import { wallClock as clock } from '../core/context/index.ts';
import { endWithParent } from './orphan.ts';
import { servePlugin } from './serve.ts';
import { tcp } from './tcp.ts';

/** The plugin as it is shipped: by the clock on the wall, beside the vendor, with the key that deploying handed down. */
endWithParent(process, clock.every);
const key = process.env.LAMBDA_API_KEY ?? '';
const port = await servePlugin({ args: process.argv.slice(2), clock, fetch: globalThis.fetch, connect: tcp, key });
process.stdout.write(`${port}\n`);
