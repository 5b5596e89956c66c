import type { InstanceType } from '../../cloud/index.ts';
import { asSophiaError, type SophiaError, UserError } from '../../errors/index.ts';
import type { OrderedMachine } from '../../stack/index.ts';
import { withBill } from './begin.ts';
import type { Bill } from './bill.ts';
import type { Deploys, Meant } from './deploys.ts';

/** Whatever becomes of us, `gpu reap` ends it then. */
const LIVES_S = 3600;

/** The cheapest machine of which capacity is shown, and what an hour of it costs. */
export function cheapestOf(types: readonly InstanceType[], mostCents: number): Omit<OrderedMachine, 'expiresAt'> {
  const shown = types.filter(({ regions = [], centsPerHour }) => regions.length > 0 && centsPerHour > 0);
  const [type] = shown.toSorted((a, b) => a.centsPerHour - b.centsPerHour);
  if (!type) throw new UserError('insufficient', 'the vendor shows no capacity of anything; nothing was started');
  const { name, centsPerHour, regions = [] } = type;
  if (centsPerHour > mostCents)
    throw new UserError('refused', `the cheapest that can be had, ${name}, costs more an hour than may be spent`, [
      `--max-hourly ${(centsPerHour / 100).toFixed(2)}`,
    ]);
  return { name: 'node-0', candidates: regions.map((region) => ({ type: name, region, centsPerHour })) };
}

/** What a trial came to. */
export interface Smoke {
  readonly bill: Bill;
  /** Why the machine was of no use; null where it was. */
  readonly trouble: SophiaError | null;
  /** What should have ended, and may bill on. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/**
 * One machine, from its launch to its end, by all that deploying goes through: whatever becomes of it, it is ended, also
 * where somebody stops us. What an hour of it costs was agreed to.
 */
export async function trySmoke(
  deploys: Deploys,
  meant: Meant,
  machine: Omit<OrderedMachine, 'expiresAt'>,
  { agreedCents, signal }: { readonly agreedCents: number; readonly signal: AbortSignal },
): Promise<Smoke> {
  let trouble: SophiaError | null = null;
  let bill: Bill = { machines: [], centsPerHour: 0, soFarCents: 0 };
  try {
    const order = await deploys.orderOne(meant, machine, LIVES_S);
    await deploys.raise(order, { practice: meant.practice, waitS: 0, expiresS: 0 }, { agreedCents, signal });
    bill = await deploys.bill(meant);
  } catch (thrown) {
    trouble = asSophiaError(thrown);
  }
  // Whoever wants to stop wants it ended above all.
  const ended = deploys.end(meant, { signal: new AbortController().signal });
  const { left, soFarCents } = await ended.catch(async (thrown) => {
    throw await withBill(thrown, deploys, meant);
  });
  return { bill: { ...bill, soFarCents: Math.max(soFarCents, bill.soFarCents) }, trouble, left };
}
