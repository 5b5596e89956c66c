import { dirname } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import { mintId } from '../../domain/index.ts';
import { lookAtStore, openStore, peekIntoStore, type Store } from '../../store/index.ts';
import { isStill, LOGS } from './beside.ts';
import { needNotLost, needOurs, type OpenDeps, storeFor } from './open.ts';

/**
 * The store for a command that only rehearses. Where there is none, or one of an older sophia, it is one of its own,
 * which is gone when it is closed: none is made, and none is brought up to date. Errors as `openStore`.
 */
export async function storeToRehearseWith(deps: OpenDeps, workspace: Workspace): Promise<Store> {
  const { files, random, signal } = deps;
  const { storeFile, database } = workspace;
  if (database) return storeFor(deps, workspace);
  await files.needPlain(storeFile);
  await needNotLost(files, workspace);
  const isThere = (await files.kindOf(storeFile)) !== undefined;
  const still = await isStill(files, storeFile);
  if (isThere && (await isOfThisVersion(storeFile, { still, signal }))) return storeFor(deps, workspace);

  const folder = dirname(storeFile);
  const madeFolder = await files.makeFolder(folder);
  const part = `${storeFile}.part-${mintId('part', random)}`;
  const clear = async () => {
    for (const end of ['', ...LOGS]) await files.remove(part + end);
    if (madeFolder) await files.removeFolder(folder);
  };
  try {
    await files.createPrivate(part);
    if (isThere) {
      await using look = await lookAtStore(storeFile, { still, signal });
      await look.copyTo(part);
    }
    if (isThere) await needOurs(deps, workspace);
    const store = await openStore({ file: part, backup: async () => undefined, signal });
    return {
      ...store,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await clear();
      },
    };
  } catch (thrown) {
    await clear();
    throw thrown;
  }
}

async function isOfThisVersion(file: string, how: Parameters<typeof peekIntoStore>[1]): Promise<boolean> {
  await using found = await peekIntoStore(file, how);
  return found.lacks.length === 0;
}
