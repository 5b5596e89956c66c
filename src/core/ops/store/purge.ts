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
  type StoreAlone,
  staleIn,
  type Tx,
} from '../../store/index.ts';
import { type Backup, backupsOf, damagedOf, LOGS, leftoversOf } from './beside.ts';
import { needStore } from './look.ts';
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
  /** Room of rows that were deleted before; what they said may still be read there. */
  readonly freeBytes: number;
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
  return {
    before,
    of,
    files: [...old, ...damaged, ...leftovers],
    keptBackups: backups.length - old.length,
    freeBytes: await look.freeBytes(),
  };
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
    // First, for they are what makes room: who purges may do so because the disk is full.
    for (const { file } of plan.files) await deps.files.remove(file);
    await alone.store.write((tx) => purgeAll(deps, alone.store, tx, plan));
    await compacted(alone, storeFile);
  }
}

async function compacted(alone: StoreAlone, file: string): Promise<void> {
  try {
    await alone.compact();
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    throw new UserError(thrown.exit, `all of it is deleted, but ${file} could not be made smaller: ${thrown.message}`, [
      ...thrown.next,
    ]);
  }
}

async function purgeAll({ clock, actor }: PurgeDeps, store: Store, tx: Tx, { before, of }: PurgePlan): Promise<void> {
  for (const { owner, runs, drafts, answers, rows } of of) {
    if (runs + drafts + answers + rows === 0) continue;
    await purge(tx, owner, before);
    const journal = openJournal({ store, clock, owner, actor });
    await journal.appendIn(tx, { kind: 'store.purged', body: { runs, drafts, answers, rows } });
  }
}

/** The store, its copies and whatever lies beside it, as files. `insufficient` where there is nothing of all that. */
export async function planRemoval({ files }: Pick<Context, 'files'>, workspace: Workspace): Promise<Backup[]> {
  const { storeFile, database } = workspace;
  if (database)
    throw new UserError('refused', `${database.name}: a whole database is deleted by its server`, [
      `dropdb ${database.database}`,
    ]);
  await files.needPlain(storeFile);
  const sizes = ['', ...LOGS].map(async (end) => ({
    file: storeFile + end,
    bytes: (await files.factsOf(storeFile + end))?.bytes,
  }));
  const own = (await Promise.all(sizes)).filter((each): each is Backup => each.bytes !== undefined);
  // Its logs are its own matter, but for those that outlived it.
  const there = own[0]?.file === storeFile ? own.slice(0, 1) : own;
  const beside = [backupsOf, damagedOf, leftoversOf].map((list) => list(files, workspace));
  const all = [...there, ...(await Promise.all(beside)).flat()];
  if (all.length === 0) await needStore(files, workspace);
  return all;
}

/** Deletes all of it, even what is damaged; what was killed in the midst of that goes on. `held` as `purgeStore`. */
export async function removeStore(deps: PurgeDeps, { storeFile }: Workspace, all: readonly Backup[]): Promise<void> {
  const { files } = deps;
  const own = ['', ...LOGS].map((end) => storeFile + end);
  const copies = all.map(({ file }) => file).filter((file) => !own.includes(file));
  const removeCopies = async () => {
    for (const file of copies) await files.remove(file);
  };
  try {
    if ((await files.kindOf(storeFile)) !== undefined) {
      await using alone = await openAlone(storeFile, deps.signal);
      await needNoLease(deps, storeFile, alone.store.read);
      // The store goes last: as long as it is there, it is said of it that it is.
      await removeCopies();
      // Nobody can make another one meanwhile, and no log stays behind that could be taken for that of the next store.
      await alone.gather();
      await files.remove(`${storeFile}-shm`);
      await files.remove(storeFile);
    }
  } catch (thrown) {
    if (!(thrown instanceof DamagedError)) throw thrown;
  }
  await removeCopies();
  for (const file of own) await files.remove(file);
}
