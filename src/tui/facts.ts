import type { App, Rooms } from '../core/app.ts';
import type { OwnerId, TimeZone } from '../core/domain/index.ts';
import { aboutEach } from '../core/ops/about.ts';
import { resolveRun } from '../core/ops/resolve.ts';
import {
  type History,
  type PagedRun,
  type RunDetail,
  type RunQuery,
  type RunStatus,
  runStatuses,
  type StepSpan,
  type Term,
  timelineOf,
} from '../core/runs/index.ts';
import { type Lines, openLines } from './lines.ts';
import { openNames } from './names.ts';
import type { Watch } from './watch.ts';

/** A run, with what it is about in the customer's own ids. */
export interface ListedRun extends PagedRun {
  readonly owner: OwnerId;
  readonly about: string;
}

export interface RunsPage {
  readonly from: number;
  readonly total: number;
  readonly runs: readonly ListedRun[];
}

export interface OneRun extends RunDetail, Pick<PagedRun, 'decision'>, Omit<Lines, 'course'> {
  readonly owner: OwnerId;
  readonly about: string;
  /** When each of its steps was at work, and when it waited. */
  readonly timeline: readonly StepSpan[];
}

export interface Overview {
  readonly tally: Readonly<Record<RunStatus, number>>;
  /** Runs that wait for a human. */
  readonly approvals: number;
  /** Runs that could go on, where no worker works. */
  readonly unattended: number;
  /** Lines of the journal in each of the last minutes, oldest first; none of those that are not known. */
  readonly activity: readonly number[];
  /** Some of what is shown was invented. */
  readonly synthetic: boolean;
}

export interface ListQuery extends Omit<RunQuery, 'anyOf'> {
  /** Only runs that are found by it, as a whole or word by word. */
  readonly text?: string;
}

/** All that screens know of the world. Lists are paged and filtered where they are kept. */
export interface Facts {
  readonly timeZone: TimeZone;
  /** Where one is, if not in a workspace of one's own. */
  readonly place: 'demo' | undefined;
  /** Another word whenever something has happened. */
  pulse(): Promise<string>;
  overview(): Promise<Overview>;
  runs(query: ListQuery): Promise<RunsPage>;
  run(id: string): Promise<OneRun>;
  /** What each checkpoint of it changed; what is `known` of a run that is over is not read again. */
  history(id: string, known?: History): Promise<History>;
  /** Where the journals stand. */
  heads(): Promise<Heads>;
  /** How many lines have been written since. */
  countSince(heads: Heads): Promise<number>;
}

type Heads = ReadonlyMap<OwnerId, number>;

/** What this command may see. */
export function openFacts(app: App, { needSame }: Watch): Facts {
  const { synthetic } = app.workspace;
  const called = openNames();
  const told = openLines();
  return {
    timeZone: app.workspace.timeZone,
    place: synthetic ? 'demo' : undefined,
    pulse: async () => JSON.stringify([...(await headsOf(app))]),
    async overview() {
      await needSame();
      const tally = Object.fromEntries(runStatuses.map((status) => [status, 0])) as Record<RunStatus, number>;
      let [approvals, unattended] = [0, 0];
      const minutes: (readonly number[])[] = [];
      for (const rooms of app.owned) {
        const runs = await rooms.runs();
        const { standing, ...load } = await runs.tally();
        for (const status of runStatuses) tally[status] += standing[status];
        approvals += load.approvals;
        // No worker serves the demo: there commands go on by themselves.
        if (!synthetic && load.due > 0 && !(await runs.isAttended())) unattended += load.due;
        minutes.push(await (await rooms.journal()).perMinute(MINUTES));
      }
      return { tally, approvals, unattended, activity: summed(minutes), synthetic: await app.isSynthetic() };
    },
    async runs({ text = '', ...query }) {
      await needSame();
      // Owners one behind the other: each list is in its own order.
      const pages: ListedRun[] = [];
      let total = 0;
      for (const rooms of app.owned) {
        const anyOf = await meantBy(rooms, text, called);
        const from = Math.max(0, query.from - total);
        const count = query.count - pages.length;
        const page = await (await rooms.runs()).page({ ...query, from, count, anyOf });
        total += page.total;
        pages.push(...(await named(rooms, page.runs)));
      }
      return { from: query.from, total, runs: pages };
    },
    async run(id) {
      await needSame();
      const { owner, found } = await resolveRun(await app.store(), app.owned, id);
      const rooms = app.of(owner);
      const runs = await rooms.runs();
      const detail = await runs.show(found);
      const about = (await aboutEach(rooms, [detail])).get(found) ?? '';
      const decision = detail.approvals.find((each) => each.decision !== undefined)?.decision ?? null;
      const { course, ...lines } = await told(runs, found);
      const timeline = timelineOf(await runs.steps(found), course);
      return { ...detail, owner, about, decision, ...lines, timeline };
    },
    heads: () => headsOf(app),
    async history(id, known) {
      await needSame();
      if (known?.status === 'succeeded' || known?.status === 'cancelled') return known;
      const { owner, found } = await resolveRun(await app.store(), app.owned, id);
      return (await app.of(owner).runs()).history(found);
    },
    async countSince(heads) {
      await needSame();
      let lines = 0;
      for (const { owner, journal } of app.owned) lines += await (await journal()).countSince(heads.get(owner.id) ?? 0);
      return lines;
    },
  };
}

async function headsOf(app: App): Promise<Heads> {
  const heads = app.owned.map(async ({ owner, journal }) => [owner.id, await (await journal()).head()] as const);
  return new Map(await Promise.all(heads));
}

/** How far back the overview counts. */
const MINUTES = 30;

/** Minute by minute, as far back as all of them are known. */
function summed(all: readonly (readonly number[])[]): number[] {
  const known = Math.min(MINUTES, ...all.map(({ length }) => length));
  return Array.from({ length: known }, (_, at) => all.reduce((sum, each) => sum + (each.at(at - known) ?? 0), 0));
}

/** A text that fits more of them tells nothing apart. */
const MOST_NAMED = 200;
/** More is not typed: it was pasted by mistake. */
const MOST_LETTERS = 200;
const MOST_WORDS = 10;

/** What is meant by a text: a name of several words, or several words that are all to be found. */
type Called = ReturnType<typeof openNames>;

async function meantBy(rooms: Rooms, text: string, called: Called): Promise<readonly (readonly Term[])[]> {
  const words = text
    .slice(0, MOST_LETTERS)
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const all: Term[] = [];
  for (const word of words) all.push(await termOf(rooms, word, called));
  return words.length === 1 ? [all] : [all, [await termOf(rooms, words.join(' '), called)]];
}

/** With the ids of properties whose own id or name holds the text, and of tenants who are called so. */
async function termOf(rooms: Rooms, text: string, called: Called): Promise<Term> {
  const portfolio = await rooms.portfolio();
  const wanted = text.toLowerCase();
  const properties = (await portfolio.properties()).filter(({ key, name }) =>
    `${key} ${name}`.toLowerCase().includes(wanted),
  );
  const found = [...properties, ...(await called(rooms, text))].slice(0, MOST_NAMED);
  return { text, about: found.map(({ id }) => String(id)) };
}

async function named(rooms: Rooms, runs: readonly PagedRun[]): Promise<ListedRun[]> {
  const about = await aboutEach(rooms, runs);
  return runs.map((run) => ({ ...run, owner: rooms.owner.id, about: about.get(run.id) ?? '' }));
}
