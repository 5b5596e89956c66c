import { join } from 'node:path';
import type { Context } from '../../context/index.ts';
import type { OwnerId } from '../../domain/index.ts';
import { asSophiaError } from '../../errors/index.ts';
import type { Runs } from '../../runs/index.ts';

type LeaveDeps = Pick<Context, 'clock' | 'files' | 'launch'>;

/** A run that may go on, and where the worker that is to go on with it would work. */
export interface Left {
  readonly owner: OwnerId;
  readonly runs: Pick<Runs, 'isAttended'>;
  /** The workspace. */
  readonly folder: string;
}

/** Who goes on with it: a worker that was there, here or elsewhere; one that was started, and prints to `log`; or nobody. */
export type LeftTo =
  | { readonly worker: 'present' }
  | { readonly worker: 'none'; readonly reason: string }
  | { readonly worker: 'started'; readonly process: number; readonly log: string };

/** How many logs of workers are kept. */
const KEPT = 20;

/**
 * Sees to it that somebody goes on with what is queued by now. A worker that is about to end looks once more when it is
 * seen no longer: so either it finds the run, or it is not found here. What keeps one from being started is no error: what
 * was said is on record by now, and must not seem not to be.
 */
export async function leave(deps: LeaveDeps, { owner, runs, folder }: Left): Promise<LeftTo> {
  if (await runs.isAttended()) return { worker: 'present' };
  try {
    return await start(deps, owner, folder);
  } catch (thrown) {
    const { kind, message } = asSophiaError(thrown);
    if (kind === 'bug') throw thrown;
    return { worker: 'none', reason: message };
  }
}

async function start(deps: LeaveDeps, owner: OwnerId, folder: string): Promise<LeftTo> {
  const log = await freshLog(deps);
  // What it prints is kept: it says how runs went, and names nobody.
  const words = ['worker', '--once', '--discreet', '--quiet', '--json', '--owner', owner, '--cwd', folder];
  return { worker: 'started', process: await deps.launch(words, log), log };
}

async function freshLog({ clock, files }: LeaveDeps): Promise<string> {
  const folder = join(files.places.state, 'log');
  const log = join(folder, `${clock.now().replaceAll(':', '-')}.worker`);
  await files.append(log, '', 'private');
  const older = (await files.list(folder)).filter((name) => name.endsWith('.worker')).slice(0, -KEPT);
  for (const name of older) await files.remove(join(folder, name));
  return log;
}
