import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { statusIn } from './render.ts';

export default defineCommand({
  summary: 'Try at once what has failed, or waits for its next try',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [{ flags: '--dry-run', help: 'say where the run stands, and leave it there' }],
  examples: ['sophia runs retry run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app }, { run, dryRun }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const room = await app.of(owner).runs();
    const before = await room.summary(found);
    return { data: { owner, ...(dryRun ? before : await room.retry(found)), dryRun } };
  },
  render({ id, status, dryRun }, style) {
    return `${style.bold(id)} is ${statusIn(style, status)}.${dryRun ? ' Nothing was done.' : ''}`;
  },
});
