import type { ActorId, Instant, IsoDay, PropertyId, RunId, TenantId } from '../domain/index.ts';
import type { Arm, Policy } from '../policy/index.ts';
import type { TenantLabel } from '../portfolio/index.ts';
import type { Answer, RunStatus } from '../runs/index.ts';
import type { Journal, JournalEvent } from '../store/index.ts';
import { linesOf, type RankedBy, type RankedRooms, rankedIn } from './ranked-by.ts';
import { isWhole } from './store/audit.ts';

interface Rooms extends RankedRooms {
  policy(): Promise<Policy>;
}

/** One analysis that ranked the tenant, with its property as the customer calls it. */
export interface ToldAnalysis extends Omit<RankedBy, 'property'> {
  readonly property: string;
}

export interface Decided {
  readonly decision: Answer['decision'] | null;
  readonly by: string | null;
  readonly at: Instant | null;
  readonly reason: string | null;
}

/** What somebody, or a rule, did about a proposal. */
export interface StepTaken {
  readonly at: Instant;
  readonly by: ActorId;
  readonly what: JournalEvent['kind'];
}

export interface ProposedFor {
  readonly property: string;
  readonly analysis: RunId;
  readonly firstAt: Instant;
  readonly state: 'open' | 'withheld' | 'over_capacity';
  /** In which group of the measurement. */
  readonly arm: Arm;
  readonly run: RunId | null;
  /** How the run stands; null without one. */
  readonly status: RunStatus | null;
  readonly action: string | null;
  readonly decided: Decided | null;
  readonly steps: readonly StepTaken[];
}

/** All that was reckoned about one tenant, and decided; nothing of anybody else. */
export interface DecisionLog {
  readonly tenant: TenantId;
  readonly key: string;
  readonly name: string;
  readonly asOf: IsoDay;
  readonly analyses: readonly ToldAnalysis[];
  /** Analyses that cannot be read any more, so that nobody knows whom they ranked. */
  readonly unreadable: number;
  /** What was taken out of the store, of whomever: runs, withdrawn rows, and the words of answers. */
  readonly removed: Readonly<Record<'runs' | 'rows' | 'answers', number>>;
  readonly proposals: readonly ProposedFor[];
  readonly audit: { readonly lines: number; readonly whole: boolean };
}

/** Kinds of lines that are steps of somebody in a proposal. */
const STEPS: readonly JournalEvent['kind'][] = [
  ...(['approval.answered', 'approval.expired', 'action.executed', 'run.cancel_requested', 'run.cancelled'] as const),
];

/** The decision log of one tenant: from what runs recorded, what was proposed and answered, and the audit stream. */
export async function decisionsAbout(rooms: Rooms, { id, key, name }: TenantLabel): Promise<DecisionLog> {
  const houses = new Map((await (await rooms.portfolio()).properties()).map((each) => [each.id, each.key]));
  const called = (property: PropertyId) => houses.get(property) ?? property;
  const { analyses, unreadable } = await rankedIn(rooms, id);
  const journal = await rooms.journal();
  const walk = await journal.verify();
  return {
    ...{ tenant: id, key, name, asOf: rooms.today },
    analyses: analyses.map((each) => ({ ...each, property: called(each.property) })),
    ...{ unreadable, removed: await removedFrom(journal) },
    proposals: await proposedFor(rooms, id, called),
    audit: { lines: walk.lines, whole: isWhole(walk) },
  };
}

async function removedFrom(journal: Journal): Promise<DecisionLog['removed']> {
  const lines = [...(await linesOf(journal, 'store.purged')), ...(await linesOf(journal, 'store.restored'))];
  const sum = (what: 'runs' | 'rows' | 'answers') => lines.reduce((all, { body }) => all + Number(body[what] ?? 0), 0);
  return { runs: sum('runs'), rows: sum('rows'), answers: sum('answers') };
}

async function proposedFor(
  rooms: Rooms,
  of: TenantId,
  called: (property: PropertyId) => string,
): Promise<ProposedFor[]> {
  const [policy, runs] = [await rooms.policy(), await rooms.runs()];
  const proposals: ProposedFor[] = [];
  for (const { tenant, property, state, arm, runId, firstAt, analysisRun } of await policy.proposals()) {
    if (tenant !== of) continue;
    const run = runId === null ? undefined : await runs.show(runId);
    const lines = runId === null ? [] : await Array.fromAsync(runs.events(runId));
    const answered = run?.approvals.find((each) => each.answeredAt !== undefined);
    proposals.push({
      ...{
        property: called(property),
        analysis: analysisRun,
        firstAt,
        state,
        arm,
        run: runId,
        status: run?.status ?? null,
      },
      action: run ? String(run.input.action) : null,
      decided: answered
        ? {
            ...{ decision: answered.decision ?? null, by: answered.answeredBy ?? null },
            ...{ at: answered.answeredAt ?? null, reason: answered.reason ?? null },
          }
        : null,
      steps: lines
        .filter(({ kind }) => STEPS.includes(kind))
        .map(({ at, actor, kind }) => ({ at, by: actor, what: kind })),
    });
  }
  return proposals;
}
