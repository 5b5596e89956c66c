import { asSophiaError } from '../../errors/index.ts';
import type { RunSummary, Runs } from '../../runs/index.ts';
import { withBill } from './begin.ts';
import type { Bill } from './bill.ts';
import type { Deploys, Meant } from './deploys.ts';

/** What bills of an environment when the run that deploys it has come to its end. */
export interface Spent {
  readonly environment: string;
  readonly rehearsal: boolean;
  /** Null: the vendor cannot be asked. */
  readonly bill: Bill | null;
}

interface SpentRooms {
  deploys(): Promise<Deploys>;
  runs(): Promise<Pick<Runs, 'summary'>>;
}

const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** What bills after a run that deploys, asked once; undefined as long as it has not ended. */
export async function spentOn(
  { deploys }: Pick<SpentRooms, 'deploys'>,
  run: Pick<RunSummary, 'status' | 'input'>,
): Promise<Spent | undefined> {
  if (!ENDED.includes(run.status)) return undefined;
  const meant = meantBy(run);
  const bill = await (await deploys()).bill(meant).catch(() => null);
  return { environment: meant.environment, rehearsal: meant.practice !== undefined, bill };
}

/**
 * Has a run that deploys carried on, and tells what bills then. Where that goes wrong `billing` outranks how it did, as it
 * does for who deploys; where nothing came of it, as with an answer that does not fit, it is thrown as it is.
 */
export async function carryDeploy<After extends RunSummary>(
  rooms: SpentRooms,
  before: RunSummary,
  work: () => Promise<After>,
): Promise<After & { readonly spent?: Spent }> {
  try {
    const after = await work();
    const spent = await spentOn(rooms, after);
    return spent ? { ...after, spent } : after;
  } catch (thrown) {
    const { updatedAt } = await (await rooms.runs()).summary(before.id);
    if (updatedAt === before.updatedAt) throw asSophiaError(thrown);
    throw await withBill(thrown, await rooms.deploys(), meantBy(before));
  }
}

function meantBy({ input: { environment, speed } }: Pick<RunSummary, 'input'>): Meant {
  return { environment: String(environment), practice: Number(speed) > 0 ? { speed: Number(speed) } : undefined };
}
