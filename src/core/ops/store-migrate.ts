import type { Workspace } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { lookAtStore, openStore } from '../store/index.ts';
import { keepBeside } from './beside.ts';
import { needStore } from './store-look.ts';

export interface Migrated {
  readonly file: string;
  readonly dryRun: boolean;
  /** The migrations that were, or would be, made. */
  readonly due: readonly string[];
  /** Where the store as it was before is kept. */
  readonly backup: string | null;
}

/** Brings the store to this version, after a copy beside it. Errors as `openStore`; `insufficient` without a store. */
export async function migrateStore(
  deps: Pick<Context, 'files' | 'random' | 'clock'>,
  workspace: Workspace,
  dryRun: boolean,
): Promise<Migrated> {
  const { storeFile: file } = workspace;
  await needStore(deps.files, workspace);
  const due = await lackedBy(file);
  let kept: string | null = null;
  if (!dryRun && due.length > 0) {
    const backup = async (write: (empty: string) => Promise<void>) => {
      kept = await keepBeside(deps, file, write);
    };
    await using _migrated = await openStore({ file, backup });
  }
  return { file, dryRun, due, backup: kept };
}

async function lackedBy(file: string): Promise<readonly string[]> {
  await using look = await lookAtStore(file, false);
  return look.lacks;
}
