import { examinePlace } from '../core/app.ts';
import { exitOf, renderChecks } from './checks.ts';
import { defineCommand } from './definition.ts';

export default defineCommand({
  summary: 'Check Node, config, store and runs',
  status: 'beta',
  place: 'none',
  changes: 'nothing',
  examples: ['sophia doctor', 'sophia doctor --json'],
  input: (z) => z.object({}),
  async run({ owner, ...context }) {
    const { checks, synthetic } = await examinePlace(context, owner);
    return { data: { checks }, synthetic, exit: exitOf(checks) };
  },
  render: ({ checks }, style) => renderChecks(checks, style),
});
