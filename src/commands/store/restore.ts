import { plural } from '../../core/domain/index.ts';
import { quoted } from '../../core/ops/quoted.ts';
import { planRestore, type Restored, restoreStore } from '../../core/ops/store/restore.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { byWorkspace, counted, needAllOwners, workspaceName } from './words.ts';

interface Answer extends Restored {
  readonly dryRun: boolean;
}

export default defineCommand<{ file: string; dryRun: boolean }, Answer, 'own'>({
  summary: 'Put a copy of the store back in its place',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  severe: byWorkspace,
  args: [{ name: 'file', completes: 'copy', help: 'a copy, from `sophia store backup` or `sophia store info`' }],
  options: [{ flags: '--dry-run', help: 'say what the copy holds, change nothing' }],
  examples: ['sophia store restore kept.db --dry-run', 'sophia store restore kept.db --confirm hill-street'],
  input: (z) => z.object({ file: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app, confirm, owner, ...context }, { file, dryRun }) {
    needAllOwners(owner);
    const plan = { ...(await planRestore(context, app.workspace, file)), backup: null };
    if (dryRun) return { data: { ...plan, dryRun } };
    const asked = { what: 'put it in the place of the store of this workspace', name: workspaceName(app) };
    await confirm(asked, (style) => [held(plan, style), ...lost({ ...plan, dryRun: true }, style)].join('\n'));
    return { data: { ...(await restoreStore(context, app.workspace, file)), dryRun } };
  },
  render(answer, style) {
    const { file, dryRun, backup, lacks } = answer;
    return [
      held(answer, style),
      ...lost(answer, style),
      dryRun ? 'Nothing was changed: this was a dry run.' : 'It is the store of this workspace now.',
      ...(backup ? [`What was there before: ${style.text(backup)}`] : []),
      ...(dryRun && lacks.length > 0
        ? ['It was written by an older sophia, and is brought up to date when it is put back.']
        : []),
      ...(dryRun ? [`Next: sophia store restore ${style.text(quoted(file))}`] : []),
    ].join('\n');
  },
});

const MOST_NAMED = 3;

function named(what: string, ids: readonly string[], style: Style): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > MOST_NAMED ? ' …' : '';
  return [style.text(`  ${plural(ids.length, what)}: ${ids.slice(0, MOST_NAMED).join(', ')}${more}`)];
}

function lost({ beyond, backup, dryRun }: Answer, style: Style): string[] {
  if (!beyond && backup?.includes('.damaged-'))
    return [style.warn('What the store held since that copy could not be read, and so is not known.')];
  if (!beyond) return [];
  const lines = [
    ...named('import', beyond.imports, style),
    ...named('run', beyond.runs, style),
    ...named('answer', beyond.answers, style),
    ...(beyond.answers.length > 0 ? ['  What was answered will be asked again, though it may be done already.'] : []),
  ];
  if (lines.length === 0) return ['Nothing was imported, run or answered since that copy.'];
  const when = dryRun ? 'would be' : 'is';
  return [style.warn(`Since that copy, and so it ${when} gone:`), ...lines];
}

function held({ file, tables, owners }: Restored, style: Style): string {
  return [
    `${style.bold(style.text(file))} holds, for ${style.text(owners.join(', ') || 'nobody')}:`,
    ...counted(tables).map(([what, rows]) => `  ${String(rows).padStart(8)}  ${what}`),
  ].join('\n');
}
