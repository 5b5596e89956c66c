// The plugin in a time that passes at once, beside the emulator: tests alone can start it so.
import { endWithParent } from '../../src/provider/orphan.ts';
import { servePlugin } from '../../src/provider/serve.ts';
import { tcp } from '../../src/provider/tcp.ts';
import { virtualTime } from '../cloud/virtual.ts';

const { EMULATOR_URL = '', EMULATOR_KEY = '' } = process.env;
// Whoever comes later begins where the others have come to.
const { now } = (await (await globalThis.fetch(`${EMULATOR_URL}/__emu/bill`)).json()) as { now: number };
const { clock, fetch, connect } = virtualTime(now, tcp);
endWithParent(process, (ms, work) => setInterval(work, ms).unref());
const port = await servePlugin({
  args: process.argv.slice(2),
  clock,
  fetch,
  connect,
  key: EMULATOR_KEY,
  rehearsal: EMULATOR_URL,
});
process.stdout.write(`${port}\n`);
