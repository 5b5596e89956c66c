import type { ImportId, OwnerId } from '../../core/domain/index.ts';
import { resolveImport } from '../../core/ops/resolve.ts';
import type { Withdrawal } from '../../core/portfolio/index.ts';
import { defineCommand } from '../definition.ts';
import { plural } from '../plural.ts';

interface Input {
  import: string;
  dryRun: boolean;
}

interface Undone extends Withdrawal {
  readonly importId: ImportId;
  readonly owner: OwnerId;
  readonly dryRun: boolean;
}

export default defineCommand<Input, Undone, 'own'>({
  summary: 'Withdraw an import: what was known before it counts again',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'import', completes: 'live import', help: 'id of the import, from `sophia portfolio imports`' }],
  options: [{ flags: '--dry-run', help: 'say what would go and what would return, change nothing' }],
  examples: ['sophia portfolio undo imp-0123456789ab --dry-run', 'sophia portfolio undo imp-0123456789ab'],
  input: (z) => z.object({ import: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app }, { import: asked, dryRun }) {
    const { owner, found: importId } = await resolveImport(app.owned, asked);
    return { data: { importId, owner, dryRun, ...(await app.of(owner).undoImport({ importId, dryRun })) } };
  },
  render({ importId, dryRun, rows, returning }, style) {
    const what = `${plural(rows, 'row')} of ${style.bold(importId)}`;
    const back = `of ${returning} an earlier version ${dryRun ? 'would return' : 'counts again'}`;
    return dryRun
      ? `${what} would go; ${back}.\nNothing was changed: this was a dry run.`
      : `${what} withdrawn; ${back}.\nThe same files can be imported again. Next: sophia portfolio imports`;
  },
});
