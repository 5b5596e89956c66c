import { plural } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import { type PurgePlan, planPurge, planRemoval, purgeStore, removeStore } from '../../core/ops/store/purge.ts';
import { type CommandContext, defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { wholeNumber } from '../whole-number.ts';
import { byWorkspace, sizeOf, workspaceName } from './words.ts';

interface Input {
  olderThan?: number | undefined;
  all: boolean;
  dryRun: boolean;
}

/** With `all`, nothing but files. */
interface Purged extends Partial<Omit<PurgePlan, 'files'>>, Pick<PurgePlan, 'files'> {
  readonly all: boolean;
  readonly dryRun: boolean;
}

/** What holds tenants' data, too, and is deleted by whoever keeps it. */
const NOT_REACHED =
  'Not touched: data/, out/, done/ and failed/ of folders that are watched, and copies that you made elsewhere.';

const DEFAULT_DAYS = 90;
const MOST_DAYS = 36_500;

export default defineCommand<Input, Purged, 'own'>({
  summary: 'Delete what is old, or the whole store, after listing it',
  status: 'beta',
  place: 'own',
  changes: 'world',
  severe: byWorkspace,
  options: [
    { flags: '--older-than <days>', help: `what is older goes; default: ${DEFAULT_DAYS}` },
    { flags: '--all', help: 'the whole store and its copies go' },
    { flags: '--dry-run', help: 'list what would go, change nothing' },
  ],
  examples: ['sophia store purge --older-than 30 --dry-run', 'sophia store purge --confirm hill-street'],
  input: (z) =>
    z
      .object({
        olderThan: wholeNumber(z, { from: 0, to: MOST_DAYS }).optional(),
        all: z.boolean().default(false),
        dryRun: z.boolean().default(false),
      })
      .refine(({ all, olderThan }) => !all || olderThan === undefined, {
        path: ['all'],
        message: 'takes everything, whatever its age: leave --older-than out',
      }),
  run: (ctx, input) => (input.all ? removeAll(ctx, input) : purgeOld(ctx, input)),
  render(purged, style) {
    if (isNothing(purged)) return listed(purged, style);
    const verdict = purged.dryRun ? 'Nothing was changed: this was a dry run.' : 'All of it is deleted.';
    return [listed(purged, style), NOT_REACHED, verdict].join('\n');
  },
});

async function purgeOld({ app, confirm, owner, ...context }: CommandContext, { olderThan, dryRun }: Input) {
  const { workspace } = app;
  const owners = app.owned.map(({ owner }) => owner.id);
  const plan = await planPurge(context, workspace, {
    owners,
    olderThanDays: olderThan ?? DEFAULT_DAYS,
    // Copies hold the rows of every owner.
    copies: owner === undefined,
  });
  const data: Purged = { all: false, dryRun, ...plan };
  if (dryRun || isNothing(data)) return { data };
  const asked = { what: 'delete this from the store of this workspace', name: workspaceName(app) };
  await confirm(asked, (style) => listed(data, style));
  await purgeStore(context, workspace, plan);
  return { data };
}

async function removeAll({ app, confirm, owner, ...context }: CommandContext, { dryRun }: Input) {
  if (owner !== undefined)
    throw new UsageError('--all: takes the rows of every owner, so that --owner says nothing', [
      'sophia store purge --older-than 0 --owner <id>',
    ]);
  const { workspace } = app;
  const files = await planRemoval(context, workspace);
  const data: Purged = { all: true, dryRun, files };
  if (dryRun) return { data };
  const asked = { what: 'delete the whole store of this workspace', name: workspaceName(app) };
  await confirm(asked, (style) => listed(data, style));
  await removeStore(context, workspace, files);
  return { data };
}

function isNothing({ all, of = [], files, freeBytes = 0 }: Purged): boolean {
  return (
    !all &&
    freeBytes === 0 &&
    files.length === 0 &&
    of.every(({ runs, drafts, answers, rows }) => runs + drafts + answers + rows === 0)
  );
}

function listed(purged: Purged, style: Style): string {
  const { before, of = [], files, keptBackups = 0, freeBytes = 0 } = purged;
  const named = files.map(({ file, bytes }) => `  ${style.text(file)}  ${style.dim(sizeOf(bytes))}`);
  if (isNothing(purged)) return `Nothing is older than ${before}.`;
  return [
    before === undefined ? 'The whole store and its copies:' : `Older than ${before}:`,
    ...of.map(({ owner, runs, drafts, answers, rows }) => {
      const what = [
        plural(runs, 'ended run'),
        plural(drafts, 'draft'),
        `the words of ${plural(answers, 'answer')}`,
        `${plural(rows, 'row')} of withdrawn or stopped imports`,
      ];
      return `  ${owner}: ${what.join(', ')}`;
    }),
    ...named,
    ...(freeBytes > 0 ? [`  the room of rows that were deleted before: ${sizeOf(freeBytes)}`] : []),
    ...(keptBackups > 0 ? [style.warn(`It stays in ${plural(keptBackups, 'younger copy')} beside the store.`)] : []),
  ].join('\n');
}
