import type { Rooms } from '../../core/app.ts';
import type { ExitName } from '../../core/errors/index.ts';
import type { Spent } from '../../core/ops/deploy/spent.ts';
import type { RunSummary } from '../../core/runs/index.ts';
import type { Style } from '../style.ts';

/** The one workflow that spends. */
export const SPENDS = 'deploy';

/** Loaded with the first run that spends: whoever carries on another does not wait for it. */
let words: typeof import('../deploy/spent.ts') | undefined;
const load = async () => (words ??= await import('../deploy/spent.ts'));

/** A run as it stands, and what bills after it where it has ended and deployed. */
export type Carried = RunSummary & { readonly spent?: Spent };

/** Carries a run on, and tells of one that deploys what bills when it has come to its end. */
export async function carriedOn(rooms: Rooms, before: RunSummary, work: () => Promise<RunSummary>): Promise<Carried> {
  return before.workflow === SPENDS ? (await load()).carryDeploy(rooms, before, work) : work();
}

/** The same of a run that somebody else has carried on, or ended; of one that is in none of these rooms, nothing. */
export async function spentBy(
  owned: readonly Rooms[],
  { id, workflow }: Pick<RunSummary, 'id' | 'workflow'>,
): Promise<{ readonly spent?: Spent }> {
  if (workflow !== SPENDS) return {};
  for (const rooms of owned) {
    // What cannot be told ends nobody who is at work.
    const run = await (await rooms.runs()).summary(id).catch(() => undefined);
    const spent = run && (await (await load()).spentOn(rooms, run).catch(() => undefined));
    if (spent) return { spent };
  }
  return {};
}

/** A run that has failed or was ended, and something bills, or may: that outranks all else. */
export function exitFor({ status, spent }: Pick<Carried, 'status' | 'spent'>): { exit?: ExitName } {
  const mayBill = spent !== undefined && (spent.bill === null || spent.bill.machines.length > 0);
  return (status === 'failed' || status === 'cancelled') && mayBill ? { exit: 'billing' } : {};
}

export function renderSpent(spent: Spent | undefined, style: Style): string[] {
  return spent && words ? words.renderSpent(spent, style) : [];
}
