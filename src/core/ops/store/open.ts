import { basename } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import type { DatabasePlace, OwnerId } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import {
  contentsOf,
  type FoundStore,
  lookAtServer,
  lookAtStore,
  openServerStore,
  openStore,
  peekIntoStore,
  type Store,
} from '../../store/index.ts';
import { quoted } from '../quoted.ts';
import { backupsOf, damagedOf, keepBeside, logsOf } from './beside.ts';
import { unserved } from './served.ts';

export type OpenDeps = Pick<Context, 'files' | 'clock' | 'random' | 'signal' | 'logger'>;

/** Opens the store of a workspace, wherever it is, and first makes it where there is none. Errors as `openStore`. */
export async function storeFor(deps: OpenDeps, workspace: Workspace): Promise<Store> {
  const { storeFile: file, database } = workspace;
  if (database) return unlessForeign(deps, workspace, await openServer(deps, database));
  await needNotLost(deps.files, workspace);
  if (await deps.files.keepPrivate(file))
    deps.logger.warn(`${file} was open to other users of this machine; from now on it is for you alone`);
  const backup = async (write: (empty: string) => Promise<void>) => {
    await needOurs(deps, workspace);
    const kept = await keepBeside(deps, file, write);
    deps.logger.warn(`${file} was written by an older sophia and is brought up to date; as it was: ${kept}`);
  };
  const store = await openStore({ file, backup, signal: deps.signal });
  return unlessForeign(deps, workspace, store);
}

/** UserError `config` before a store of nobody who is served here is brought up to date. */
export async function needOurs({ signal }: Pick<Context, 'signal'>, workspace: Workspace): Promise<void> {
  const { storeFile, database } = workspace;
  await using look = database
    ? await lookAtServer(database, signal)
    : await peekIntoStore(storeFile, { still: false, signal });
  const trouble = foreign((await contentsOf(look.store.read)).owners, workspace);
  if (trouble) throw trouble;
}

/** An owner who is served no longer is for `doctor` to tell of: here is asked whether anybody is. */
function foreign(owners: readonly OwnerId[], workspace: Workspace): UserError | undefined {
  if (workspace.owners.some(({ id }) => owners.includes(id))) return undefined;
  return unserved(nameOf(workspace), owners, workspace);
}

/** Whether there is no store, or a file with nothing in it. */
export async function isGone(files: OpenDeps['files'], storeFile: string): Promise<boolean> {
  if ((await files.kindOf(storeFile)) === undefined) return true;
  const bytesOf = async (path: string) => (await files.factsOf(path))?.bytes ?? 0;
  return (await bytesOf(storeFile)) + (await bytesOf(`${storeFile}-wal`)) === 0;
}

/**
 * UserError `config` where there is no store and something is left of one: it would be begun anew, as if nothing had been,
 * and SQLite would delete the log of the old one; as `needPlain` where what is left is no file.
 */
export async function needNotLost(files: OpenDeps['files'], places: Parameters<typeof backupsOf>[1]): Promise<void> {
  const { storeFile } = places;
  if (!(await isGone(files, storeFile))) return;
  await files.needPlain(storeFile);
  const newest = (await backupsOf(files, places)).at(-1);
  // Beside an empty file it is that of who makes the store just now, or was killed at that.
  const found = await logsOf(files, storeFile);
  const logs = (await files.kindOf(storeFile)) === undefined ? found : [];
  const left = [...(await damagedOf(files, places)), ...logs];
  // Somebody else may have begun it meanwhile.
  if ((!newest && left.length === 0) || !(await isGone(files, storeFile))) return;
  const what = newest ? 'copies of it are there' : `${left.map(({ file }) => basename(file)).join(', ')} is left of it`;
  throw new UserError('config', `${storeFile} is gone, and ${what}: none is begun anew beside them`, [
    newest
      ? `sophia store restore ${quoted(newest.file)}   puts the newest back`
      : 'put its file back, or a copy of it: sophia store restore <file>',
    'sophia store purge --all   deletes what is left as well',
  ]);
}

/** Whoever laid it here, or renamed all owners: nothing of it would be seen, and new rows would be mixed into it. */
async function unlessForeign({ logger }: Pick<OpenDeps, 'logger'>, workspace: Workspace, store: Store): Promise<Store> {
  const heads = await store.read.selectFrom('audit_head').select('owner').execute();
  const refusal = foreign(
    heads.map(({ owner }) => owner),
    workspace,
  );
  if (!refusal) return store;
  logger.warn(`${refusal.message}; ${refusal.next.join('; ')}`);
  return { ...store, write: () => Promise.reject(refusal) };
}

export async function openServer(
  { clock, random, signal }: Pick<OpenDeps, 'clock' | 'random' | 'signal'>,
  place: DatabasePlace,
): Promise<Store> {
  return openServerStore({ place, random, pause: (ms) => clock.sleep(ms, signal), signal });
}

/** Opens it to be read only. */
export async function lookFor(
  { signal }: Pick<Context, 'signal'>,
  { storeFile, database }: Workspace,
): Promise<FoundStore> {
  return database ? lookAtServer(database, signal) : lookAtStore(storeFile, { still: false, signal });
}

/** How it is called in messages: a file, or the database of a server. */
export function nameOf({ storeFile, database }: Workspace): string {
  return database?.name ?? storeFile;
}
