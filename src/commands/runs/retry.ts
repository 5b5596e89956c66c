import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { detached, leaveIt, renderLeft } from './detached.ts';
import { statusIn } from './render.ts';

export default defineCommand({
  summary: 'Try at once what has failed, or waits for its next try',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [detached, { flags: '--dry-run', help: 'say where the run stands, and leave it there' }],
  examples: ['sophia runs retry run-0123456789ab'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      detach: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, detach, dryRun }) {
    const { app } = ctx;
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const room = await app.of(owner).runs();
    const before = await room.summary(found);
    // One that spends is refused: nothing is to be told of what it cost.
    const after = dryRun ? before : await room.retry(found, { detach });
    const left = detach && !dryRun ? { left: await leaveIt(ctx, owner) } : {};
    return { data: { owner, ...after, dryRun, ...left } };
  },
  render({ id, status, dryRun, left }, style) {
    if (left) return [`${style.bold(id)} is ${statusIn(style, status)}.`, ...renderLeft(id, left, style)].join('\n');
    return `${style.bold(id)} is ${statusIn(style, status)}.${dryRun ? ' Nothing was done.' : ''}`;
  },
});
