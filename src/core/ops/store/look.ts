import { basename, dirname, join } from 'node:path';
import type { Owner, Places, Workspace } from '../../config/index.ts';
import type { Context, Files } from '../../context/index.ts';
import { UserError } from '../../errors/index.ts';
import { holdsInvented } from '../../portfolio/index.ts';
import {
  type Contents,
  contentsOf,
  DamagedError,
  ForeignError,
  type FoundStore,
  lookAtStore,
} from '../../store/index.ts';
import { lookFor, nameOf } from './open.ts';

export type Reads = Pick<Context, 'files' | 'signal'>;

export interface StoreInfo {
  /** The file, or the database of a server. */
  readonly file: string;
  readonly kept: 'in a file' | 'by a server';
  /** `null` while there is none. */
  readonly found:
    | ({
        readonly bytes: number;
        /** The last migration that it has seen; `null` while it is empty. */
        readonly schema: string | null;
        /** Migrations that this program would make. */
        readonly lacks: readonly string[];
      } & Contents)
    | null;
  /** Those that `sophia.yaml` names; rows of others are seen by nobody. */
  readonly served: readonly Owner[];
  readonly backups: readonly Backup[];
  readonly synthetic: boolean;
}

export interface Backup {
  readonly file: string;
  readonly bytes: number;
}

/** What lies where the store is. Nothing is made or changed. Errors as `openStore`. */
export async function lookInto({ files, signal }: Reads, workspace: Workspace): Promise<StoreInfo> {
  const { storeFile, owners: served, database } = workspace;
  const file = nameOf(workspace);
  const told = {
    file,
    kept: database ? ('by a server' as const) : ('in a file' as const),
    served,
    backups: await backupsOf(files, workspace),
  };
  if (!database) await files.needPlain(file);
  if (!database && (await files.kindOf(file)) === undefined)
    return { ...told, found: null, synthetic: workspace.synthetic };
  await using look = await lookFor({ signal }, workspace);
  const contents = await contentsOf(look.store.read);
  const [own, log] = [await files.factsOf(storeFile), await files.factsOf(`${storeFile}-wal`)];
  const bytes = 'bytes' in look ? Number(look.bytes) : (own?.bytes ?? 0) + (log?.bytes ?? 0);
  return {
    ...told,
    found: { bytes, schema: look.seen.at(-1) ?? null, lacks: look.lacks, ...contents },
    synthetic:
      workspace.synthetic || (look.lacks.length === 0 && (await holdsInvented(look.store.read, contents.owners))),
  };
}

/** Copies of the store that lie beside it, oldest first: their names end in the moment. */
export async function backupsOf(files: Files, { storeFile, database }: Places & Partial<Workspace>): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => BACKUP.test(name));
}

/** Damaged stores in whose place a copy was put, with their logs. */
export async function damagedOf(files: Files, { storeFile, database }: Workspace): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => DAMAGED.test(name));
}

/** What a copy that was killed left behind. */
export async function leftoversOf(files: Files, { storeFile, database }: Workspace): Promise<Backup[]> {
  if (database) return [];
  return beside(files, storeFile, (name) => LEFTOVER.test(name));
}

/** Exactly as they are named here: what a user put beside the store under a like name is not ours to delete. */
const BACKUP = /^\.backup-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?$/;
const DAMAGED = /^\.damaged-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?(-wal)?$/;
const LEFTOVER = /^(\.(backup|damaged)-\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?)?\.part-par-\w{12}(-journal|-wal|-shm)?$/;

async function beside(files: Files, storeFile: string, wanted: (end: string) => boolean): Promise<Backup[]> {
  const folder = dirname(storeFile);
  const own = basename(storeFile);
  const names = (await files.list(folder)).filter((name) => name.startsWith(own) && wanted(name.slice(own.length)));
  const paths = names.map((name) => join(folder, name));
  return Promise.all(paths.map(async (file) => ({ file, bytes: (await files.factsOf(file))?.bytes ?? 0 })));
}

/** Opens a copy to be read. Without a log it is a file that nobody writes to, and nothing is put beside it. */
export async function openCopy({ files, signal }: Reads, file: string): Promise<FoundStore> {
  try {
    return await lookAtStore(file, { still: !(await files.factsOf(`${file}-wal`))?.bytes, signal });
  } catch (thrown) {
    const next = ['sophia store info   lists the copies beside the store'];
    if (thrown instanceof ForeignError) throw new UserError('incompatible', thrown.message, next);
    if (!(thrown instanceof DamagedError)) throw thrown;
    // What mends a store does not mend a copy of it.
    throw new UserError('config', thrown.message, next);
  }
}

/** UserError `insufficient` where there is no store yet. */
export async function needStore(files: Files, { storeFile, database }: Workspace): Promise<void> {
  if (database) return;
  await files.needPlain(storeFile);
  if ((await files.factsOf(storeFile)) !== undefined) return;
  throw new UserError('insufficient', `there is no store yet: ${storeFile}`, [
    'sophia portfolio import <folder>   makes one',
  ]);
}
