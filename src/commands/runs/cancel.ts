import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { statusIn } from './render.ts';
import { type Carried, exitFor, renderSpent, spentBy } from './spent.ts';

export default defineCommand({
  summary: 'End a run that is not to go on',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [{ flags: '--dry-run', help: 'say where the run stands, and leave it there' }],
  examples: ['sophia runs cancel run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app }, { run, dryRun }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const room = await app.of(owner).runs();
    const before = await room.summary(found);
    const after = dryRun ? before : await room.cancel(found);
    const { approvals } = await room.show(found);
    const approved = approvals.some(({ decision }) => decision === 'approved');
    const { spent } = dryRun ? {} : await spentBy([app.of(owner)], after);
    const data = {
      owner,
      ...after,
      dryRun,
      changed: before.status !== after.status,
      approved,
      ...(spent && { spent }),
    };
    return { data, ...exitFor(data) };
  },
  render(data, style) {
    return [endTold(data, style), ...renderSpent(data.spent, style)].join('\n');
  },
});

interface Ended extends Carried {
  readonly dryRun: boolean;
  readonly changed: boolean;
  readonly approved: boolean;
}

function endTold({ id, status, dryRun, changed, approved }: Ended, style: Style): string {
  const named = `${style.bold(id)} is ${statusIn(style, status)}`;
  if (dryRun) return `${named}. Nothing was done.`;
  if (changed) return `${named}.${approved ? ' It had been approved: what is not done yet will not be done.' : ''}`;
  if (status === 'running')
    return `${named}: the process that has it was told to end it, and does so at its next write.`;
  return `${named}: there was nothing to end.`;
}
