import { answering } from '../../core/ops/proposals/proposed.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { defineStream } from '../definition.ts';
import { wholeNumber } from '../whole-number.ts';
import { renderStep } from './render.ts';

/** Half of what a human notices. */
const POLL_MS = 50;
const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

export default defineStream({
  summary: 'Print what happens in a run until it has ended',
  status: 'beta',
  place: 'any',
  none: 'The run has ended, and nothing has happened in it since.',
  changes: 'nothing',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [{ flags: '--after <seq>', help: 'only lines after that seq: go on where another watch stopped' }],
  examples: ['sophia runs watch run-0123456789ab'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      after: wholeNumber(z, { from: 0 }).default(0),
      json: z.boolean().default(false),
    }),
  async *stream({ app, clock, signal, logger }, { run, after, json }): AsyncIterable<JournalEvent> {
    // Who reads the JSON sees the seq of each line, and that a question was asked.
    const tell = (text: string) => (json ? undefined : logger.warn(text));
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const [room, journal] = [await rooms.runs(), await rooms.journal()];
    let [last, isAsking, isLeft, isOver] = [after, false, false, false];
    try {
      for (;;) {
        // Looked at before its lines are read, so that none that came before its end is missed.
        const seen = await room.summary(found);
        const lines = await journal.since(last, { runId: found });
        for (const line of lines) {
          yield line;
          last = line.seq;
        }
        const hasEnded = lines.length === 0 && ENDED.includes(seen.status);
        // What has failed may be tried again.
        isOver = hasEnded && seen.status !== 'failed';
        if (signal.aborted || hasEnded) return;
        if (lines.length > 0) continue;
        const asks = seen.waitingOn === 'approval';
        if (asks && !isAsking) tell(`It waits for an answer: ${answering(seen)}`);
        isAsking = asks;
        const left = seen.status === 'queued' || seen.status === 'stalled';
        // It may be taken up in a moment: said once, and only where nobody is there to do so.
        if (left && !isLeft && !(await room.isAttended()))
          tell(`Nobody is at it, and no worker works: sophia runs resume ${found}`);
        isLeft = left;
        await clock.sleep(POLL_MS, signal);
      }
    } finally {
      // Also where nobody reads any more.
      if (last > after && !isOver) tell(`Goes on with: sophia runs watch ${found} --after ${last}`);
    }
  },
  renderItem: (event, style, timeZone) => renderStep(event, timeZone, style),
});
