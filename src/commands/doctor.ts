import manifest from '../../package.json' with { type: 'json' };
import { diagnosePlace } from '../core/app.ts';
import type { Mend } from '../core/ops/doctor/mend.ts';
import { exitOf, MARK_WIDTH, renderChecks } from './checks.ts';
import { defineCommand } from './definition.ts';
import { registry } from './registry.ts';
import { NOTHING_WRITTEN } from './rehearsal.ts';
import { newFile } from './store/words.ts';
import { below, type Style } from './style.ts';

export default defineCommand({
  summary: 'Check machine, settings, store and runs; mend what is safe',
  status: 'beta',
  place: 'none',
  changes: 'world',
  settings: 'as far as readable',
  options: [
    { flags: '--fix', help: 'mend what can be mended without losing anything' },
    {
      flags: '--bundle <file>',
      help: 'write a report for a bug ticket, which names nobody',
      completes: 'file',
    },
    { flags: '--dry-run', help: 'say what --fix and --bundle would do, change nothing' },
  ],
  examples: ['sophia doctor', 'sophia doctor --fix --dry-run', 'sophia doctor --bundle report.json'],
  input: (z) =>
    z.object({
      fix: z.boolean().default(false),
      bundle: newFile(z).optional(),
      dryRun: z.boolean().default(false),
    }),
  async run({ owner, layers, options, around, ...context }, request) {
    const program = { sophia: manifest.version, commands: registry.map(({ name }) => name) };
    const asked = { ...request, ...program, owner, layers, options, around };
    const { synthetic, ...found } = await diagnosePlace(context, asked);
    return { data: { ...found, dryRun: request.dryRun }, synthetic, exit: exitOf(found.checks) };
  },
  render({ checks, mended, bundle, dryRun }, style) {
    const mendable = checks.filter((each) => each.mendable).map(({ name }) => name);
    const next = mended || mendable.length === 0 ? '' : `\nNext: sophia doctor --fix   mends ${mendable.join(' and ')}`;
    const parts = [
      ...(mended ? [renderMends(mended, style)] : []),
      `${renderChecks(checks, style)}${next}`,
      ...(bundle === undefined ? [] : [renderReport(bundle, dryRun, style)]),
      ...(dryRun ? [NOTHING_WRITTEN] : []),
    ];
    return parts.join('\n\n');
  },
});

function renderReport(file: string, dryRun: boolean, style: Style): string {
  const path = style.bold(style.text(file));
  if (dryRun) return `Would write a report to ${path}.`;
  return `A report is in ${path}. It names nobody; read it before you send it.`;
}

/** What would be done, before the thing that it would be done to. */
const verbs: Readonly<Record<Mend['check'], string>> = { folders: 'make', modes: 'shut', ignored: 'add to' };

function renderMends(mends: readonly Mend[], style: Style): string {
  if (mends.length === 0) return 'There is nothing that could be mended safely.';
  return mends
    .map(({ check, state, path, becomes, why }) => {
      const paint = state === 'left' ? style.warn : style.good;
      const gap = ' '.repeat(MARK_WIDTH - state.length);
      const verb = state === 'would' ? `${verbs[check]} ` : '';
      return paint(state) + gap + below(' '.repeat(MARK_WIDTH), `${verb}${path}: ${why ?? becomes}`, style);
    })
    .join('\n');
}
