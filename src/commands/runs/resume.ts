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
  changes: 'world',
  args: [{ name: 'run', completes: 'stopped run', help: 'id of the run' }],
  options: [
    { flags: '--force', help: 'go on by what is nearest to the definition that began it; the audit says so' },
    { flags: '--dry-run', help: 'say where the run stands, and leave it there' },
  ],
  examples: ['sophia runs resume run-0123456789ab'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      force: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run({ app, logger }, { run, force, dryRun }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const before = await room.show(found);
    const { events: _told, approvals: _asked, ...stands } = before;
    const after = dryRun ? stands : await room.resume(found, { force });
    // What it proposed is brought to its question, as it would have been.
    if (after.workflow === churn.name && after.status === 'succeeded' && before.status !== after.status)
      await askAll(rooms, id('property', String(after.input.property)), logger.warn);
    const nodes = before.events.filter(({ kind }) => kind === 'run.node_finished').length;
    return {
      data: { owner, ...after, dryRun, nodesFinishedBefore: nodes, changed: before.status !== after.status },
    };
  },
  render({ id: run, status, dryRun, nodesFinishedBefore, changed }, style) {
    if (dryRun)
      return `${style.bold(run)} is ${statusIn(style, status)}; ${nodesFinishedBefore} nodes are finished. Nothing was done.`;
    if (status === 'failed')
      return [
        `${style.bold(run)} has ${statusIn(style, status)}.`,
        `Next: sophia runs retry ${run}   tries again`,
      ].join('\n');
    if (!changed) return `${style.bold(run)}: ${statusIn(style, status)}; there was nothing to finish.`;
    return [
      `${style.bold(run)} is ${statusIn(style, status)}; ${nodesFinishedBefore} finished nodes were not done again.`,
      `Next: sophia runs show ${run}`,
    ].join('\n');
  },
});
