import type { ImportId } from '../domain/index.ts';
import { planWithdrawal, type Withdrawal, withdraw } from '../portfolio/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../store/index.ts';

interface UndoDeps extends LeaseDeps {
  readonly journal: Pick<Journal, 'appendIn'>;
}

export interface UndoRequest {
  readonly importId: ImportId;
  readonly dryRun: boolean;
}

/**
 * Withdraws an import of one owner: readers see none of its rows any more, and earlier versions again. Errors as
 * `planWithdrawal`; UserError `held` while this owner imports.
 */
export async function undoImport(deps: UndoDeps, { importId, dryRun }: UndoRequest): Promise<Withdrawal> {
  const { store, owner } = deps;
  if (dryRun) return planWithdrawal(store.read, owner, importId);
  await using lease = await acquireLease(deps, `import:${owner}`, 'the import of this portfolio');
  const plan = await planWithdrawal(store.read, owner, importId);
  await withdraw(deps, lease, importId, plan);
  return plan;
}
