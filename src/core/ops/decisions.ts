import type { ActorId, Band, Instant, IsoDay, KeptOut, PropertyId, RunId, Stage, TenantId } from '../domain/index.ts';
import { churn } from '../flows/churn.ts';
import type { Arm, Policy } from '../policy/index.ts';
import type { Portfolio, TenantFile, TenantLabel } from '../portfolio/index.ts';
import {
  type Attribution,
  attributionIn,
  type Contribution,
  type Head,
  type HeadName,
  type Ranking,
} from '../risk/index.ts';
import type { Answer, RunSummary, Runs } from '../runs/index.ts';
import type { Journal, JournalEvent } from '../store/index.ts';
import { keptOutOf } from './kept-out.ts';
import { type Evidence, evidenceOf } from './proposals/proposed.ts';
import { isWhole } from './store/audit.ts';
import { unless } from './unless.ts';

interface Rooms {
  readonly today: IsoDay;
  portfolio(): Promise<Portfolio>;
  policy(): Promise<Policy>;
  runs(): Promise<Runs>;
  journal(): Promise<Journal>;
}

/** What was reckoned with, and what each of it rests on. */
export interface Used extends Omit<Contribution, 'evidence'> {
  readonly head: HeadName;
  readonly evidence: readonly Evidence[];
}

/** One analysis that ranked the tenant. */
export interface RankedBy {
  readonly run: RunId;
  readonly property: string;
  /** What was known on that day was looked at. */
  readonly day: IsoDay;
  readonly at: Instant;
  /** Who had it made. */
  readonly by: ActorId | null;
  readonly model: string;
  /** Fingerprints of the model and of what it was given, as the audit stream has them; null before 0.5.0. */
  readonly modelHash: string | null;
  readonly inputs: string | null;
  readonly stage: Stage;
  readonly peers: number;
  readonly band: Band;
  readonly index: Readonly<Record<HeadName, number>>;
  /** `none`: by a model of another program; nobody can tell what it made of what it was given. */
  readonly attribution: Attribution;
  /** Log-odds that the whole stage shares: with the points of `used` they add up to the index. */
  readonly shared: Readonly<Record<HeadName, number>>;
  readonly used: readonly Used[];
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>>;
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
  readonly analyses: readonly RankedBy[];
  /** Analyses of their homes that this program cannot read any more. */
  readonly unreadable: number;
  readonly proposals: readonly ProposedFor[];
  readonly audit: { readonly lines: number; readonly whole: boolean };
}

/** Kinds of lines that are steps of somebody in a proposal. */
const STEPS: readonly JournalEvent['kind'][] = [
  ...(['approval.answered', 'approval.expired', 'action.executed', 'run.cancel_requested', 'run.cancelled'] as const),
];

/** The decision log of one tenant: from what runs recorded, what was proposed and answered, and the audit stream. */
export async function decisionsAbout(rooms: Rooms, { id, key, name }: TenantLabel): Promise<DecisionLog> {
  const portfolio = await rooms.portfolio();
  const file = (await portfolio.filesOf([id], rooms.today)).get(id);
  const houses = new Map((await portfolio.properties()).map((each) => [each.id, each.key]));
  const called = (property: PropertyId) => houses.get(property) ?? property;
  const analyses: RankedBy[] = [];
  let unreadable = 0;
  for (const run of await analysesOf(rooms, id)) {
    const read = await rankedBy(rooms, run, id, file);
    if (read === 'unreadable') unreadable += 1;
    else if (read) analyses.push({ ...read, property: called(run.input.property as PropertyId) });
  }
  const walk = await (await rooms.journal()).verify();
  return {
    ...{ tenant: id, key, name, asOf: rooms.today, analyses, unreadable },
    proposals: await proposedFor(rooms, id, called),
    audit: { lines: walk.lines, whole: isWhole(walk) },
  };
}

/** Finished analyses of where the tenant lived on the day that they looked at, oldest first. */
async function analysesOf(rooms: Rooms, tenant: TenantId): Promise<RunSummary[]> {
  const [runs, portfolio] = [await rooms.runs(), await rooms.portfolio()];
  const finished = (await runs.list({ status: 'succeeded' })).filter(({ workflow }) => workflow === churn.name);
  const homes = new Map<string, PropertyId | undefined>();
  for (const day of new Set(finished.map(({ input }) => String(input.day))))
    homes.set(day, await portfolio.homeOf(tenant, day as IsoDay));
  return finished
    .filter(({ input }) => homes.get(String(input.day)) === input.property)
    .toSorted((a, b) => (`${a.createdAt} ${a.input.day}` < `${b.createdAt} ${b.input.day}` ? -1 : 1));
}

async function rankedBy(
  rooms: Rooms,
  { id, input, createdAt }: RunSummary,
  tenant: TenantId,
  file: TenantFile | undefined,
): Promise<Omit<RankedBy, 'property'> | 'unreadable' | undefined> {
  const runs = await rooms.runs();
  const state: { readonly ranking?: Ranking } = await unless('incompatible', runs.state(id), {});
  if (!state.ranking) return 'unreadable';
  const { model, tenants } = state.ranking;
  const score = tenants.find((each) => each.tenant === tenant);
  // Who has given notice is not ranked.
  if (!score) return undefined;
  const lines = await Array.fromAsync(runs.events(id));
  const told = lines.find(({ kind }) => kind === 'risk.analysed');
  const { stage, peers, band, leave, arrears } = score;
  const [day, property] = [input.day as IsoDay, input.property as PropertyId];
  const [snapshot] = await unless('insufficient', (await rooms.portfolio()).snapshots(property, [day]), []);
  const tenancy = snapshot?.tenancies.find((each) => each.tenant === tenant);
  return {
    ...{ run: id, day, at: told?.at ?? createdAt, by: (told ?? lines[0])?.actor ?? null, model },
    ...{ modelHash: textOf(told?.body.model), inputs: textOf(told?.body.inputs), stage, peers, band },
    index: { leave: leave.index, arrears: arrears.index },
    attribution: attributionIn(state.ranking),
    shared: { leave: leave.offset, arrears: arrears.offset },
    used: [...usedIn('leave', leave, file), ...usedIn('arrears', arrears, file)],
    keptOut: tenancy ? keptOutOf(tenancy, day) : {},
  };
}

function usedIn(head: HeadName, { contributions }: Head, file: TenantFile | undefined): Used[] {
  return contributions
    .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
    .map(({ evidence, ...point }) => ({ head, ...point, evidence: evidence.map((id) => evidenceOf(id, file)) }));
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
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
      ...{ property: called(property), analysis: analysisRun, firstAt, state, arm, run: runId },
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
