import { plural } from '../core/domain/index.ts';
import { SophiaError, UserError } from '../core/errors/index.ts';
import { destinations } from '../tui/screens.ts';
import { defineCommand } from './definition.ts';

interface Watched {
  /** Lines that were written to the journal meanwhile; null where it could not be read at the end. */
  readonly events: number | null;
  /** What was still to be told to whoever left. */
  readonly said: string;
}

export default defineCommand<
  { screen: (typeof destinations)[number]; readOnly: boolean; plain: boolean },
  Watched,
  'any'
>({
  summary: 'Watch runs live, and answer what they ask',
  status: 'experimental',
  place: 'any',
  changes: 'world',
  scores: 'shown',
  takesTerminal: true,
  args: [{ name: 'screen', required: false, completes: destinations, help: destinations.join(', ') }],
  options: [
    { flags: '--read-only', help: 'look, and answer nothing', fallback: false, personal: true },
    {
      flags: '--plain',
      help: 'plain lines, as for a screen reader: nothing is drawn over',
      fallback: false,
      personal: true,
    },
  ],
  examples: ['sophia tui', 'sophia tui runs --read-only', 'sophia tui --plain'],
  input: (z) =>
    z.object({
      screen: z.enum(destinations, `must be one of ${destinations.join(', ')}`).default('overview'),
      readOnly: z.boolean().default(false),
      plain: z.boolean().default(false),
    }),
  async run({ app, terminal, ...context }, { screen, readOnly, plain }) {
    if (!terminal || !(terminal.obeys || plain))
      throw new UserError('config', 'screens are for somebody at a terminal', [
        ...(terminal ? ['sophia tui --plain'] : []),
        'sophia runs list --json',
        'sophia churn proposals --json',
        'sophia events --follow --json',
      ]);
    const { keysFor } = await import('../tui/remap.ts');
    const keys = await keysFor(context.layers.user);
    const { openTui } = await import('../tui/app.tsx');
    const { openWorld } = await import('../tui/world.ts');
    const world = await openWorld(context, app, { readOnly });
    const before = await world.facts.heads();
    using _quiet = terminal.take();
    const { ending, said } = await openTui(screen, world, terminal, { keys, isPlain: plain });
    const events = await world.facts.countSince(before).catch(unlessAway);
    return { data: { events, said }, ...(ending === 'interrupted' && { exit: 'sigint' }) };
  },
  render({ events, said }, style) {
    const watched =
      events === null
        ? 'What happened while you watched cannot be read just now.'
        : `While you watched: ${plural(events, 'line')} in the journal.`;
    return [...(said ? [style.text(said)] : []), watched].join('\n');
  },
});

/** Who leaves because the store is away has not failed by that. */
function unlessAway(thrown: unknown): null {
  if (thrown instanceof SophiaError) return null;
  throw thrown;
}
