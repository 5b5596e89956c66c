import type { InstanceType } from '../../cloud/index.ts';
import { isRefused, priced, quoteFor } from '../../deploy/index.ts';
import { type IsoDay, id } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import {
  centsOf,
  findEngine,
  type Lock,
  locksOf,
  mustBeReachable,
  mustNotLive,
  mustTotal,
  type Order,
  type OrderedMachine,
  type Recorded,
  recordedOf,
} from '../../stack/index.ts';
import { lambdaOf, WITHOUT_KEY } from './account.ts';
import { type Bill, billOf } from './bill.ts';
import { candidatesIn, mustSuit } from './candidates.ts';
import { type Ended, endAll } from './ending.ts';
import { birthsOf, homeOf, sshKeyOf } from './home.ts';
import { AGAIN, type DeploysDeps, type Meant, openInside } from './inside.ts';
import { type Known, openKnown } from './known.ts';
import { openLooks } from './looks.ts';
import { type Foreseen, fleetText, foreseen, orderOf, replacedIn } from './order.ts';
import { type PlanReport, planDeploy } from './plan.ts';
import { raiseAll } from './raising.ts';
import { type Reached, withoutMishap } from './reach.ts';
import type { Wasted } from './wasted.ts';

export type { Ended } from './ending.ts';
export type { DeploysDeps, Meant } from './inside.ts';

export interface Wanted extends Meant {
  readonly maxHourlyCents?: number | undefined;
  /** As typed. */
  readonly candidates: string;
  /** As typed: names of those that another is to be made in the place of. */
  readonly replace: string;
  /** Seconds that machines may live; 0: as long as nobody ends them. */
  readonly expiresS: number;
  /** Seconds to wait for capacity. */
  readonly waitS: number;
}

/** What deploying would do. `order` and `foreseen` are missing where the plan is refused. */
export interface Prepared {
  readonly plan: PlanReport;
  readonly order: Order | null;
  readonly foreseen: Foreseen | null;
  readonly bill: Bill;
  /** An hour of it, at most, by the dearest of all candidates: what is agreed to, and what the plan's quote says. */
  readonly agreedCents: number;
  /** Seconds that new machines may live; 0: as long as nobody ends them. */
  readonly expiresS: number;
  readonly pending: number;
}

export interface Raised {
  readonly environment: string;
  /** How many things were made, changed, ended or left alone, as the engine counts them. */
  readonly changes: Readonly<Record<string, number>>;
  /** Ended because nothing records them: of a deploy that was killed, and of no use to this one. */
  readonly strays: readonly string[];
  /** Paid for, of no use, and ended for another. */
  readonly wasted: Wasted;
  /** Those that lived before, and were ended; none of them is among the former. */
  readonly gone: Wasted;
}

/** How an environment stands: by what is recorded, and by the vendor's word. */
export interface Standing {
  readonly environment: string;
  readonly recorded: Recorded;
  readonly bill: Bill;
  /** Alive, and recorded nowhere: of a deploy that was killed. */
  readonly strays: readonly string[];
  /** What bills of environments of that name that are not of this workspace: of another, or of this one before its files were lost. */
  readonly elsewhere: Pick<Bill, 'centsPerHour'> & { readonly machines: number };
  readonly locks: readonly (Lock & { readonly isDead: boolean })[];
  /** Whether what was last done to it did not come to its end: what it launched may be recorded nowhere, and not listed yet. */
  readonly isUnsettled: boolean;
}

