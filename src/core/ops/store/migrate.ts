import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { migrateServer, openStore } from '../../store/index.ts';
import { keepBeside } from './beside.ts';
import { needStore } from './look.ts';
import { lookFor, nameOf, needOurs } from './open.ts';

export interface Migrated {
  /** The file, or the database of a server. */
  readonly file: string;
  readonly dryRun: boolean;
  /** The migrations that were, or would be, made. */
  readonly due: readonly string[];
  /** Whether a copy is made first. Of a database that a server keeps, its keeper makes one. */
  readonly copies: boolean;
  /** Where the store as it was before is kept. */
  readonly backup: string | null;
}

/** Brings the store to this version, after a copy beside it. Errors as `openStore`; `insufficient` without a store. */
export async function migrateStore(
  deps: Pick<Context, 'files' | 'random' | 'clock' | 'signal'>,
  workspace: Workspace,
  dryRun: boolean,
): Promise<Migrated> {
  const { storeFile, database } = workspace;
  const file = nameOf(workspace);
  await needStore(deps.files, workspace);
  const due = await lackedBy(deps, workspace);
  if (database) {
    if (!dryRun && due.length > 0) {
      await needOurs(deps, workspace);
      await migrateServer(database, deps.signal);
    }
    return { file, dryRun, due, copies: false, backup: null };
  }
  let kept: string | null = null;
  if (!dryRun && due.length > 0) {
    const backup = async (write: (empty: string) => Promise<void>) => {
      await needOurs(deps, workspace);
      kept = await keepBeside(deps, storeFile, write);
    };
    await using _migrated = await openStore({ file: storeFile, backup, signal: deps.signal });
  }
  return { file, dryRun, due, copies: true, backup: kept };
}

async function lackedBy(deps: Pick<Context, 'signal'>, workspace: Workspace): Promise<readonly string[]> {
  await using look = await lookFor(deps, workspace);
  return look.lacks;
}
