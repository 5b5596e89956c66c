import { join } from 'node:path';
import { endInstances, type Instance } from '../../cloud/index.ts';
import { isRefused } from '../../deploy/index.ts';
import { type IsoDay, id, type OwnerId } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import {
  centsOf,
  findEngine,
  isOfDead,
  type Lock,
  locksOf,
  mustTotal,
  type Order,
  openStack,
  type Place,
  type Recorded,
  recordedOf,
  type Told,
} from '../../stack/index.ts';
import { acquireLease, type Journal, type Store } from '../../store/index.ts';
import { type AccountDeps, lambdaOf } from './account.ts';
import { type Bill, billOf } from './bill.ts';
import { heard } from './heard.ts';
import { homeOf, sshKeyOf } from './home.ts';
import { type Known, openKnown } from './known.ts';
import { candidatesIn, type Foreseen, foreseen, isAllAlive, isOf, mustLive, orderOf } from './order.ts';
import { type PlanReport, planDeploy } from './plan.ts';
import { type Practice, practising } from './practice.ts';
import { type Around, expiryOf, insisting, pluginFor, type Reached, withoutMishap } from './reach.ts';

export interface DeploysDeps extends Around, Pick<AccountDeps, 'key'> {
  readonly store: Store;
  readonly journal: Journal;
  readonly owner: OwnerId;
  /** The folder of the workspace, in which the wishes lie, and the private one in it. */
  readonly root: string;
  readonly hidden: string;
  /** The file of Pulumi's engine, where the user says it. */
  readonly engine: string | undefined;
  passphrase(): Promise<{ reveal(): string }>;
}

/** Which environment is meant, and whether it is a rehearsal. */
export interface Meant {
  readonly environment: string;
  readonly practice: Practice | undefined;
}

export interface Wanted extends Meant {
  readonly maxHourlyCents?: number | undefined;
  /** As typed. */
  readonly candidates: string;
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
  /** An hour of it, at most: what is agreed to. */
  readonly agreedCents: number;
  readonly pending: number;
}

export interface Raised {
  readonly environment: string;
  /** How many things were made, changed, ended or left alone, as the engine counts them. */
  readonly changes: Readonly<Record<string, number>>;
  /** Ended because nothing records them: of a deploy that was killed, and of no use to this one. */
  readonly strays: readonly string[];
}

export interface Ended {
  readonly ended: readonly string[];
  /** What should have ended and may bill on. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
  /** What those that ended had come to. */
  readonly soFarCents: number;
}

/** How an environment stands: by what is recorded, and by the vendor's word. */
export interface Standing {
  readonly environment: string;
  readonly recorded: Recorded;
  readonly bill: Bill;
  /** Alive, and recorded nowhere: of a deploy that was killed. */
  readonly strays: readonly string[];
  readonly locks: readonly (Lock & { readonly isDead: boolean })[];
}

/** The environments of one workspace: planned, made, looked at and ended. Errors as those of its parts. */
export interface Deploys {
  /** Those that are wished for or recorded, and those that are `rehearsed` just now, by what lies in files. */
  known(rehearsed: readonly string[]): Promise<Known[]>;
  /** What deploying would come to. Starts nothing. */
  prepare(wanted: Wanted): Promise<Prepared>;
  /**
   * The order as it is agreed to, every price pinned, and what belongs to this workspace made where it is missing. UserError
   * `refused` for a plan that is, or that comes to more than `agreedCents` an hour by now.
   */
  order(wanted: Wanted, agreedCents: number): Promise<Order>;
  /** Makes it so. Whatever it throws, something may bill: `bill` says. */
  raise(order: Order, wanted: Pick<Wanted, 'practice' | 'waitS'>, doing: Doing): Promise<Raised>;
  /** Ends all of an environment: what is recorded, and what lives of it though nothing records it. */
  end(meant: Meant, doing: Pick<Doing, 'signal'>): Promise<Ended>;
  bill(meant: Meant): Promise<Bill>;
  standing(meant: Meant): Promise<Standing>;
  locks(meant: Meant): Promise<Lock[]>;
  /** Takes away all locks of an environment, whoever's they are. */
  unlock(meant: Meant): Promise<void>;
}

