import { resolveRun } from '../../core/ops/resolve.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { defineStream } from '../definition.ts';
import { wholeNumber } from '../whole-number.ts';
import { renderEvent } from './render.ts';

/** Half of what a human notices. */
const POLL_MS = 50;
const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

export default defineStream({
  summary: 'Print what happens in a run until it has ended',
  status: 'beta',
  place: 'any',
  none: 'The run has ended, and nothing has happened in it since.',
  changes: 'nothing',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [{ flags: '--after <seq>', help: 'only lines after that seq: go on where another watch stopped' }],
  examples: ['sophia runs watch run-0123456789ab'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      after: wholeNumber(z, { from: 0 }).default(0),
    }),
  async *stream({ app, clock, signal }, { run, after }): AsyncIterable<JournalEvent> {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const [room, journal] = [await rooms.runs(), await rooms.journal()];
    for (let last = after; ; ) {
      // Looked at before its lines are read, so that none that came before its end is missed.
      const { status } = await room.summary(found);
      const lines = await journal.since(last, { runId: found });
      yield* lines;
      last = lines.at(-1)?.seq ?? last;
      if (signal.aborted || (lines.length === 0 && ENDED.includes(status))) return;
      if (lines.length === 0) await clock.sleep(POLL_MS, signal);
    }
  },
  renderItem: renderEvent,
});
