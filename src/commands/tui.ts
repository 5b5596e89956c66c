import { SophiaError, UserError } from '../core/errors/index.ts';
import { destinations } from '../tui/screens.ts';
import { defineCommand } from './definition.ts';
import { plural } from './plural.ts';

interface Watched {
  /** Lines that were written to the journal meanwhile; null where it could not be read at the end. */
  readonly events: number | null;
}

export default defineCommand<{ screen: (typeof destinations)[number] }, Watched, 'any'>({
  summary: 'Watch runs live: what is at work, what waits, what went wrong',
  status: 'experimental',
  place: 'any',
  changes: 'nothing',
  takesTerminal: true,
  args: [{ name: 'screen', required: false, completes: destinations, help: destinations.join(', ') }],
  examples: ['sophia tui', 'sophia tui runs'],
  input: (z) =>
    z.object({ screen: z.enum(destinations, `must be one of ${destinations.join(', ')}`).default('overview') }),
  async run({ app, clock, terminal }, { screen }) {
    if (!terminal)
      throw new UserError('config', 'this is no terminal that can show screens', [
        'sophia runs list --json',
        'sophia churn proposals --json',
        'sophia events --follow --json',
      ]);
    const [{ openTui }, { openFacts }] = await Promise.all([import('../tui/app.tsx'), import('../tui/facts.ts')]);
    const facts = openFacts(app);
    const before = await facts.heads();
    using _quiet = terminal.take();
    const ending = await openTui(screen, { facts, clock }, terminal);
    const events = await facts.countSince(before).catch(unlessAway);
    return { data: { events }, ...(ending === 'interrupted' && { exit: 'sigint' }) };
  },
  render: ({ events }) =>
    events === null
      ? 'What happened while you watched cannot be read just now.'
      : `While you watched: ${plural(events, 'line')} in the journal.`,
});

/** Who leaves because the store is away has not failed by that. */
function unlessAway(thrown: unknown): null {
  if (thrown instanceof SophiaError) return null;
  throw thrown;
}
