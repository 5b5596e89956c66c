import { type JournalEvent, kindNames } from '../core/store/index.ts';
import { defineStream } from './definition.ts';
import { renderEvent } from './runs/render.ts';

/** Half of what a human notices. */
const POLL_MS = 50;

export default defineStream({
  summary: 'Print the journal, and follow it',
  status: 'beta',
  place: 'any',
  none: 'There is no such line in the journal.',
  changes: 'nothing',
  scores: 'shown',
  options: [
    { flags: '--follow', help: 'go on until interrupted' },
    { flags: '--kind <kind>', completes: kindNames, help: 'only lines of this kind' },
  ],
  examples: ['sophia events', 'sophia events --kind kpi.insight'],
  input: (z) =>
    z.object({
      follow: z.boolean().default(false),
      kind: z.enum(kindNames, `must be one of ${kindNames.join(', ')}`).optional(),
    }),
  async *stream({ app, clock, signal }, { follow, kind }): AsyncIterable<JournalEvent> {
    const after = new Map(app.owned.map(({ owner }) => [owner.id, 0]));
    for (;;) {
      let read = 0;
      for (const { owner, journal } of app.owned) {
        const lines = await (await journal()).since(after.get(owner.id) ?? 0, { kind });
        read += lines.length;
        yield* lines;
        after.set(owner.id, lines.at(-1)?.seq ?? after.get(owner.id) ?? 0);
      }
      if (signal.aborted || (read === 0 && !follow)) return;
      if (read === 0) await clock.sleep(POLL_MS, signal);
    }
  },
  renderItem: renderEvent,
});
