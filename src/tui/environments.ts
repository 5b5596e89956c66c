import type { App, Rooms } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { dollars, type Instant, plural, type RunId } from '../core/domain/index.ts';
import { asSophiaError, UserError } from '../core/errors/index.ts';
import type { Deploys, Meant } from '../core/ops/deploy/deploys.ts';
import type { Known, Planned } from '../core/ops/deploy/known.ts';
import type { PagedRun, Runs } from '../core/runs/index.ts';
import { LOOK_ONLY, refusalOf } from './actions.ts';
import { type Heard, type Outcome, openAnswered } from './answered.ts';
import { type NodeRow, nodesOf } from './nodes.ts';
import { type Course, courseId, openSteps } from './steps.ts';
import type { Watch } from './watch.ts';

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
  /** When those prices were asked; undefined for recorded ones. */
  readonly pricedAt: Instant | undefined;
  readonly nodes: readonly NodeRow[];
  /** All that is recorded, machines included. */
  readonly resources: number;
  /** Steps in doubt since something was killed. */
  readonly pending: number;
  /** What was last done to it did not come to its end, or is under way. */
  readonly isUnsettled: boolean;
  readonly run: DeployRun | undefined;
  readonly isReachable: boolean;
  readonly heard: Heard | undefined;
  /** What came of ending it from here, where it was not deployed again. */
  readonly outcome: Outcome | undefined;
  /** What cannot be read, or whom nobody could ask. */
  readonly trouble: string;
}

/**
 * The environments of a workspace. Looking asks no vendor; asking is an act of its own. One that was ended from here stays
 * among them, so that what came of it can be read.
 */
