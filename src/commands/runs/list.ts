import type { OwnerId } from '../../core/domain/index.ts';
import { type RunSummary, runStatuses } from '../../core/runs/index.ts';
import { defineCommand } from '../definition.ts';
import { statusIn } from './render.ts';

interface Listed extends RunSummary {
  readonly owner: OwnerId;
}

export default defineCommand({
  summary: 'List workflow runs',
  status: 'beta',
  place: 'any',
  options: [{ flags: '--status <status>', help: `only runs that are ${runStatuses.join(', ')}` }],
  examples: ['sophia runs list', 'sophia runs list --status stalled --json'],
  input: (z) => z.object({ status: z.enum(runStatuses, `must be one of ${runStatuses.join(', ')}`).optional() }),
  async run({ app }, { status }) {
    const listed: Listed[] = [];
    for (const { owner, runs } of app.owned)
      for (const run of await (await runs()).list({ status })) listed.push({ owner: owner.id, ...run });
    return { data: { runs: listed } };
  },
  render({ runs }, style) {
    if (runs.length === 0) return 'No runs. Next: sophia churn analyze <property>';
    const rows = runs.map(({ id, workflow, status, updatedAt, owner }) => {
      return [style.bold(id), workflow, statusIn(style, status), style.dim(updatedAt), style.dim(owner)];
    });
    return style.columns([['RUN', 'WORKFLOW', 'STATUS', 'UPDATED', 'OWNER'].map(style.dim), ...rows]);
  },
});
