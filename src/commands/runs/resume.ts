import { plural } from '../../core/domain/index.ts';
import { UsageError, UserError } from '../../core/errors/index.ts';
import { answering } from '../../core/ops/proposals/proposed.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { detached, leaveIt, needWorkers, renderLeft } from './detached.ts';
import { failureOf, mending } from './next.ts';
import { nextIn, statusIn } from './render.ts';
import { type Carried, carriedOn, exitFor, renderSpent } from './spent.ts';

export default defineCommand({
  summary: 'Finish a run that was stopped',
  status: 'beta',
  place: 'any',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'stopped run', help: 'id of the run' }],
  options: [
    { flags: '--force', help: 'go on by what is nearest to the definition that began it; the audit says so' },
    detached,
    { flags: '--dry-run', help: 'say where the run stands, and leave it there' },
  ],
  examples: ['sophia runs resume run-0123456789ab'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      force: z.boolean().default(false),
      detach: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, force, detach, dryRun }) {
    const { app } = ctx;
    if (detach) needWorkers(ctx);
    if (detach && force)
      throw new UsageError('a worker forces nothing: --force goes on here', [`sophia runs resume ${run} --force`]);
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const before = await room.summary(found);
    const finished = await Array.fromAsync(room.events(found, { kind: 'run.node_finished' }));
    const isDue = detach && (await room.due()).some(({ id }) => id === found);
    if (detach && !isDue && before.status === 'stalled')
      throw new UserError('refused', `${found} spends: no worker goes on with it by itself`, [
        `sophia runs resume ${found}   goes on with it here`,
      ]);
    const left = isDue && !dryRun ? { left: await leaveIt(ctx, owner) } : {};
    const isLeft = dryRun || detach;
    const after: Carried = isLeft ? before : await carriedOn(rooms, before, () => room.resume(found, { force }));
    const changed = before.status !== after.status;
    const data = { owner, ...after, dryRun, nodesFinishedBefore: finished.length, changed, ...left };
    return { data, ...exitFor(data) };
  },
  render(
    { id: run, workflow, input, status, failure, waitingOn, dryRun, nodesFinishedBefore, changed, left, spent },
    style,
  ) {
    if (dryRun)
      return `${style.bold(run)} is ${statusIn(style, status)}; ${plural(nodesFinishedBefore, 'node')} finished. Nothing was done.`;
    if (left) return [`${style.bold(run)} is ${statusIn(style, status)}.`, ...renderLeft(run, left, style)].join('\n');
    if (status === 'failed')
      return [
        `${style.bold(run)} has ${statusIn(style, status)}${failure ? `: ${style.text(failureOf({ failure }))}` : '.'}`,
        ...nextIn(style, mending({ id: run, workflow, input, failure })),
        ...renderSpent(spent, style),
      ].join('\n');
    if (!changed)
      return [
        `${style.bold(run)}: ${statusIn(style, status)}; there was nothing to finish.`,
        ...(waitingOn === 'approval' ? [`Next: ${answering({ id: run, workflow })}`] : []),
        ...renderSpent(spent, style),
      ].join('\n');
    return [
      `${style.bold(run)} is ${statusIn(style, status)}; ${plural(nodesFinishedBefore, 'finished node')} ${nodesFinishedBefore === 1 ? 'was' : 'were'} not done again.`,
      `Next: sophia runs show ${run}`,
      ...renderSpent(spent, style),
    ].join('\n');
  },
});
