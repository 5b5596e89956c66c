import { dirname } from 'node:path';
import type { App, Rooms } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import type { Band, IsoDay, OwnerId, PropertyId, RunId, Source, Stage } from '../core/domain/index.ts';
import { UserError } from '../core/errors/index.ts';
import { aboveTrigger, reasonsOf } from '../core/flows/churn.ts';
import { evidenceOf, type Proposed, proposedOf } from '../core/ops/proposals/proposed.ts';
import { dated } from '../core/ops/proposals/words.ts';
import { filesIn, type RankedToday, rankToday } from '../core/ops/ranking.ts';
import { resolveProperty } from '../core/ops/resolve.ts';
import { lastAnalysis, type Recorded, type Since, sinceLast } from '../core/ops/since.ts';
import { leave } from '../core/ops/worker/leave.ts';
import { attributionIn, lowering, lowerings, type Ranking, type Risk, saying } from '../core/risk/index.ts';
import { LOOK_ONLY } from './actions.ts';
import { stampOf } from './names.ts';
import type { Watch } from './watch.ts';

/** How an index has changed since the last analysis. */
export interface Compared {
  readonly asOf: IsoDay;
  readonly change: number;
}

/** A property among those of its owner. */
export interface RiskRow {
  readonly owner: OwnerId;
  readonly id: PropertyId;
  /** The customer's own id. */
  readonly key: string;
  readonly name: string;
  /** Against the usual property, 0.5; `null` where it could not be ranked. */
  readonly index: number | null;
  readonly arrears: number | null;
  /** Its change since the last analysis, and of which day that was; `null` where there is none to compare with. */
  readonly since: Compared | null;
  readonly tenants: number;
  /** How many stand above the trigger. */
  readonly above: number;
  /** Not by a model of another program, which cannot say why. */
  readonly isTold: boolean;
  /** Why it could not be ranked. */
  readonly why: string;
  /** What ranked it; `null` where it could not be ranked. */
  readonly by: Ranker | null;
}

export interface Ranker {
  readonly model: string;
  /** Tenants have drifted away from those that it learned from: it ranks, and proposes nothing. */
  readonly stopped: boolean;
}

export interface TenantRow {
  readonly key: string;
  readonly name: string | null;
  readonly unit: string | null;
  readonly index: number;
  readonly band: Band;
  readonly trend: number | null;
  readonly sinceLast: number | null;
  readonly arrears: number;
  readonly stage: Stage;
  readonly peers: number;
  readonly reasons: readonly {
    readonly logOdds: number;
    readonly says: string;
    readonly evidence: readonly string[];
  }[];
  /** What would lower it, and what it would be then. */
  readonly lower: readonly string[];
  readonly proposal: Pick<Proposed, 'run' | 'state' | 'status' | 'decision'> | undefined;
}

export interface RankedProperty {
  readonly name: string;
  readonly capped: boolean;
  readonly by: Ranker;
  readonly coverage: Readonly<Record<Source, number>>;
  readonly since: Compared | null;
  /** Not by a model of another program, which cannot say why. */
  readonly isTold: boolean;
  readonly tenants: readonly TenantRow[];
}

/** Who may leave, as known today. Looking records nothing; an analysis does, and proposes. */
export interface Risks {
  /** As known on which day. */
  readonly today: IsoDay;
  /** Whether an analysis may be begun: not by who only looks. */
  readonly canAnalyse: boolean;
  /** Likelier ones first, owner by owner. */
  properties(): Promise<readonly RiskRow[]>;
  property(id: string): Promise<RankedProperty>;
  /**
   * Begins an analysis of today, as `sophia churn analyze`; `trouble` is what keeps anybody from going on with it. Errors
   * as `Runs.startNamed`.
   */
  analyse(id: string): Promise<{ readonly run: RunId; readonly trouble: string }>;
}

type RisksContext = Pick<Context, 'clock' | 'files' | 'launch'>;

interface RisksDeps {
  readonly watch: Watch;
  readonly readOnly: boolean;
}

