import type { App, Rooms } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { dollars, type Instant, plural, type RunId } from '../core/domain/index.ts';
import { asSophiaError, UserError } from '../core/errors/index.ts';
import type { Deploys, Meant, Standing } from '../core/ops/deploy/deploys.ts';
import type { Known, Planned } from '../core/ops/deploy/known.ts';
import type { PagedRun, Runs } from '../core/runs/index.ts';
import { LOOK_ONLY, refusalOf } from './actions.ts';
import { type NodeRow, nodesOf } from './nodes.ts';
import { courseId, openSteps } from './steps.ts';
import type { Watch } from './watch.ts';

/** What the vendor, or the emulator in a rehearsal, said last. */
export interface Heard extends Pick<Standing, 'bill' | 'strays' | 'locks'> {
  readonly at: Instant;
}

/** How it is deployed, or was last. */
export interface DeployRun extends Pick<PagedRun, 'id' | 'status' | 'decision' | 'waitingOn' | 'createdAt'> {
  /** It goes on, or may. */
  readonly isOpen: boolean;
  readonly ordered: number | undefined;
}

/** One environment, or the rehearsal of one. */
export interface EnvironmentRow {
  readonly id: string;
  readonly environment: string;
  readonly isRehearsal: boolean;
  readonly file: string | null;
  /** By prices of just now where the vendor was asked since the file was written; else by recorded ones. */
  readonly plan: Planned | null;
  readonly nodes: readonly NodeRow[];
  /** All that is recorded, machines included. */
  readonly resources: number;
  /** Steps in doubt since something was killed. */
  readonly pending: number;
  readonly run: DeployRun | undefined;
  readonly isReachable: boolean;
  readonly heard: Heard | undefined;
  /** What cannot be read, or whom nobody could ask. */
  readonly trouble: string;
}

/** The environments of a workspace. Looking asks no vendor; asking is an act of its own. */
export interface Environments {
  /** Why nothing can be ended here. */
  readonly refusal: string | undefined;
  all(): Promise<readonly EnvironmentRow[]>;
  /** Asks about all that somebody is there to be asked about, as long as they were not within the last minute. */
  askAll(): Promise<void>;
  /** Asks what bills of one, and what its file would come to. UserError `refused` where it was asked within the last minute. */
  ask(id: string): Promise<void>;
  /** Ends all of it, and returns what came of it, in words. Errors as `Deploys.end`; `billing` where something bills on. */
  destroy(id: string): Promise<string>;
}

type EnvironmentsContext = Pick<Context, 'clock' | 'signal'>;

interface EnvironmentsDeps {
  readonly watch: Watch;
  readonly readOnly: boolean;
}

/** The vendor is never asked more often about one. */
const ONCE_MS = 60_000;
const MOST_RUNS = 100;

