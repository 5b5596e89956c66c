// A process of several on one store: `node hand.ts <folder>` answers questions as it is told, and with `work` carries on
// whatever is due. What comes of it is told to whoever started it.
import { SophiaError } from '../../src/core/errors/index.ts';
import { work } from '../../src/core/runs/index.ts';
import type { Order, Report } from './fleet.ts';
import { openRoom } from './room.ts';

const [, , dir = '', role] = process.argv;
const room = await openRoom(dir);
const stopped = new AbortController();
const tell = (report: Report) => process.send?.(report);

// Whoever started it has gone, or has had enough of it.
process.once('disconnect', () => process.exit());

process.on('message', async (order: Order) => {
  if (order === 'stop') {
    stopped.abort();
    if (role !== 'work') await close();
    return;
  }
  try {
    await room.runs.answer(order.run, { answer: { amount: order.amount }, reason: null });
    tell({ kind: 'won' });
  } catch (thrown) {
    if (!(thrown instanceof SophiaError)) throw thrown;
    tell({ kind: 'lost', exit: thrown.exit, message: thrown.message });
  }
});
tell({ kind: 'ready' });

if (role === 'work') {
  const clock = {
    async sleep(ms: number, signal: AbortSignal) {
      // Told when there is nothing to do: how much is left that nobody can do just now.
      const left = await room.runs.list({}).catch(() => undefined);
      if (left) tell({ kind: 'idle', left: left.filter(({ status }) => status !== 'succeeded').length });
      await room.clock.sleep(ms, signal);
    },
  };
  for await (const { thrown } of work([room.runs], { clock, until: stopped.signal, idle: 'wait' }))
    tell({ kind: 'carried', ...(thrown instanceof Error && { error: thrown.message }) });
  await close();
}

async function close(): Promise<void> {
  await room[Symbol.asyncDispose]();
  process.disconnect();
}
