import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { mintId, type OwnerId } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import {
  type Beyond,
  beyond,
  type Contents,
  contentsOf,
  DamagedError,
  type FoundStore,
  isHeld,
  isKeptThere,
  lookAtStore,
  openAlone,
  openJournal,
  openStore,
  orphansIn,
  type Reader,
  UNTIL_LET_GO,
  unreadableIn,
  walkAudit,
} from '../../store/index.ts';
import { faultOf, isWhole } from './audit.ts';
import { besideAt, keepBeside, LOGS } from './beside.ts';
import { openCopy, type Reads } from './look.ts';
import { isGone } from './open.ts';
import { needServed } from './served.ts';

type RestoreDeps = Pick<Context, 'files' | 'random' | 'clock' | 'processes' | 'actor' | 'signal'>;

export interface Restored extends Contents {
  readonly file: string;
  /** Where the store as it was before is kept; `null` where there was none. */
  readonly backup: string | null;
  /** Migrations that the next command makes in it. */
  readonly lacks: readonly string[];
  /** What the store as it was before holds and the copy does not; `null` where there was none that can be read. */
  readonly beyond: Beyond | null;
}

/**
 * What a copy holds that may be put back here. UsageError when there is no such file; UserError `config` when it is no
 * sound store of ours or another workspace's, `incompatible` when a newer sophia wrote it.
 */
export async function planRestore(
  { files, signal }: Reads,
  workspace: Workspace,
  asked: string,
): Promise<Omit<Restored, 'backup'>> {
  if (workspace.database) throw isKeptThere(workspace.database);
  await files.needPlain(workspace.storeFile);
  const file = files.resolve(asked);
  if (!(await files.factsOf(file))?.isRegular)
    throw new UsageError(`there is no file ${file}`, ['sophia store info   lists the copies beside the store']);
  if (file === workspace.storeFile) throw new UsageError(`${file} is the store itself`, ['name a copy of it']);
  await using look = await openCopy({ files, signal }, file);
  const found = await examined(file, look, workspace);
  return { ...found, beyond: (await lostFor({ files, signal }, workspace, look, found))?.all ?? null };
}

interface Lost {
  readonly all: Beyond;
  /** The same by owner, of everyone who has rows in the store or in the copy. */
  readonly of: ReadonlyMap<OwnerId, Beyond>;
}

/** What restoring `copy` would take away; `null` where there is no store that can be read. */
async function lostFor(
  { files, signal }: Reads,
  { storeFile }: Workspace,
  copy: FoundStore,
  { tables, owners }: Contents,
): Promise<Lost | null> {
  if ((await files.kindOf(storeFile)) === undefined) return null;
  try {
    await using look = await lookAtStore(storeFile, { still: false, signal });
    const contents = await contentsOf(look.store.read);
    const [here, there] = [
      { read: look.store.read, tables: contents.tables },
      { read: copy.store.read, tables },
    ];
    const of = new Map<OwnerId, Beyond>();
    for (const owner of new Set([...contents.owners, ...owners])) of.set(owner, await beyond(here, there, owner));
    return { all: await beyond(here, there), of };
  } catch (thrown) {
    // A damaged store is what copies are for, and one that a newer sophia wrote may be given up.
    if (thrown instanceof UserError) return null;
    throw thrown;
  }
}

type Examined = Omit<Restored, 'backup' | 'beyond'>;

async function examined(file: string, look: FoundStore, workspace: Workspace): Promise<Examined> {
  const unfit = (why: string) =>
    new UserError('config', `${file} ${why}; nothing was changed`, [
      'sophia store info   lists the copies beside the store',
    ]);
  if (look.seen.length === 0) throw unfit('is empty');
  const [fault] = await look.faults();
  if (fault !== undefined) throw unfit(`is damaged: ${fault}`);
  const strange = await look.strange();
  if (strange.length > 0) throw unfit(`is not made as sophia makes its stores: ${strange.join(', ')}`);
  const contents = await contentsOf(look.store.read);
  needServed(file, contents.owners as OwnerId[], workspace, 'incompatible');
  // What is read of them is made for the tables of this version.
  if (look.lacks.length === 0) await needUnchanged(file, look.store.read, contents.owners);
  return { file, lacks: look.lacks, ...contents };
}

/** UserError `config` where what a copy says was changed, taken out, or refers to what is not there. */
async function needUnchanged(file: string, read: Reader, owners: readonly OwnerId[]): Promise<void> {
  const walks = await Promise.all(owners.map((owner) => walkAudit(read, owner)));
  const faults = [
    ...walks.filter((walk) => !isWhole(walk)).map((walk) => `its audit stream is broken: ${faultOf(walk)}`),
    ...[...(await unreadableIn(read)), ...(await orphansIn(read))].map(({ what, rows }) => `${what}: ${rows}`),
  ];
  if (faults.length === 0) return;
  throw new UserError('config', `${file} is not as it was written: ${faults.join('; ')}; nothing was changed`, [
    'sophia store info   lists the copies beside the store',
    'where it is the only one left, copy it by hand to where the store was: `store check` then goes on to say so',
  ]);
}