export function openRisks(context: RisksContext, app: App, { watch, readOnly }: RisksDeps): Risks {
  const ranked = openCache();
  const recorded = openRecorded();
  const find = async (id: string) => {
    const { owner, found } = await resolveProperty(await app.store(), app.owned, id);
    return { rooms: app.of(owner), found };
  };
  return {
    canAnalyse: !readOnly,
    get today() {
      return app.owned[0]?.today ?? app.today;
    },
    async properties() {
      await watch.needSame();
      const all: RiskRow[] = [];
      for (const rooms of app.owned) {
        const rows: RiskRow[] = [];
        const stamp = await stampOf(rooms);
        const head = await (await rooms.journal()).head();
        for (const { id, key, name } of await (await rooms.portfolio()).properties()) {
          const headline = await headlineOf(ranked(rooms, stamp, id), () => recorded(rooms, head, id));
          rows.push({ owner: rooms.owner.id, id, key, name, ...headline });
        }
        all.push(...rows.toSorted((a, b) => (b.index ?? -1) - (a.index ?? -1)));
      }
      return all;
    },
    async property(asked) {
      await watch.needSame();
      const { rooms, found } = await find(asked);
      const seen = await ranked(rooms, await stampOf(rooms), found.id);
      const [files, proposals] = [await filesIn(rooms, seen.ranking), await proposedOf(rooms, { property: found.id })];
      const head = await (await rooms.journal()).head();
      const { since, changes } = sinceLast(seen.ranking, await recorded(rooms, head, found.id));
      const tenants = seen.ranking.tenants.map(({ tenant, lease, band, stage, peers, leave, arrears }): TenantRow => {
        const file = files.get(tenant);
        return {
          ...{ key: file?.key ?? tenant, name: file?.name ?? null, unit: file?.unit ?? null, band, stage, peers },
          ...{ index: leave.index, trend: seen.trends[tenant] ?? null, arrears: arrears.index },
          ...{ sinceLast: changes[tenant] ?? null, lower: lowerings(leave).map(lowering) },
          reasons: reasonsOf(leave.contributions).map(({ feature, value, logOdds, evidence }) => ({
            ...{ logOdds, says: saying(feature, value) },
            evidence: evidence.map((each) => dated(evidenceOf(each, file))),
          })),
          proposal: proposals.find((each) => each.lease === lease),
        };
      });
      const { capped, coverage } = seen.ranking;
      return {
        name: found.name,
        capped,
        by: rankerOf(seen),
        coverage,
        since: compared(since),
        isTold: isTold(seen.ranking),
        tenants,
      };
    },
    async analyse(asked) {
      if (readOnly) throw new UserError('refused', LOOK_ONLY);
      await watch.needSameRules();
      const { rooms, found } = await find(asked);
      const runs = await rooms.runs();
      // No worker serves the demo.
      const detach = !app.workspace.synthetic;
      const { runId } = await runs.startNamed(
        'churn',
        { property: found.id, day: rooms.today, proposes: 1 },
        { detach },
      );
      if (!detach) return { run: runId, trouble: '' };
      const left = await leave(context, { owner: rooms.owner.id, runs, folder: dirname(app.workspace.configFile) });
      return { run: runId, trouble: left.worker === 'none' ? `no worker could be started: ${left.reason}` : '' };
    },
  };
}

/** What was ranked is ranked anew under another stamp, and by another model, or by one that was stopped since. */
function openCache(): (rooms: Rooms, stamp: string, property: PropertyId) => Promise<RankedToday> {
  const known = new Map<string, { readonly stamp: string; readonly by: Risk; readonly ranked: Promise<RankedToday> }>();
  return async (rooms, stamp, property) => {
    const name = `${rooms.owner.id} ${property}`;
    const by = await rooms.risk();
    const before = known.get(name);
    if (before?.stamp === stamp && before.by === by) return before.ranked;
    const ranked = rankToday(rooms, property);
    known.set(name, { stamp, by, ranked });
    // A store that is away for a moment is asked again; what is not known well enough stays so until rows come.
    ranked.catch((thrown) => {
      if (!isUnknown(thrown) && known.get(name)?.ranked === ranked) known.delete(name);
    });
    return ranked;
  };
}

/** What the last analysis recorded; asked again when something has happened to the owner. */
function openRecorded(): (rooms: Rooms, head: number, property: PropertyId) => Promise<Recorded | undefined> {
  const known = new Map<string, { readonly head: number; readonly last: Promise<Recorded | undefined> }>();
  return (rooms, head, property) => {
    const name = `${rooms.owner.id} ${property}`;
    const before = known.get(name);
    if (before?.head === head) return before.last;
    const last = rooms.runs().then((runs) => lastAnalysis(runs, { property, day: rooms.today }));
    known.set(name, { head, last });
    // A store that is away for a moment is asked again.
    last.catch(() => known.delete(name));
    return last;
  };
}

function compared(since: Since | null): Compared | null {
  return since && since.change !== null ? { asOf: since.asOf, change: since.change } : null;
}

function isTold(ranking: Ranking): boolean {
  return attributionIn(ranking).leave === 'exact';
}

function isUnknown(thrown: unknown): thrown is UserError {
  return thrown instanceof UserError && thrown.exit === 'insufficient';
}

function rankerOf({ ranking: { model, stopped } }: RankedToday): Ranker {
  return { model, stopped };
}

async function headlineOf(
  ranked: Promise<RankedToday>,
  recorded: () => Promise<Recorded | undefined>,
): Promise<Omit<RiskRow, 'owner' | 'id' | 'key' | 'name'>> {
  try {
    const seen = await ranked;
    const { ranking } = seen;
    const since = compared(sinceLast(ranking, await recorded()).since);
    const { leave, arrears } = ranking.property;
    return {
      index: leave,
      arrears,
      since,
      tenants: ranking.tenants.length,
      above: aboveTrigger(ranking).length,
      isTold: isTold(ranking),
      why: '',
      by: rankerOf(seen),
    };
  } catch (thrown) {
    // What is not known well enough of one property keeps none of the others from view.
    if (isUnknown(thrown))
      return {
        index: null,
        arrears: null,
        since: null,
        tenants: 0,
        above: 0,
        isTold: true,
        why: thrown.message,
        by: null,
      };
    throw thrown;
  }
}
