import { dirname, join } from 'node:path';
import { explainConfig } from '../core/config/index.ts';
import { UsageError } from '../core/errors/index.ts';
import type { Spent } from '../core/ops/deploy/spent.ts';
import { type Carried, serve } from '../core/ops/worker/serve.ts';
import { needSeenByService, unitFor } from '../core/ops/worker/unit.ts';
import { defineStream } from './definition.ts';
import { statusIn } from './runs/render.ts';
import { renderSpent, spentBy } from './runs/spent.ts';
import { wholeNumber } from './whole-number.ts';

type Told =
  | ({ readonly kind: 'carried'; readonly spent?: Spent } & Carried)
  | { readonly kind: 'due'; readonly id: string; readonly workflow: string; readonly status: Status }
  | { readonly kind: 'unit'; readonly path: string; readonly text: string };
type Status = Parameters<typeof statusIn>[1];

export default defineStream({
  summary: 'Carry on whatever is due: queued and stalled runs, timers, tries',
  status: 'experimental',
  place: 'own',
  none: 'Nothing is due.',
  changes: 'world',
  scores: 'served',
  options: [
    { flags: '--once', help: 'end when nothing is due' },
    { flags: '--port <number>', help: 'answer there, on this machine alone, how it fares; 0 takes any that is free' },
    { flags: '--discreet', help: 'tell faults by the name of their exit alone, for a log that others may read' },
    { flags: '--install', help: 'print a unit for systemd or launchd, and work on nothing' },
    { flags: '--dry-run', help: 'list what is due, and work on nothing' },
  ],
  examples: ['sophia worker --once', 'sophia worker --dry-run'],
  input: (z) =>
    z.object({
      once: z.boolean().default(false),
      port: wholeNumber(z, { from: 0, to: 65_535 }).optional(),
      discreet: z.boolean().default(false),
      install: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async *stream({ app, ...context }, { once, port, discreet, install, dryRun }): AsyncIterable<Told> {
    const { files, machine } = context;
    if (install) {
      if (once)
        throw new UsageError('--install: is for one that stays, and --once ends when nothing is due', [
          'leave one out',
        ]);
      needSeenByService(await explainConfig(context));
      const { owner, patienceS } = context;
      const said = { '--owner': owner, '--port': port, '--timeout': patienceS };
      const words = Object.entries(said).flatMap(([flag, value]) => (value === undefined ? [] : [flag, `${value}`]));
      const launcher = join(dirname(files.places.templates), 'bin/sophia.cjs');
      const service = { node: machine.node.file, launcher, folder: dirname(app.workspace.configFile), words };
      yield { kind: 'unit', ...unitFor(machine.platform, service) };
      return;
    }
    if (dryRun) {
      for (const { runs } of app.owned)
        for (const { id, workflow, status } of await (await runs()).due()) yield { kind: 'due', id, workflow, status };
      return;
    }
    const { whyHidden } = await import('../core/ops/hidden.ts');
    const seesLess = discreet || whyHidden(app.actor, app.workspace) !== undefined;
    const carried = serve({ ...context, store: await app.store() }, app.owned, { once, port, discreet: seesLess });
    for await (const each of carried) yield { kind: 'carried', ...each, ...(await spentBy(app.owned, each)) };
  },
  renderItem(told, style) {
    if (told.kind === 'unit') return told.text;
    const named = `${style.bold(told.id)}  ${told.workflow}  ${statusIn(style, told.status)}`;
    if (told.kind === 'due') return `${named}  ${style.dim('is due')}`;
    const on = told.waitingOn ? `  on ${told.waitingOn}` : '';
    const line = `${style.dim(told.at)}  ${named}${on}${told.error ? `  ${style.warn(style.text(told.error))}` : ''}`;
    return [line, ...renderSpent(told.spent, style)].join('\n');
  },
});