/** The environments of one workspace: planned, made, looked at and ended. Errors as those of its parts. */
export interface Deploys {
  /**
   * Those that are wished for or recorded, those that are `rehearsed` just now, and those to be `kept` though nothing is left
   * of them, by what lies in files.
   */
  known(rehearsed: readonly string[], kept?: readonly string[]): Promise<Known[]>;
  /** What deploying would come to. Starts nothing. */
  prepare(wanted: Wanted): Promise<Prepared>;
  /**
   * The order as it is agreed to, every price pinned, and what belongs to this workspace made where it is missing. UserError
   * `refused` for a plan that is, that means other machines by now than were agreed to, or more cents an hour.
   */
  order(wanted: Wanted, agreed: { readonly cents: number; readonly fleet: string }): Promise<Order>;
  /** UserError `config` where there is no engine to make anything with. Whoever is asked to agree is told before. */
  mustBeAble(): Promise<void>;
  /** What is sold, with the regions in which capacity is shown. */
  catalogue(meant: Meant): Promise<readonly InstanceType[]>;
  /** An order of one machine that no file wishes for, and that `gpu reap` may end after so many seconds. */
  orderOne(meant: Meant, machine: Omit<OrderedMachine, 'expiresAt'>, livesS: number): Promise<Order>;
  /** Makes it so. Whatever it throws, something may bill: `bill` says. */
  raise(order: Order, wanted: Pick<Wanted, 'practice' | 'waitS' | 'expiresS'>, doing: Doing): Promise<Raised>;
  /** Ends all of an environment: what is recorded, and what lives of it though nothing records it. */
  end(meant: Meant, doing: Pick<Doing, 'signal'>): Promise<Ended>;
  bill(meant: Meant): Promise<Bill>;
  /** Whether something may live of what did not come to its end, by what lies in files. Where they cannot be read it may. */
  isInDoubt(meant: Meant): Promise<boolean>;
  standing(meant: Meant): Promise<Standing>;
  locks(meant: Meant): Promise<Lock[]>;
  /** Takes away all locks of an environment, whoever's they are. UserError `held` for one of a process that lives here. */
  unlock(meant: Meant): Promise<void>;
}

export interface Doing {
  readonly agreedCents: number;
  readonly signal: AbortSignal;
}

const NO_KEY: Order['sshKey'] = { name: '', publicKey: '' };

