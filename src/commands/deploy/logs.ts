import { standsInWords } from '../../core/ops/deploy/stands.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { defineStream } from '../definition.ts';
import { marked } from '../practice.ts';
import { renderEvent } from '../runs/render.ts';
import type { Style } from '../style.ts';

/** Half of what a human notices. */
const POLL_MS = 50;

export default defineStream({
  summary: 'Print what happened to an environment, and follow it',
  status: 'experimental',
  place: 'own',
  none: 'Nothing has happened to it yet.',
  changes: 'nothing',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--rehearse', help: 'of rehearsals alone; else what is rehearsed is marked' },
    { flags: '--follow', help: 'go on until interrupted' },
  ],
  examples: ['sophia deploy logs production'],
  input: (z) =>
    z.object({ environment: z.string(), rehearse: z.boolean().default(false), follow: z.boolean().default(false) }),
  async *stream({ app, clock, signal }, { environment, rehearse, follow }): AsyncIterable<JournalEvent> {
    const [rooms] = app.owned;
    const journal = await rooms?.journal();
    for (let after = 0; journal; ) {
      const lines = await journal.since(after);
      after = lines.at(-1)?.seq ?? after;
      yield* lines.filter(
        ({ kind, body }) =>
          kind.startsWith('deploy.') && body.environment === environment && (!rehearse || body.rehearsed === 1),
      );
      if (signal.aborted || (lines.length === 0 && !follow)) return;
      if (lines.length === 0) await clock.sleep(POLL_MS, signal);
    }
  },
  renderItem: rendered,
});

/** An environment and its rehearsal have one name: which of the two a line is of, its mark says. */
function rendered(event: JournalEvent, style: Style): string {
  const { rehearsed = 0, ...body } = event.body;
  const told = body.stands === undefined ? body : { ...body, stands: standsInWords(String(body.stands)) };
  return marked((narrow) => renderEvent({ ...event, body: told }, narrow), rehearsed === 1, style);
}