export interface Environments {
  /** Why nothing can be ended here. */
  readonly refusal: string | undefined;
  all(): Promise<readonly EnvironmentRow[]>;
  /** Asks the vendor about all that it is there to be asked about, as long as it was not within the last minute. */
  askAll(): Promise<void>;
  /**
   * Asks about the rehearsals that were seen last and whose emulator is at work: every few seconds, and when something has
   * changed. Says whether it asked.
   */
  keepUp(): Promise<boolean>;
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
/** An emulator is nobody's but ours. */
const REHEARSED_ONCE_MS = 5000;
const MOST_RUNS = 100;

/** One of them, as files, journal and runs have it. */
interface Seen {
  readonly id: string;
  readonly known: Known;
  readonly course: Course | undefined;
  readonly run: FoundRun | undefined;
  /** Another word whenever something has changed by which what bills may be other. */
  readonly mark: string;
}

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
  /** What was ended from here. */
  const kept = new Map<string, Pick<Known, 'environment' | 'practice'>>();
  let last: readonly Seen[] = [];
  const look = async (of: Rooms): Promise<readonly Seen[]> => {
    const runs = await runsOf(await of.runs());
    const keeps = (rehearsed: boolean) =>
      [...kept.values()]
        .filter(({ practice }) => (practice !== undefined) === rehearsed)
        .map((each) => each.environment);
    const rehearsed = runs.filter(({ isOpen, isRehearsal }) => isOpen && isRehearsal);
    const names = [...rehearsed.map(({ environment }) => environment), ...keeps(true)];
    const all = await (await deploys(of)).known(names, keeps(false));
    const courses = await steps(await of.journal());
    return all.map((known) => {
      const id = idOf(known);
      const course = courses.get(id);
      const run = runs.find((one) => courseId(one.environment, one.isRehearsal) === id);
      return { id, known, course, run, mark: markOf({ known, course, run }) };
    });
  };
  const find = async (id: string) => {
    const found = rooms && (await look(rooms)).find((each) => each.id === id);
    if (!rooms || !found) throw new UserError('refused', `there is no ${id} any more`);
    return { rooms, found };
  };
  const askOf = async (of: Rooms, { id, known, mark }: Seen, asksPrices: boolean) => {
    const question = { at: clock.now(), mark };
    answers.ask(id, question);
    try {
      const { environment, practice } = known;
      answers.hear(id, question, await (await deploys(of)).standing({ environment, practice }));
      if (!asksPrices || practice || known.file === null) return;
      const { plan: report, order } = await (await deploys(of)).prepare({ ...wanted, environment });
      const plan = { report, isRefused: order === null };
      answers.take(id, { priced: { stamp: known.stamp, plan, at: question.at } });
    } catch (thrown) {
      answers.take(id, { trouble: asSophiaError(thrown).message });
      throw thrown;
    }
  };
  const isDue = ({ id, known }: Seen) => known.practice !== undefined || answers.sinceAsked(id, clock.now()) >= ONCE_MS;
  const isToBeKeptUp = ({ id, known, mark }: Seen) => {
    if (!known.practice || !known.isReachable) return false;
    const sinceMs = answers.sinceAsked(id, clock.now());
    return !answers.wasAskedAbout(id, mark) || sinceMs < 0 || sinceMs >= REHEARSED_ONCE_MS;
  };
  /** What bills of what was ended, by who says it, in words. */
  const billsAfter = async (of: Rooms, id: string): Promise<string> => {
    try {
      const seen = (await look(of)).find((each) => each.id === id);
      if (!seen) return UNKNOWN;
      await askOf(of, seen, false);
      const { bill } = answers.heard(id, seen.mark) ?? {};
      if (!bill) return UNKNOWN;
      if (bill.machines.length === 0) return 'nothing of it billed then';
      return `${plural(bill.machines.length, 'machine')} billed on then, ${dollars(bill.centsPerHour)} an hour`;
    } catch {
      return UNKNOWN;
    }
  };
  return {
    refusal,
    async all() {
      await watch.needSame();
      if (!rooms) return [];
      last = await look(rooms);
      return last.map(({ id, known, course, run, mark }) => {
        const { environment, practice, file, recorded, stamp, isReachable } = known;
        const { trouble = '', priced, outcome } = answers.of(id);
        const isPriced = priced?.stamp === stamp && known.plan !== null;
        return {
          ...{ id, environment, isRehearsal: practice !== undefined, file, isReachable },
          ...{ plan: isPriced ? priced.plan : known.plan, pricedAt: isPriced ? priced.at : undefined },
          ...{ nodes: nodesOf(recorded.machines, course), resources: recorded.resources, pending: recorded.pending },
          isUnsettled: known.isUnsettled,
          run: run && { ...run.told, isOpen: run.isOpen, ordered: course?.machines },
          heard: answers.heard(id, mark),
          outcome: outcome?.run === run?.told.id ? outcome : undefined,
          trouble: [known.trouble, trouble].filter(Boolean).join('; '),
        };
      });
    },
    async askAll() {
      if (!rooms) return;
      for (const seen of await look(rooms))
        if (!seen.known.practice && seen.known.isReachable && isDue(seen))
          await askOf(rooms, seen, false).catch(() => undefined);
    },
    async keepUp() {
      const due = rooms ? last.filter(isToBeKeptUp) : [];
      for (const seen of due) if (rooms) await askOf(rooms, seen, false).catch(() => undefined);
      return due.length > 0;
    },
    async ask(id) {
      const { rooms: of, found } = await find(id);
      if (!isDue(found)) throw new UserError('refused', 'the vendor is asked once a minute at most');
      // For who asks after a rehearsal its emulator would be started.
      if (readOnly && found.known.practice && !found.known.isReachable) throw new UserError('refused', LOOK_ONLY);
      await askOf(of, found, true);
    },
    async destroy(id) {
      if (refusal) throw new UserError('refused', refusal);
      await watch.needSameRules();
      const { rooms: of, found } = await find(id);
      const meant: Meant = { environment: found.known.environment, practice: found.known.practice };
      const [room, { giveUp, withBill }] = await Promise.all([deploys(of), import('../core/ops/deploy/begin.ts')]);
      kept.set(id, meant);
      let text = '';
      try {
        // What was begun and killed would be finished by whoever comes by.
        await giveUp(await of.runs(), meant);
        const { ended, left, soFarCents } = await room.end(meant, { signal });
        if (left.length > 0)
          throw new UserError('billing', left.map((each) => `may bill on: ${each.id}: ${each.why}`).join('; '));
        const teller = meant.practice ? 'emulator' : 'vendor';
        text = `ended, as the ${teller} says: ${plural(ended.length, 'machine')}, which came to ${dollars(soFarCents)}`;
        return text;
      } catch (thrown) {
        const told = await withBill(thrown, room, meant);
        text = `not ended: ${told.message}`;
        throw told;
      } finally {
        const bills = await billsAfter(of, id);
        answers.take(id, { outcome: { at: clock.now(), text: `${text}; ${bills}`, run: found.run?.told.id } });
      }
    },
  };
}

const UNKNOWN = 'what bills of it by now is not known';

function markOf({ known, course, run }: Pick<Seen, 'known' | 'course' | 'run'>): string {
  const ids = known.recorded.machines.map(({ id }) => id);
  return JSON.stringify([course?.changed, run?.told.id, run?.told.status, ids]);
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
