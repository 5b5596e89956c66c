import type { App, Rooms } from '../core/app.ts';
import type { OwnerId, TimeZone } from '../core/domain/index.ts';
import { aboutEach } from '../core/ops/about.ts';
import { resolveRun } from '../core/ops/resolve.ts';
import { type RunDetail, type RunQuery, type RunStatus, type RunSummary, runStatuses } from '../core/runs/index.ts';
import type { JournalEvent } from '../core/store/index.ts';

/** A run, with what it is about in the customer's own ids. */
export interface ListedRun extends RunSummary {
  readonly owner: OwnerId;
  readonly about: string;
}

export interface RunsPage {
  readonly from: number;
  readonly total: number;
  readonly runs: readonly ListedRun[];
}

export interface OneRun extends RunDetail {
  readonly owner: OwnerId;
  readonly about: string;
  readonly events: readonly JournalEvent[];
}

export interface Overview {
  readonly tally: Readonly<Record<RunStatus, number>>;
  /** Runs that wait for a human. */
  readonly approvals: number;
  /** Runs that could go on, where no worker works. */
  readonly unattended: number;
}

/** All that screens know of the world. Lists are paged and filtered where they are kept. */
export interface Facts {
  readonly timeZone: TimeZone;
  overview(): Promise<Overview>;
  runs(query: Omit<RunQuery, 'about'>): Promise<RunsPage>;
  run(id: string): Promise<OneRun>;
  /** Where the journals stand. */
  heads(): Promise<Heads>;
  /** How many lines have been written since. */
  countSince(heads: Heads): Promise<number>;
}

type Heads = ReadonlyMap<OwnerId, number>;

/** What this command may see. */
export function openFacts(app: App): Facts {
  return {
    timeZone: app.workspace.timeZone,
    async overview() {
      const tally = Object.fromEntries(runStatuses.map((status) => [status, 0])) as Record<RunStatus, number>;
      let [approvals, unattended] = [0, 0];
      for (const rooms of app.owned) {
        const runs = await rooms.runs();
        const [counted, load] = [await runs.tally(), await runs.load()];
        for (const status of runStatuses) tally[status] += counted[status];
        approvals += load.approvals;
        if (load.due > 0 && !(await runs.isAttended())) unattended += load.due;
      }
      return { tally, approvals, unattended };
    },
    async runs(query) {
      // Owners one behind the other: each list is in its own order.
      const pages: ListedRun[] = [];
      let total = 0;
      for (const rooms of app.owned) {
        const about = await aboutNamed(rooms, query.text ?? '');
        const from = Math.max(0, query.from - total);
        const count = query.count - pages.length;
        const page = await (await rooms.runs()).page({ ...query, from, count, about });
        total += page.total;
        pages.push(...(await named(rooms, page.runs)));
      }
      return { from: query.from, total, runs: pages };
    },
    async run(id) {
      const { owner, found } = await resolveRun(await app.store(), app.owned, id);
      const rooms = app.of(owner);
      const runs = await rooms.runs();
      const detail = await runs.show(found);
      const [{ about } = { about: '' }] = await named(rooms, [detail]);
      return { ...detail, owner, about, events: await Array.fromAsync(runs.events(found)) };
    },
    async heads() {
      const heads = app.owned.map(async ({ owner, journal }) => [owner.id, await (await journal()).head()] as const);
      return new Map(await Promise.all(heads));
    },
    async countSince(heads) {
      let lines = 0;
      for (const { owner, journal } of app.owned) {
        const told = await journal();
        for (let after = heads.get(owner.id) ?? 0; ; ) {
          const more = await told.since(after);
          lines += more.length;
          const last = more.at(-1);
          if (!last) break;
          after = last.seq;
        }
      }
      return lines;
    },
  };
}

/** A text that fits more of them tells nothing apart. */
const MOST_NAMED = 200;

/** Ids of properties whose own id or name holds the text, and of tenants who are called so. */
async function aboutNamed(rooms: Rooms, text: string): Promise<string[]> {
  if (text === '') return [];
  const portfolio = await rooms.portfolio();
  const wanted = text.toLowerCase();
  const properties = (await portfolio.properties()).filter(({ key, name }) =>
    `${key} ${name}`.toLowerCase().includes(wanted),
  );
  return [...properties, ...(await portfolio.tenantsCalled(text))].slice(0, MOST_NAMED).map(({ id }) => String(id));
}

async function named(rooms: Rooms, runs: readonly RunSummary[]): Promise<ListedRun[]> {
  const about = await aboutEach(rooms, runs);
  return runs.map((run) => ({ ...run, owner: rooms.owner.id, about: about.get(run.id) ?? '' }));
}
