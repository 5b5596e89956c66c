import { dirname } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import { isKeptThere, lookAtStore } from '../../store/index.ts';
import { isIgnored, workTreeOf } from '../gitignore.ts';
import { type Backup, writeWhole } from './beside.ts';
import { needStore } from './look.ts';
import { planRestore } from './restore.ts';

export interface BackedUp extends Backup {
  /** Why `store restore` would refuse the copy; `null` when it would not, or when there is none. */
  readonly doubt: string | null;
}

/**
 * Copies the store while others go on writing, beside it or to a path of the user's. It is read again as
 * who restores it would. UserError `refused` when something is there. With `dryRun` nothing is written, and `bytes` are
 * those of the store.
 */
export async function backUp(
  deps: Pick<Context, 'files' | 'random' | 'clock' | 'logger' | 'signal'>,
  workspace: Workspace,
  { file: asked, dryRun }: { readonly file?: string | undefined; readonly dryRun: boolean },
): Promise<BackedUp> {
  const { files, clock } = deps;
  if (workspace.database) throw isKeptThere(workspace.database);
  await needStore(files, workspace);
  const path = asked ? files.resolve(asked) : `${workspace.storeFile}.backup-${clock.now().replaceAll(':', '-')}`;
  if ((await files.kindOf(dirname(path))) !== 'folder')
    throw new UsageError(`there is no folder ${dirname(path)}`, ['name a file in a folder that is there']);
  await using look = await lookAtStore(workspace.storeFile, { still: false, signal: deps.signal });
  const copied = (empty: string) =>
    look.copyTo(empty, (share) => deps.logger.progress(`copying ${workspace.storeFile}`, share));
  const isFree = dryRun ? (await files.kindOf(path)) === undefined : await writeWhole(deps, path, copied);
  if (!isFree)
    throw new UserError('refused', `${path} is there already, and is not written over`, ['name another file']);
  const tree = await workTreeOf(files, dirname(path));
  if (tree !== undefined && !(await isIgnored(files, tree, path)))
    deps.logger.warn(`no .gitignore in ${tree} keeps out ${path}: people's data may be committed`);
  const doubt = dryRun ? null : await doubtOf(deps, workspace, path);
  return { file: path, doubt, bytes: (await files.factsOf(dryRun ? workspace.storeFile : path))?.bytes ?? 0 };
}

async function doubtOf(deps: Pick<Context, 'files' | 'signal'>, workspace: Workspace, copy: string) {
  try {
    await planRestore(deps, workspace, copy);
    return null;
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown.message;
    throw thrown;
  }
}