/** Nothing is asked of anybody before something is wanted. */
export function openDeploys(deps: DeploysDeps): Deploys {
  const inside = openInside(deps);
  const { placeOf, reaching, aliveOf, alone } = inside;
  const planned = async (wanted: Wanted, vendor: Reached): Promise<PlanReport> => {
    const { environment, maxHourlyCents } = wanted;
    const today = vendor.clock.now().slice(0, 10) as IsoDay;
    const request = { environment, offline: false, suggest: false, maxHourlyCents };
    return planDeploy({ ...vendor, today, folder: deps.root }, request);
  };
  const ordered = async (wanted: Wanted, vendor: Reached, plan: PlanReport, make: boolean) => {
    const { environment } = wanted;
    const place = placeOf(wanted);
    const home = await homeOf(deps, place.folder, make);
    const [recorded, alive] = [await recordedOf(deps, place), await aliveOf(vendor, wanted, home)];
    const lambda = await lambdaOf(vendor, { again: AGAIN });
    const sold = await lambda.types();
    const regions = [...new Set(sold.flatMap(({ regions = [] }) => regions))];
    const candidates = candidatesIn(wanted.candidates);
    // Looked at before it is agreed to: where capacity is shown changes by the minute.
    if (!make && plan.fleet && candidates.length > 0) {
      const inUse = (await lambda.instances()).map(({ region }) => region);
      // Where nothing is shown anywhere, nobody can tell which regions there are.
      await mustSuit(candidates, plan.fleet, { sold, regions: regions.length > 0 ? [...regions, ...inUse] : [] });
    }
    const isInUse = recorded.resources + recorded.pending + alive.length > 0;
    // What is only looked at makes no key.
    const sshKey = make && home ? sshKeyOf(await birthsOf(deps, place, isInUse), place, home) : NO_KEY;
    const order =
      plan.fleet &&
      orderOf({
        ...{ environment, home: home ?? '', sshKey, fleet: plan.fleet, recorded, alive, sold },
        candidates,
        replaced: replacedIn(
          wanted.replace,
          recorded,
          plan.fleet.reduce((sum, { nodes }) => sum + nodes, 0),
        ),
        ...{ isPatient: wanted.waitS > 0, regions },
      });
    return { order, recorded, alive };
  };
  return {
    known: openKnown({ ...deps, placeOf }),
    locks: (meant) => locksOf(deps, placeOf(meant)),
    unlock: (meant) =>
      alone(meant, async () => {
        const locks = await locksOf(deps, placeOf(meant));
        for (const lock of locks) mustNotLive(deps, lock);
        for (const { file } of locks) await deps.files.remove(file);
        const rehearsed = meant.practice ? 1 : 0;
        const body = { environment: id('environment', meant.environment), locks: locks.length, rehearsed };
        await deps.store.write((tx) => deps.journal.appendIn(tx, { kind: 'deploy.unlocked', body }));
      }),
    async prepare(wanted) {
      const vendor = await reaching(wanted.practice);
      const plan = await planned(wanted, vendor);
      const now = vendor.clock.now();
      const { expiresS } = wanted;
      if (isRefused(plan)) {
        const home = await homeOf(deps, placeOf(wanted).folder, false);
        const bill = billOf(await aliveOf(vendor, wanted, home), now);
        return { plan, order: null, foreseen: null, bill, agreedCents: 0, expiresS, pending: 0 };
      }
      const { order, recorded, alive } = await ordered(wanted, vendor, plan, false);
      const coming = order && foreseen(order, recorded, alive);
      const agreedCents = order ? centsOf(order) : 0;
      if (expiresS > 0 && coming && coming.kept.length > 0)
        deps.logger.warn('--expires counts for new machines alone: what lives keeps what was written on it at birth');
      return {
        plan: { ...plan, quote: quoteFor(agreedCents) },
        ...{ order, foreseen: coming, bill: billOf(alive, now), agreedCents, expiresS, pending: recorded.pending },
      };
    },
    async order(wanted, { cents, fleet }) {
      const vendor = await reaching(withoutMishap(wanted.practice));
      const plan = await planned(wanted, vendor);
      if (isRefused(plan))
        throw new UserError('refused', `${plan.file} is refused as it stands`, [
          `sophia deploy plan ${wanted.environment}   says why`,
        ]);
      const meant = fleetText(plan.fleet ?? []);
      if (meant !== fleet)
        throw new UserError('refused', `${plan.file} means ${meant} by now; ${fleet} was agreed to`, [
          `sophia deploy ${wanted.environment}   shows what it comes to`,
        ]);
      const { order, recorded, alive } = await ordered(wanted, vendor, plan, true);
      if (!order) throw new Error('a plan that is not refused has nodes');
      mustTotal(order, cents);
      const { ended, peakCents } = foreseen(order, recorded, alive);
      return { ...order, change: { ends: ended.length, peakCents }, after: await deps.journal.head() };
    },
    async mustBeAble() {
      mustBeReachable(placeOf({ environment: '', practice: undefined }));
      await findEngine(deps, deps.engine);
    },
    async catalogue({ practice }) {
      const lambda = await lambdaOf(await reaching(practice), { again: AGAIN, without: [WITHOUT_KEY] });
      return priced(await lambda.types());
    },
    async orderOne({ environment, practice }, machine, livesS) {
      const { clock } = await reaching(withoutMishap(practice));
      const place = placeOf({ environment, practice });
      const home = (await homeOf(deps, place.folder, true)) ?? '';
      const { resources, pending } = await recordedOf(deps, place);
      const sshKey = sshKeyOf(await birthsOf(deps, place, resources + pending > 0), place, home);
      const expiresAt = Math.floor(Date.parse(clock.now()) / 1000) + livesS;
      return { environment, home, sshKey, machines: [{ ...machine, expiresAt }] };
    },
    raise: (order, wanted, doing) => raiseAll(inside, order, wanted, doing),
    end: (meant, { signal }) => endAll(inside, meant, signal),
    ...openLooks(inside),
  };
}
