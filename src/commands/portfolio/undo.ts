import {
  type ActorId,
  type ImportId,
  type Instant,
  minuteIn,
  type OwnerId,
  plural,
  type TimeZone,
} from '../../core/domain/index.ts';
import { resolveImport } from '../../core/ops/resolve.ts';
import type { Withdrawal } from '../../core/portfolio/index.ts';
import { defineCommand } from '../definition.ts';

interface Input {
  import: string;
  dryRun: boolean;
}

interface Undone extends Withdrawal {
  readonly importId: ImportId;
  readonly owner: OwnerId;
  /** Who had imported it, and when. */
  readonly actor: ActorId;
  readonly finishedAt: Instant;
  readonly timeZone: TimeZone;
  readonly dryRun: boolean;
}

export default defineCommand<Input, Undone, 'own'>({
  summary: 'Withdraw an import: what was known before it counts again',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'import', completes: 'live import', help: 'id of the import; last: the newest that counts' }],
  options: [{ flags: '--dry-run', help: 'say what would go and what would return, change nothing' }],
  examples: [
    'sophia portfolio undo imp-0123456789ab --dry-run',
    'sophia portfolio undo imp-0123456789ab',
    'sophia portfolio undo last --dry-run',
  ],
  input: (z) => z.object({ import: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app }, { import: asked, dryRun }) {
    const { owner, found } = await resolveImport(app.owned, asked);
    const { id: importId, actor, finishedAt } = found;
    const done = await app.of(owner).undoImport({ importId, dryRun });
    const { timeZone } = app.workspace;
    return { data: { importId, owner, actor, finishedAt, timeZone, dryRun, ...done } };
  },
  render({ importId, owner, actor, finishedAt, timeZone, dryRun, rows, returning, kinds, later }, style) {
    const told = Object.entries(kinds).map(([kind, n]) => plural(n, words[kind as keyof typeof words]));
    const by = `imported for ${style.fit(owner, 24)} by ${style.fit(actor, 24)}`;
    const back = returning === 0 ? 'No earlier version' : `Of ${returning} an earlier version`;
    return [
      `${style.bold(importId)}, ${minuteIn(timeZone, finishedAt)}`,
      style.dim(`  ${by}`),
      `${plural(rows, 'row')} ${dryRun ? 'would go' : 'withdrawn'}: ${told.join(', ')}.`,
      `${back} ${dryRun ? 'would count' : 'counts'} again.`,
      ...(later.length > 0 ? saidAgain(later) : []),
      ...(dryRun
        ? ['Nothing was changed: this was a dry run.']
        : ['The same files can be imported again. Next: sophia portfolio imports']),
    ].join('\n');
  },
});

const words: Readonly<Record<keyof Withdrawal['kinds'], string>> = {
  ...{ property: 'property', unit: 'unit', tenant: 'tenant', lease: 'lease', offer: 'offer', source: 'source' },
  ...{ line: 'ledger line', ticket: 'ticket', call: 'call', asking: 'asking rent', engagement: 'engagement row' },
};

/** A row that is said again unchanged is not kept twice, so that nobody can count them. */
function saidAgain(later: readonly ImportId[]): string[] {
  return [
    'A row that a later import said again unchanged is kept once, and goes with it:',
    `import the files of ${later.length === 1 ? later[0] : `the ${later.length} later imports`} once more.`,
  ];
}
