import { migrateStore } from '../../core/ops/store/migrate.ts';
import { defineCommand } from '../definition.ts';
import { needAllOwners } from './words.ts';

export default defineCommand({
  summary: 'Bring the store of an older sophia up to date',
  status: 'beta',
  place: 'own',
  changes: 'world',
  options: [{ flags: '--dry-run', help: 'name the migrations that are due, change nothing' }],
  examples: ['sophia store migrate --dry-run', 'sophia store migrate'],
  input: (z) => z.object({ dryRun: z.boolean().default(false) }),
  async run({ app, owner, ...context }, { dryRun }) {
    needAllOwners(owner);
    return { data: await migrateStore(context, app.workspace, dryRun) };
  },
  render({ file, dryRun, due, copies, backup }, style) {
    if (due.length === 0) return `Nothing to do: ${style.text(file)} is up to date.`;
    return [
      dryRun ? 'Due:' : 'Made:',
      ...due.map((name) => `  ${name}`),
      ...(dryRun ? [copies ? 'A copy is made beside the store first.' : 'First make a copy: pg_dump.'] : []),
      ...(dryRun ? ['Nothing was changed: this was a dry run.'] : []),
      ...(backup ? [`As it was before: ${style.text(backup)}`] : []),
    ].join('\n');
  },
});