interface Doing {
  readonly agreedCents: number;
  readonly signal: AbortSignal;
}

const NO_ORDER: Order = { environment: '', home: '', sshKey: { name: '', publicKey: '' }, machines: [] };
/** So long may a machine that was launched be missing from the list. Not told by the vendor: assumed. */
const LAG_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
/** Who ends machines, or asks what bills, is patient with the vendor. */
const AGAIN = 4;

export function openDeploys(deps: DeploysDeps): Deploys {
  const placeOf = ({ environment, practice }: Meant): Place => {
    return { environment, folder: join(deps.hidden, practice ? 'rehearsal' : 'deploy') };
  };
  const reaching = async (practice: Practice | undefined, around: DeploysDeps = deps): Promise<Reached> => {
    return practice ? practising(around, practice) : around;
  };
  const aliveOf = async (vendor: Reached, { environment }: Meant, home: string | undefined): Promise<Instance[]> => {
    const listed = await (await lambdaOf(vendor, { again: AGAIN })).instances();
    return home === undefined ? [] : listed.filter(isOf(environment, home));
  };
  const stackOf = async (meant: Meant, vendor: Reached) => {
    const hear = (told: Told) => heard(deps, meant, told);
    const engine = await findEngine(deps, deps.engine);
    const passphrase = meant.practice ? 'rehearsal' : (await deps.passphrase()).reveal();
    const plugin = await pluginFor(vendor);
    return openStack(deps, { engine, place: placeOf(meant), passphrase, plugin, hear });
  };
  /** One at a time, wherever they run. */
  const alone = async <T>(meant: Meant, work: () => Promise<T>): Promise<T> => {
    const { environment, practice } = meant;
    const name = `${practice ? 'rehearsal' : 'deploy'}:${environment}`;
    await using _ = await acquireLease(deps, name, `the environment ${environment}`);
    // Awaited here: the right to it would be given back before it is done.
    return await work();
  };
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
    const sold = await (await lambdaOf(vendor, { again: AGAIN })).types();
    // What is only looked at makes no key.
    const sshKey = make && home ? await sshKeyOf(deps, place, home) : NO_ORDER.sshKey;
    const order =
      plan.fleet &&
      orderOf({
        ...{ environment, home: home ?? '', sshKey, fleet: plan.fleet, recorded, alive, sold },
        candidates: candidatesIn(wanted.candidates),
        expiresAt: expiryOf(wanted, vendor, recorded, alive),
      });
    return { order, recorded, alive };
  };
  return {
    known: openKnown({ ...deps, placeOf }),
    locks: (meant) => locksOf(deps, placeOf(meant)),
    unlock: (meant) =>
      alone(meant, async () => {
        const locks = await locksOf(deps, placeOf(meant));
        for (const { file } of locks) await deps.files.remove(file);
        const body = { environment: id('environment', meant.environment), locks: locks.length };
        await deps.store.write((tx) => deps.journal.appendIn(tx, { kind: 'deploy.unlocked', body }));
      }),
    async prepare(wanted) {
      const vendor = await reaching(wanted.practice);
      const plan = await planned(wanted, vendor);
      const now = vendor.clock.now();
      if (isRefused(plan)) {
        const home = await homeOf(deps, placeOf(wanted).folder, false);
        const bill = billOf(await aliveOf(vendor, wanted, home), now);
        return { plan, order: null, foreseen: null, bill, agreedCents: 0, pending: 0 };
      }
      const { order, recorded, alive } = await ordered(wanted, vendor, plan, false);
      const coming = order && foreseen(order, recorded, alive);
      const agreedCents = order ? centsOf(order) : 0;
      return { plan, order, foreseen: coming, bill: billOf(alive, now), agreedCents, pending: recorded.pending };
    },
    async order(wanted, agreedCents) {
      const vendor = await reaching(withoutMishap(wanted.practice));
      const plan = await planned(wanted, vendor);
      if (isRefused(plan))
        throw new UserError('refused', `${plan.file} is refused as it stands`, [
          `sophia deploy plan ${wanted.environment}   says why`,
        ]);
      const { order } = await ordered(wanted, vendor, plan, true);
      if (!order) throw new Error('a plan that is not refused has nodes');
      mustTotal(order, agreedCents);
      return order;
    },
    async raise(order, { practice, waitS }, { agreedCents, signal }) {
      const meant = { environment: order.environment, practice };
      const vendor = await reaching(withoutMishap(practice));
      return alone(meant, async () => {
        const stack = await stackOf(meant, vendor);
        const changes = await insisting(vendor, waitS, signal, async () => {
          // One that was ended behind our back stands in the record still, and would be left alone.
          const looks = !isAllAlive(await recordedOf(deps, placeOf(meant)), await aliveOf(vendor, meant, order.home));
          return stack.raise(order, { agreedCents, looks, signal });
        });
        const recorded = await recordedOf(deps, placeOf(meant));
        const alive = await aliveOf(vendor, meant, order.home);
        mustLive(order, recorded, alive);
        const strays = alive.filter(({ id }) => !recorded.machines.some((each) => each.id === id));
        const lambda = await lambdaOf(vendor, { again: AGAIN });
        const { ended } = await endInstances(
          { lambda, clock: vendor.clock, signal },
          strays.map(({ id }) => id),
        );
        return { environment: order.environment, changes, strays: ended };
      });
    },
    async end(meant, { signal }) {
      const vendor = await reaching(withoutMishap(meant.practice));
      return alone(meant, async () => {
        const place = placeOf(meant);
        const home = await homeOf(deps, place.folder, false);
        const before = await aliveOf(vendor, meant, home);
        const bill = billOf(before, vendor.clock.now());
        const { resources, pending } = await recordedOf(deps, place);
        const stack = resources + pending > 0 ? await stackOf(meant, vendor) : undefined;
        if (stack && resources > 0) await stack.end(NO_ORDER, signal);
        // A launch that nobody heard the answer of may be missing from the list for a while.
        const isInDoubt = (await recordedOf(deps, place)).pending > 0;
        const lambda = await lambdaOf(vendor, { again: AGAIN });
        const deeds = { lambda, clock: vendor.clock, signal };
        const [ended, left]: [string[], { id: string; why: string }[]] = [[], []];
        for (let waited = 0; waited <= (isInDoubt ? LAG_MS : 0) && !signal.aborted; waited += LOOK_EVERY_MS) {
          if (waited > 0) await vendor.clock.sleep(LOOK_EVERY_MS, signal);
          const alive = await aliveOf(vendor, meant, home);
          const came = await endInstances(
            deeds,
            alive.map(({ id }) => id).filter((id) => !left.some((each) => each.id === id)),
          );
          ended.push(...came.ended);
          left.push(...came.left);
        }
        if (isInDoubt && left.length === 0 && !signal.aborted) await stack?.clear(NO_ORDER, signal);
        const environment = id('environment', meant.environment);
        const rehearsed = meant.practice ? 1 : 0;
        const body = { environment, ended: before.length - left.length, left: left.length, rehearsed };
        await deps.store.write((tx) => deps.journal.appendIn(tx, { kind: 'deploy.ended', body }));
        const byEngine = before.map(({ id }) => id).filter((id) => !left.some((each) => each.id === id));
        return { ended: [...new Set([...byEngine, ...ended])], left, soFarCents: bill.soFarCents };
      });
    },
    async bill(meant) {
      // Asked when all else has stopped, and then above all.
      const heedless = { signal: new AbortController().signal };
      const vendor = await reaching(withoutMishap(meant.practice), { ...deps, ...heedless });
      const home = await homeOf(deps, placeOf(meant).folder, false);
      return billOf(await aliveOf(vendor, meant, home), vendor.clock.now());
    },
    async standing(meant) {
      const vendor = await reaching(withoutMishap(meant.practice));
      const place = placeOf(meant);
      const home = await homeOf(deps, place.folder, false);
      const alive = await aliveOf(vendor, meant, home);
      const recorded = await recordedOf(deps, place);
      const strays = alive.map(({ id }) => id).filter((id) => !recorded.machines.some((each) => each.id === id));
      const locks = (await locksOf(deps, place)).map((lock) => ({ ...lock, isDead: isOfDead(deps, lock) }));
      return { environment: meant.environment, recorded, bill: billOf(alive, vendor.clock.now()), strays, locks };
    },
  };
}
