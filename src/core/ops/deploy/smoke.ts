import type { InstanceType } from '../../cloud/index.ts';
import { dollars } from '../../domain/index.ts';
import { asSophiaError, type SophiaError, UserError } from '../../errors/index.ts';
import type { OrderedMachine } from '../../stack/index.ts';
import type { Journal } from '../../store/index.ts';
import { withBill } from './begin.ts';
import type { Bill } from './bill.ts';
import type { Deploys, Ended, Meant } from './deploys.ts';
import { NOTHING_WASTED, type Wasted, wastedBetween } from './wasted.ts';

/** Whatever becomes of us, `gpu reap` ends it then. */
const LIVES_S = 3600;

/** The machine of a trial. */
export interface Tried {
  readonly type: string;
  /** Model of its GPUs; null where it has none, so that none is tried. */
  readonly gpu: string | null;
  readonly gpus: number;
  readonly centsPerHour: number;
  /** Where capacity is shown. */
  readonly regions: readonly string[];
}

/**
 * The cheapest machine with a GPU of which capacity is shown: that its GPUs compute is what a trial is for. One without is
 * taken only where none with one can be had for so much. UserError where nothing can.
 */
export function cheapestOf(types: readonly InstanceType[], mostCents: number): Tried {
  const shown = types
    .filter(({ regions = [], centsPerHour }) => regions.length > 0 && centsPerHour > 0)
    .toSorted((a, b) => a.centsPerHour - b.centsPerHour);
  const [cheapest] = shown;
  if (!cheapest) throw new UserError('insufficient', 'the vendor shows no capacity of anything; nothing was started');
  const within = shown.filter(({ centsPerHour }) => centsPerHour <= mostCents);
  const chosen = within.find(({ gpus }) => gpus > 0) ?? within[0];
  if (chosen) {
    const { name: type, gpu, gpus, centsPerHour, regions = [] } = chosen;
    return { type, gpu, gpus, centsPerHour, regions };
  }
  const dearer = shown.find(({ gpus }) => gpus > 0) ?? cheapest;
  throw new UserError(
    'refused',
    `the cheapest that can be had, ${dearer.name}, costs ${dollars(dearer.centsPerHour)} an hour, more than may be spent`,
    [`--max-hourly ${(dearer.centsPerHour / 100).toFixed(2)}`],
  );
}

/** What a trial came to. */
export interface Smoke {
  /** Why the machine was of no use; null where it was. */
  readonly trouble: SophiaError | null;
  /** Whether somebody stopped it: then its trouble says nothing of the machine. */
  readonly isStopped: boolean;
  /** Those before it that were of no use, and were ended for it. */
  readonly wasted: Wasted;
  /** Those of an earlier trial that lived still, and were ended. */
  readonly gone: Wasted;
  readonly ended: readonly string[];
  /** What should have ended, and may bill on. */
  readonly left: Ended['left'];
  /** What those came to that were alive at the end of it. */
  readonly soFarCents: number;
  /** What bills of it afterwards, by the vendor's word. */
  readonly bill: Bill;
}

interface SmokeRooms {
  deploys(): Promise<Deploys>;
  journal(): Promise<Journal>;
}

/**
 * One machine, from its launch to its end, by all that deploying goes through: whatever becomes of it, it is ended, also
 * where somebody stops us. What an hour of it costs was agreed to. UserError `billing` where that fails.
 */
export async function trySmoke(rooms: SmokeRooms, meant: Meant, tried: Tried, signal: AbortSignal): Promise<Smoke> {
  const [deploys, journal] = [await rooms.deploys(), await rooms.journal()];
  const began = await journal.head();
  let trouble: SophiaError | null = null;
  let gone = NOTHING_WASTED;
  try {
    const order = await deploys.orderOne(meant, machineOf(tried), LIVES_S);
    const times = { practice: meant.practice, waitS: 0, expiresS: 0 };
    ({ gone } = await deploys.raise(order, times, { agreedCents: tried.centsPerHour, signal }));
  } catch (thrown) {
    trouble = asSophiaError(thrown);
  }
  const isStopped = trouble !== null && signal.aborted;
  try {
    // Whoever wants to stop wants it ended above all.
    const came = await deploys.end(meant, { signal: new AbortController().signal });
    await journal.flush();
    const wasted = await wastedBetween(journal, meant, began, Number.POSITIVE_INFINITY);
    return { trouble, isStopped, wasted, gone, ...came, bill: await deploys.bill(meant) };
  } catch (thrown) {
    throw await withBill(thrown, deploys, meant);
  }
}

function machineOf({ type, regions, centsPerHour }: Tried): Omit<OrderedMachine, 'expiresAt'> {
  return { name: 'node-0', candidates: regions.map((region) => ({ type, region, centsPerHour })) };
}
