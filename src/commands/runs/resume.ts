import { id } from '../../core/domain/index.ts';
import { churn } from '../../core/flows/churn.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import { askAll } from '../churn/proposed.ts';
import { defineCommand } from '../definition.ts';
import { statusIn } from './render.ts';

export default defineCommand({
  summary: 'Finish a run that was stopped',
  status: 'beta',
  place: 'any',
  args: [{ name: 'run', help: 'id of the run' }],
  examples: ['sophia runs resume run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app, logger }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const before = await room.show(found);
    const after = await room.resume(found);
    // What it proposed is brought to its question, as it would have been.
    if (after.workflow === churn.name && after.status === 'succeeded' && before.status !== after.status)
      await askAll(rooms, id('property', String(after.input.property)), logger.warn);
    const nodes = before.events.filter(({ kind }) => kind === 'run.node_finished').length;
    return { data: { owner, ...after, nodesFinishedBefore: nodes, changed: before.status !== after.status } };
  },
  render({ id: run, status, nodesFinishedBefore, changed }, style) {
    if (!changed) return `${style.bold(run)} is ${statusIn(style, status)}: there was nothing to finish.`;
    return [
      `${style.bold(run)} is ${statusIn(style, status)}; ${nodesFinishedBefore} finished nodes were not done again.`,
      `Next: sophia runs show ${run}`,
    ].join('\n');
  },
});
