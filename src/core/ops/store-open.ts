import type { Workspace } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { openServerStore, openStore, type Store } from '../store/index.ts';
import { keepBeside } from './beside.ts';

type OpenDeps = Pick<Context, 'files' | 'clock' | 'random' | 'signal'>;

/** Opens the store of a workspace, wherever it is, and first makes it where there is none. Errors as `openStore`. */
export async function storeFor(deps: OpenDeps, { storeFile: file, database }: Workspace): Promise<Store> {
  const { files, clock, random, signal } = deps;
  if (database) return openServerStore({ place: database, random, pause: (ms) => clock.sleep(ms, signal) });
  await files.keepPrivate(file);
  return openStore({ file, backup: (write) => keepBeside(deps, file, write) });
}
