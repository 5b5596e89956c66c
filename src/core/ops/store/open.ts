import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import type { DatabasePlace } from '../../domain/index.ts';
import {
  type FoundStore,
  lookAtServer,
  lookAtStore,
  openServerStore,
  openStore,
  type Store,
} from '../../store/index.ts';
import { keepBeside } from './beside.ts';

type OpenDeps = Pick<Context, 'files' | 'clock' | 'random' | 'signal' | 'logger'>;

/** Opens the store of a workspace, wherever it is, and first makes it where there is none. Errors as `openStore`. */
export async function storeFor(deps: OpenDeps, { storeFile: file, database }: Workspace): Promise<Store> {
  if (database) return openServer(deps, database);
  if (await deps.files.keepPrivate(file))
    deps.logger.warn(`${file} was open to other users of this machine; from now on it is for you alone`);
  return openStore({ file, backup: (write) => keepBeside(deps, file, write), signal: deps.signal });
}

export async function openServer(
  { clock, random, signal }: Pick<OpenDeps, 'clock' | 'random' | 'signal'>,
  place: DatabasePlace,
): Promise<Store> {
  return openServerStore({ place, random, pause: (ms) => clock.sleep(ms, signal) });
}

/** Opens it to be read only. */
export async function lookFor(
  { signal }: Pick<Context, 'signal'>,
  { storeFile, database }: Workspace,
): Promise<FoundStore> {
  return database ? lookAtServer(database) : lookAtStore(storeFile, { still: false, signal });
}

/** How it is called in messages: a file, or the database of a server. */
export function nameOf({ storeFile, database }: Workspace): string {
  return database?.name ?? storeFile;
}
