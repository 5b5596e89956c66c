import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { detached, leaveIt, renderLeft } from './detached.ts';
import { statusIn } from './render.ts';
import { type Carried, carriedOn, exitFor, renderSpent } from './spent.ts';

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
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const before = await room.summary(found);
    const after: Carried = dryRun ? before : await carriedOn(rooms, before, () => room.retry(found, { detach }));
    const left = detach && !dryRun ? { left: await leaveIt(ctx, owner) } : {};
    return { data: { owner, ...after, dryRun, ...left }, ...exitFor(after) };
  },
  render({ id, status, dryRun, left, spent }, style) {
    if (left) return [`${style.bold(id)} is ${statusIn(style, status)}.`, ...renderLeft(id, left, style)].join('\n');
    return [
      `${style.bold(id)} is ${statusIn(style, status)}.${dryRun ? ' Nothing was done.' : ''}`,
      ...renderSpent(spent, style),
    ].join('\n');
  },
});
