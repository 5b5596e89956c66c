import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { addMs, type Instant, type OwnerId } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import {
  DamagedError,
  openAlone,
  openJournal,
  purge,
  type Reader,
  type Stale,
  type Store,
  staleIn,
  type Tx,
} from '../../store/index.ts';
import { type Backup, backupsOf, damagedOf, leftoversOf, needStore } from './look.ts';
import { lookFor, nameOf, openServer } from './open.ts';
import { needNoLease } from './restore.ts';

type PurgeDeps = Pick<Context, 'files' | 'clock' | 'processes' | 'actor' | 'random' | 'signal'>;

export interface PurgeRequest {
  /** Whose rows may go. */
  readonly owners: readonly OwnerId[];
  readonly olderThanDays: number;
  /** Whether old copies of the store go, too. */
  readonly copies: boolean;
}

export interface PurgePlan {
  /** Nothing of this moment or later goes. */
  readonly before: Instant;
  readonly of: readonly ({ readonly owner: OwnerId } & Stale)[];
  /** Copies of the store, and what a copy that was killed left behind. */
  readonly files: readonly Backup[];
  /** Younger copies: what goes from the store is still in them. */
  readonly keptBackups: number;
}

const DAY_MS = 86_400_000;

/** What a purge would delete. `insufficient` without a store, `incompatible` when it is of another version. */
export async function planPurge(
  { files, clock, signal }: Pick<Context, 'files' | 'clock' | 'signal'>,
  workspace: Workspace,
  { owners, olderThanDays, copies }: PurgeRequest,
): Promise<PurgePlan> {
  await needStore(files, workspace);
  const before = addMs(clock.now(), -olderThanDays * DAY_MS);
  await using look = await lookFor({ signal }, workspace);
  if (look.lacks.length > 0)
    throw new UserError('incompatible', `${nameOf(workspace)} was written by an older sophia`, [
      'sophia store migrate',
    ]);
  const of = [];
  for (const owner of owners) of.push({ owner, ...(await staleIn(look.store.read, owner, before)) });
  const backups = await backupsOf(files, workspace);
  const isOld = ({ file }: Backup) => momentIn(file) < before;
  const old = copies ? backups.filter(isOld) : [];
  const damaged = copies ? (await damagedOf(files, workspace)).filter(isOld) : [];
  const leftovers = copies ? await leftoversOf(files, workspace) : [];
  return { before, of, files: [...old, ...damaged, ...leftovers], keptBackups: backups.length - old.length };
}

/** The moment in the name of a copy, as it was written there: `:` is no letter of file names everywhere. */
function momentIn(file: string): string {
  const [, day = '', time = ''] = /\.(?:backup|damaged)-([\d-]{10})(T[\d.-]+Z)/.exec(file) ?? [];
  return day + time.replaceAll('-', ':');
}

/** Deletes what was planned. `held` while another process has the store open or holds a lease. */
export async function purgeStore(deps: PurgeDeps, { storeFile, database }: Workspace, plan: PurgePlan): Promise<void> {
  if (database) {
    await using store = await openServer(deps, database);
    await store.write(async (tx) => {
      await needNoLease(deps, database.name, tx as unknown as Reader);
      await purgeAll(deps, store, tx, plan);
    });
    return;
  }
  {
    await using alone = await openAlone(storeFile, deps.signal);
    await needNoLease(deps, storeFile, alone.store.read);
    await alone.store.write((tx) => purgeAll(deps, alone.store, tx, plan));
    await alone.compact();
  }
  for (const { file } of plan.files) await deps.files.remove(file);
}

async function purgeAll({ clock, actor }: PurgeDeps, store: Store, tx: Tx, { before, of }: PurgePlan): Promise<void> {
  for (const { owner, runs, drafts, answers, rows } of of) {
    if (runs + drafts + answers + rows === 0) continue;
    await purge(tx, owner, before);
    const journal = openJournal({ store, clock, owner, actor });
    await journal.appendIn(tx, { kind: 'store.purged', body: { runs, drafts, answers, rows } });
  }
}

/** The store, its copies and whatever lies beside it, as files. `insufficient` without a store. */
export async function planRemoval({ files }: Pick<Context, 'files'>, workspace: Workspace): Promise<Backup[]> {
  const { storeFile, database } = workspace;
  if (database)
    throw new UserError('refused', `${database.name}: a whole database is deleted by its server`, [
      `dropdb ${database.database}`,
    ]);
  await needStore(files, workspace);
  const store = { file: storeFile, bytes: (await files.factsOf(storeFile))?.bytes ?? 0 };
  const beside = [backupsOf, damagedOf, leftoversOf].map((list) => list(files, workspace));
  return [store, ...(await Promise.all(beside)).flat()];
}

/** Deletes all of it, even what is damaged. `held` as `purgeStore`. */
export async function removeStore(deps: PurgeDeps, { storeFile }: Workspace, all: readonly Backup[]): Promise<void> {
  const { files } = deps;
  try {
    await using alone = await openAlone(storeFile, deps.signal);
    await needNoLease(deps, storeFile, alone.store.read);
    // Nobody can make another one meanwhile, and no log stays behind that could be taken for that of the next store.
    await alone.gather();
    await files.remove(`${storeFile}-shm`);
    await files.remove(storeFile);
  } catch (thrown) {
    if (!(thrown instanceof DamagedError)) throw thrown;
    for (const end of ['', '-wal', '-shm']) await files.remove(storeFile + end);
  }
  for (const { file } of all) if (file !== storeFile) await files.remove(file);
}