/**
 * Puts a copy of the store in its place, and keeps what was there beside it. Errors as `planRestore`; `held` while
 * another process has the store open or holds a lease. Killed at any moment it leaves the old store or the new one.
 */
export async function restoreStore(deps: RestoreDeps, workspace: Workspace, asked: string): Promise<Restored> {
  const { files, random } = deps;
  const { storeFile } = workspace;
  const { file, beyond } = await planRestore(deps, workspace, asked);
  // A copy of the copy, which nobody can change while it is examined and put in its place.
  const part = `${storeFile}.part-${mintId('part', random)}`;
  await files.keepPrivate(part);
  try {
    await using source = await openCopy(deps, file);
    await source.copyTo(part);
    let { found, lost } = await examinedPart(deps, workspace, { file, part });
    if (found.lacks.length > 0) {
      // Only then all that it says can be read, and compared with what was written.
      await using _current = await openStore({ file: part, backup: async () => undefined, signal: deps.signal });
    }
    if (found.lacks.length > 0) ({ found, lost } = await examinedPart(deps, workspace, { file, part }));
    const whose = workspace.owners
      .filter(({ id }) => lost?.of.has(id) ?? found.owners.includes(id))
      .map(({ id }) => id);
    // In the copy, so that it takes its place with all else.
    await noteIn(deps, part, whose, lost);
    return { ...found, beyond, backup: await exchange(deps, storeFile, part) };
  } finally {
    for (const end of ['', ...LOGS]) await files.remove(part + end);
  }
}

async function examinedPart(
  deps: RestoreDeps,
  workspace: Workspace,
  { file, part }: { readonly file: string; readonly part: string },
): Promise<{ readonly found: Examined; readonly lost: Lost | null }> {
  await using look = await openCopy(deps, part);
  const found = await examined(file, look, workspace);
  return { found, lost: await lostFor(deps, workspace, look, found) };
}

/** A line for everyone whose rows are put back or taken away. */
async function noteIn(
  { clock, actor, signal }: RestoreDeps,
  part: string,
  owners: readonly OwnerId[],
  lost: Lost | null,
): Promise<void> {
  await using alone = await openAlone(part, signal);
  const { store } = alone;
  await store.write(async (tx) => {
    for (const owner of owners) {
      const gone = lost?.of.get(owner);
      const body = gone && { imports: gone.imports.length, runs: gone.runs.length, answers: gone.answers.length };
      await openJournal({ store, clock, owner, actor }).appendIn(tx, { kind: 'store.restored', body: body ?? {} });
    }
  });
  await alone.gather();
}

async function exchange(deps: RestoreDeps, storeFile: string, part: string): Promise<string | null> {
  const { files } = deps;
  if ((await files.kindOf(storeFile)) === undefined) {
    await setLogsAside(files, storeFile, besideAt(deps, storeFile, 'damaged'));
    if (await files.move(part, storeFile, 'new')) return null;
    throw new UserError('held', `${storeFile}: another process has just made it`, ['try again']);
  }
  const isEmpty = await isGone(files, storeFile);
  try {
    await using alone = await openAlone(storeFile, deps.signal);
    await needNoLease(deps, storeFile, alone.store.read);
    const backup = isEmpty ? null : await keepBeside(deps, storeFile, alone.copyTo);
    await alone.becomeLike(part);
    return backup;
  } catch (thrown) {
    if (!(thrown instanceof DamagedError)) throw thrown;
    return replaceDamaged(deps, storeFile, part);
  }
}

/** UserError `held` while somebody who may be on another machine works with the store. */
export async function needNoLease(
  deps: Pick<Context, 'clock' | 'processes'>,
  name: string,
  read: Reader,
): Promise<void> {
  const { tables } = await contentsOf(read);
  if (!tables.some(({ table }) => table === 'lease')) return;
  const leases = await read.selectFrom('lease').selectAll().execute();
  const held = leases.find((lease) => isHeld(lease, deps));
  if (!held) return;
  throw new UserError('held', `${name}: process ${held.process.split('@')[0]} (${held.actor}) works with it`, [
    UNTIL_LET_GO,
  ]);
}

/** A damaged file cannot become another: it is kept as it is, with its logs, and the new one takes its name. */
async function replaceDamaged({ files, ...deps }: RestoreDeps, storeFile: string, part: string): Promise<string> {
  const backup = await keepBeside({ files, ...deps }, storeFile, (empty) => files.copy(storeFile, empty), 'damaged');
  await setLogsAside(files, storeFile, backup);
  await files.move(part, storeFile, 'over');
  return backup;
}

/** Before anything new has the name of the store: what an old one left would be taken for a log of it, and done to it. */
async function setLogsAside(files: RestoreDeps['files'], storeFile: string, backup: string): Promise<void> {
  for (const end of ['-wal', '-journal'])
    if ((await files.kindOf(storeFile + end)) !== undefined)
      await files.move(storeFile + end, `${backup}${end}`, 'over');
  await files.remove(`${storeFile}-shm`);
}
