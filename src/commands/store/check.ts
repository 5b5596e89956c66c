import { checkStore } from '../../core/ops/store/check.ts';
import { exitOf, renderChecks } from '../checks.ts';
import { defineCommand } from '../definition.ts';
import { needAllOwners } from './words.ts';

export default defineCommand({
  summary: 'Read every row, and find what is damaged or foreign',
  status: 'beta',
  place: 'own',
  changes: 'nothing',
  examples: ['sophia store check', 'sophia store check --json'],
  input: (z) => z.object({}),
  async run({ app, owner, ...context }) {
    needAllOwners(owner);
    const checks = await checkStore(context, app.workspace);
    return { data: { checks }, exit: exitOf(checks) };
  },
  render: ({ checks }, style) => renderChecks(checks, style),
});
