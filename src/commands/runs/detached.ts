import { dirname } from 'node:path';
import type { OwnerId, RunId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { type LeftTo, leave } from '../../core/ops/worker/leave.ts';
import type { CommandContext, OptionSpec } from '../definition.ts';
import type { Style } from '../style.ts';

export const detached: OptionSpec = { flags: '--detach', help: 'return at once, and leave it to a worker to go on' };

/** UserError `refused` in the demo, before anything is done. */
export function needWorkers({ app }: Pick<CommandContext, 'app'>): void {
  if (app.workspace.synthetic)
    throw new UserError('refused', 'no worker serves the demo', ['the same without --detach', 'sophia init']);
}

/** Sees to it that a worker goes on with what is queued for this owner. */
export async function leaveIt({ app, ...context }: CommandContext, owner: OwnerId): Promise<LeftTo> {
  const runs = await app.of(owner).runs();
  return leave(context, { owner, runs, folder: dirname(app.workspace.configFile) });
}

export function renderLeft(run: RunId, left: LeftTo, style: Style): string[] {
  if (left.worker === 'none')
    return [
      style.warn(`No worker could be started: ${style.text(left.reason)}`),
      `Next: sophia runs resume ${style.text(run)}`,
    ];
  return [
    left.worker === 'present'
      ? 'A worker that is there goes on with it.'
      : `A worker was started for it (process ${left.process}); it ends when nothing is due.`,
    ...(left.worker === 'started' ? [style.dim(`What it prints is kept in ${style.text(left.log)}`)] : []),
    `Next: sophia runs watch ${style.text(run)}`,
  ];
}
