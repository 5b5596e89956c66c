import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { statusIn } from './render.ts';

export default defineCommand({
  summary: 'Finish a run that was stopped',
  status: 'beta',
  place: 'any',
  changes: 'world',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  examples: ['sophia runs resume run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const room = await app.of(owner).runs();
    const before = await room.show(found);
    const after = await room.resume(found);
    const nodes = before.events.filter(({ kind }) => kind === 'run.node_finished').length;
    return { data: { owner, ...after, nodesFinishedBefore: nodes, changed: before.status !== after.status } };
  },
  render({ id, status, nodesFinishedBefore, changed }, style) {
    if (!changed) return `${style.bold(id)} is ${statusIn(style, status)}: there was nothing to finish.`;
    return [
      `${style.bold(id)} is ${statusIn(style, status)}; ${nodesFinishedBefore} finished nodes were not done again.`,
      `Next: sophia runs show ${id}`,
    ].join('\n');
  },
});
