import { basename, dirname, join } from 'node:path';
import type { Places, Workspace } from '../../config/index.ts';
import type { Context, Files } from '../../context/index.ts';
import { mintId } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';

type Write = (empty: string) => Promise<void>;

/**
 * A file that only this user can read, whole or not at all, and never over another: until then it lies beside as
 * `.part-*`. Returns `false` when something has that name. UsageError for one that SQLite takes
 * for its own; UserError `held` where another process writes to that name as well.
 */
export async function writeWhole(
  { files, random }: Pick<Context, 'files' | 'random'>,
  path: string,
  write: Write,
): Promise<boolean> {
  if (LOGS.some((end) => path.endsWith(end)))
    throw new UsageError(`${path} would be taken for the log of a database, and deleted with it`, [
      'name another file',
    ]);
  if ((await files.kindOf(path)) !== undefined) return false;
  await removeParts(files, path);
  const part = `${path}.part-${mintId('part', random)}`;
  await files.createPrivate(part);
  try {
    await write(part);
    return await files.move(part, path, 'new');
  } catch (thrown) {
    // Swept away as if whoever wrote it were dead.
    if ((await files.kindOf(part)) !== undefined) throw thrown;
    if ((await files.kindOf(path)) !== undefined) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw thrown;
    }
    throw new UserError('held', `${path}: another process is at it as well, and has taken this one's work away`, [
      'try again when it has ended',
    ]);
  } finally {
    await files.remove(part);
  }
}

/** Those of this very file, left by processes that were killed while they wrote it. */
async function removeParts(files: Context['files'], path: string): Promise<void> {
  for (const name of await files.list(dirname(path)))
    if (name.startsWith(`${basename(path)}.part-par-`)) await files.remove(join(dirname(path), name));
}

/** How what is kept of the store is named: by the moment. */
export function besideAt({ clock }: Pick<Context, 'clock'>, storeFile: string, what: 'backup' | 'damaged'): string {
  return `${storeFile}.${what}-${clock.now().replaceAll(':', '-')}`;
}

/** Keeps a copy of the store, or what is left of a damaged one, beside it, named by the moment. Returns its path. */
export async function keepBeside(
  deps: Pick<Context, 'files' | 'random' | 'clock'>,
  storeFile: string,
  write: Write,
  what: 'backup' | 'damaged' = 'backup',
): Promise<string> {
  const named = besideAt(deps, storeFile, what);
  for (let more = 1; ; more++) {
    const path = more === 1 ? named : `${named}-${more}`;
    if (await writeWhole(deps, path, write)) return path;
  }
}

export interface Backup {
  readonly file: string;
  readonly bytes: number;
}

type Beside = Places & Partial<Workspace>;

/** Copies of the store that lie beside it, oldest first: their names end in the moment. */
export async function backupsOf(files: Files, { storeFile, database }: Beside): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => BACKUP.test(name));
}

/** Damaged stores in whose place a copy was put, with their logs. */
export async function damagedOf(files: Files, { storeFile, database }: Beside): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => DAMAGED.test(name));
}

/** What a copy that was killed left behind. */
export async function leftoversOf(files: Files, { storeFile, database }: Beside): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => LEFTOVER.test(name));
}

/** What SQLite lays beside the store, and takes for its own whenever it finds it there. */
export const LOGS = ['-wal', '-shm', '-journal'] as const;

/** Those that hold something. */
export async function logsOf(files: Files, storeFile: string): Promise<Backup[]> {
  const logs = ['-wal', '-journal'].map(async (end) => {
    const file = storeFile + end;
    return { file, bytes: (await files.factsOf(file))?.bytes ?? 0 };
  });
  return (await Promise.all(logs)).filter(({ bytes }) => bytes > 0);
}

/** Whether all that was written is in the file itself: nothing waits beside it to be taken in, or back. */
export async function isStill(files: Files, file: string): Promise<boolean> {
  return (await logsOf(files, file)).length === 0;
}

/** Exactly as they are named here: what a user put beside the store under a like name is not ours to delete. */
const BACKUP = /^\.backup-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?$/;
const DAMAGED = /^\.damaged-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?(-wal|-journal)?$/;
const LEFTOVER = /^(\.(backup|damaged)-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?)?\.part-par-\w{12}(-journal|-wal|-shm)?$/;

async function beside(files: Files, storeFile: string, wanted: (end: string) => boolean): Promise<Backup[]> {
  const folder = dirname(storeFile);
  const own = basename(storeFile);
  const names = (await files.list(folder)).filter((name) => name.startsWith(own) && wanted(name.slice(own.length)));
  const paths = names.map((name) => join(folder, name));
  return Promise.all(paths.map(async (file) => ({ file, bytes: (await files.factsOf(file))?.bytes ?? 0 })));
}