export function openEnvironments(
  { clock, signal }: EnvironmentsContext,
  app: App,
  { watch, readOnly }: EnvironmentsDeps,
): Environments {
  const steps = openSteps();
  const answers = openAnswered();
  const refusal = refusalOf(app, readOnly);
  // As the commands have it: they stand with the first owner.
  const [rooms] = app.workspace.synthetic ? [] : app.owned;
  const deploys = (of: Rooms): Promise<Deploys> => of.deploys();
  const lookedAt = async (of: Rooms) => {
    const runs = await runsOf(await of.runs());
    const rehearsed = runs.filter(({ isOpen, isRehearsal }) => isOpen && isRehearsal);
    return { runs, known: await (await deploys(of)).known(rehearsed.map(({ environment }) => environment)) };
  };
  const find = async (id: string) => {
    const found = rooms && (await lookedAt(rooms)).known.find((each) => idOf(each) === id);
    if (!rooms || !found) throw new UserError('refused', `there is no ${id} any more`);
    return { rooms, found };
  };
  const askOf = async (of: Rooms, known: Known, asksPrices: boolean) => {
    const id = idOf(known);
    answers.begin(id, Date.parse(clock.now()));
    try {
      const { environment, practice } = known;
      const { bill, strays, locks } = await (await deploys(of)).standing({ environment, practice });
      answers.take(id, { heard: { at: clock.now(), bill, strays, locks }, trouble: '' });
      if (!asksPrices || practice || known.file === null) return;
      const { plan: report, order } = await (await deploys(of)).prepare({ ...wanted, environment });
      answers.take(id, { planned: { stamp: known.stamp, plan: { report, isRefused: order === null } } });
    } catch (thrown) {
      answers.take(id, { trouble: asSophiaError(thrown).message });
      throw thrown;
    }
  };
  const isDue = (known: Known) =>
    known.practice !== undefined || answers.sinceAsked(idOf(known), Date.parse(clock.now())) >= ONCE_MS;
  return {
    refusal,
    async all() {
      await watch.needSame();
      if (!rooms) return [];
      const { runs, known } = await lookedAt(rooms);
      const courses = await steps(await rooms.journal());
      return known.map((each) => {
        const id = idOf(each);
        const { environment, practice, recorded, stamp } = each;
        const isRehearsal = practice !== undefined;
        const course = courses.get(id);
        const run = runs.find((one) => one.environment === environment && one.isRehearsal === isRehearsal);
        const { heard, trouble = '', planned } = answers.of(id);
        return {
          ...{ id, environment, isRehearsal, file: each.file, isReachable: each.isReachable, heard },
          plan: planned?.stamp === stamp && each.plan ? planned.plan : each.plan,
          ...{ nodes: nodesOf(recorded.machines, course), resources: recorded.resources, pending: recorded.pending },
          run: run && { ...run.told, isOpen: run.isOpen, ordered: course?.machines },
          trouble: [each.trouble, trouble].filter(Boolean).join('; '),
        };
      });
    },
    async askAll() {
      if (!rooms) return;
      for (const known of (await lookedAt(rooms)).known)
        if (known.isReachable && isDue(known)) await askOf(rooms, known, false).catch(() => undefined);
    },
    async ask(id) {
      const { rooms: of, found } = await find(id);
      if (!isDue(found)) throw new UserError('refused', 'the vendor is asked once a minute at most');
      // For who asks after a rehearsal its emulator would be started.
      if (readOnly && found.practice && !found.isReachable) throw new UserError('refused', LOOK_ONLY);
      await askOf(of, found, true);
    },
    async destroy(id) {
      if (refusal) throw new UserError('refused', refusal);
      await watch.needSameRules();
      const { rooms: of, found } = await find(id);
      const meant: Meant = { environment: found.environment, practice: found.practice };
      const [room, { giveUp, withBill }] = await Promise.all([deploys(of), import('../core/ops/deploy/begin.ts')]);
      try {
        // What was begun and killed would be finished by whoever comes by.
        await giveUp(await of.runs(), meant);
        const { ended, left, soFarCents } = await room.end(meant, { signal });
        if (left.length > 0)
          throw new UserError('billing', left.map((each) => `may bill on: ${each.id}: ${each.why}`).join('; '));
        return `ended, as the vendor says: ${plural(ended.length, 'machine')}, which came to ${dollars(soFarCents)}`;
      } catch (thrown) {
        throw await withBill(thrown, room, meant);
      } finally {
        await askOf(of, found, false).catch(() => undefined);
      }
    },
  };
}

const wanted = { practice: undefined, candidates: '', replace: '', expiresS: 0, waitS: 0 };

function idOf({ environment, practice }: Pick<Known, 'environment' | 'practice'>): string {
  return courseId(environment, practice !== undefined);
}

interface FoundRun {
  readonly environment: string;
  readonly isRehearsal: boolean;
  readonly isOpen: boolean;
  readonly told: Omit<DeployRun, 'isOpen' | 'ordered'>;
}

/** Those that deploy; what goes on, or may, comes first, then what was at work last. */
async function runsOf(runs: Runs): Promise<FoundRun[]> {
  const page = await runs.page({ from: 0, count: MOST_RUNS, order: 'urgent', anyOf: [[{ text: 'deploy' }]] });
  return page.runs
    .filter(({ workflow }) => workflow === 'deploy')
    .map(({ id, status, decision, waitingOn, createdAt, updatedAt, input }) => {
      const { environment, speed } = input as { readonly environment?: unknown; readonly speed?: unknown };
      return {
        ...{ environment: String(environment), isRehearsal: Number(speed) > 0, updatedAt },
        isOpen: !['succeeded', 'cancelled', 'failed'].includes(status),
        told: { id: id as RunId, status, decision, createdAt, ...(waitingOn && { waitingOn }) },
      };
    })
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.updatedAt.localeCompare(a.updatedAt));
}

interface Answered {
  readonly heard?: Heard;
  readonly trouble?: string;
  readonly planned?: { readonly stamp: string; readonly plan: Planned };
}

/** What was answered, and when each was asked, for as long as the screens are open. */
function openAnswered() {
  const known = new Map<string, Answered>();
  const asked = new Map<string, number>();
  return {
    of: (id: string): Answered => known.get(id) ?? {},
    take: (id: string, more: Answered) => void known.set(id, { ...known.get(id), ...more }),
    begin: (id: string, now: number) => void asked.set(id, now),
    sinceAsked: (id: string, now: number) => now - (asked.get(id) ?? Number.NEGATIVE_INFINITY),
  };
}
