import type { Owner, Workspace } from '../../config/index.ts';
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
import { type Backup, backupsOf, isStill, leftoversOf } from './beside.ts';
import { lookFor, nameOf, needNotLost } from './open.ts';

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
  /** What was killed in the midst of a copy or a rehearsal left behind, or what is at it now is making. */
  readonly leftovers: readonly Backup[];
  readonly synthetic: boolean;
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
    leftovers: await leftoversOf(files, workspace),
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

/** Opens a copy to be read. Without a log it is a file that nobody writes to, and nothing is put beside it. */
export async function openCopy({ files, signal }: Reads, file: string): Promise<FoundStore> {
  try {
    return await lookAtStore(file, { still: await isStill(files, file), signal });
  } catch (thrown) {
    const next = ['sophia store info   lists the copies beside the store'];
    if (thrown instanceof ForeignError) throw new UserError('incompatible', thrown.message, next);
    if (!(thrown instanceof DamagedError)) throw thrown;
    // What mends a store does not mend a copy of it.
    throw new UserError('config', thrown.message, next);
  }
}

/** UserError `insufficient` where there is no store yet, `config` where there is none any more. */
export async function needStore(files: Files, workspace: Workspace): Promise<void> {
  const { storeFile, database } = workspace;
  if (database) return;
  await files.needPlain(storeFile);
  await needNotLost(files, workspace);
  if ((await files.factsOf(storeFile)) !== undefined) return;
  throw new UserError('insufficient', `there is no store yet: ${storeFile}`, [
    'sophia portfolio import <folder>   makes one',
  ]);
}
