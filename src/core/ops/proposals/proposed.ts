import {
  dayIn,
  type IsoDay,
  type LeaseId,
  type PropertyId,
  type RunId,
  type TenantId,
  type TimeZone,
} from '../../domain/index.ts';
import { type About, type Lapse, lapseOf } from '../../flows/lapse.ts';
import { retention } from '../../flows/retention.ts';
import type { Policy, Proposal, ProposalState } from '../../policy/index.ts';
import type { Portfolio, TenantFile } from '../../portfolio/index.ts';
import type { Answer, RunStatus, RunSummary, Runs } from '../../runs/index.ts';

/** The rooms of one owner that know of proposals. */
export interface ProposalRooms {
  readonly today: IsoDay;
  policy(): Promise<Policy>;
  portfolio(): Promise<Portfolio>;
  runs(): Promise<Runs>;
}

/** One proposal, with the run that waits for a human; without one it is withheld, or over capacity. */
export interface Proposed {
  readonly property: PropertyId;
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  /** The customer's own id. */
  readonly key: string;
  readonly name: string | null;
  readonly state: ProposalState;
  /** As they stood when an analysis saw them last, and what that rested on. */
  readonly index: number;
  readonly stage: string;
  readonly evidence: readonly Evidence[];
  /** Name and version of the model that proposed it. */
  readonly model: string;
  readonly run: RunId | null;
  readonly status: RunStatus | null;
  /** What a human answered; null while nobody has. */
  readonly decision: Answer['decision'] | null;
}

/** A row that a point rests on. `id` is what runs record; `key` and `on` are how the customer finds it. */
export interface Evidence {
  /** `ticket:tic-…`, `ledger:lin-…`, `call:cal-…`, `offer:off-…`, `lease:lea-…`. */
  readonly id: string;
  /** The customer's own id of the row, and its day; absent when the row is no longer there. */
  readonly key?: string;
  readonly on?: IsoDay;
}

export function evidenceOf(id: string, file: TenantFile | undefined): Evidence {
  return { id, ...file?.rows.get(id.slice(id.indexOf(':') + 1)) };
}

/** Proposals of a property, of a run, or all, with the runs that wait for a human and what was answered. */
export async function proposedOf(
  rooms: ProposalRooms,
  { property: house, run: of }: { readonly property?: PropertyId; readonly run?: RunId } = {},
): Promise<Proposed[]> {
  const [policy, runs, portfolio] = [await rooms.policy(), await rooms.runs(), await rooms.portfolio()];
  const known = await policy.proposals(house && { property: house });
  const all = of === undefined ? known : known.filter(({ runId }) => runId === of);
  const files = await portfolio.filesOf([...new Set(all.map(({ tenant }) => tenant))], rooms.today);
  const proposed: Proposed[] = [];
  for (const { property, tenant, lease, state, runId, indexMilli, stage, evidence, triggerVersion } of all) {
    const run = runId ? await runs.show(runId) : undefined;
    const file = files.get(tenant);
    proposed.push({
      ...{ property, tenant, lease, key: file?.key ?? tenant, name: file?.name ?? null, state },
      ...{ run: runId, status: run?.status ?? null },
      decision: run?.approvals.find((each) => each.decision !== undefined)?.decision ?? null,
      ...{ index: indexMilli / 1000, stage, model: triggerVersion },
      evidence: evidence.map((id): Evidence => evidenceOf(id, file)),
    });
  }
  return proposed;
}

/** The day on which the tenant first stood above the trigger; in the demo, which has an end, no day after that. */
export function firstDayOf({ firstAt }: Pick<Proposal, 'firstAt'>, timeZone: TimeZone, today: IsoDay): IsoDay {
  const day = dayIn(timeZone, firstAt);
  return day > today ? today : day;
}

/** What makes a proposal one that nothing follows from. */
export const lapses: Readonly<Record<Lapse, string>> = {
  gone: 'the tenant is not known to live there any more',
  notice: 'the tenant has given notice',
  other_lease: 'the tenant has another lease by now',
  looks_elsewhere: 'the tenant was heard looking elsewhere, and is offered service only',
};

/** Why the proposal of a run does not hold any more. */
export async function lapseIn(
  rooms: Pick<ProposalRooms, 'portfolio' | 'today'>,
  input: RunSummary['input'],
): Promise<Lapse | undefined> {
  return lapseOf({ portfolio: await rooms.portfolio(), today: rooms.today }, input as About);
}

/** It is answered with what would be done in sight; any other question is answered with the fields that it asks for. */
export function isProposal({ workflow }: Pick<RunSummary, 'workflow'>): boolean {
  return workflow === retention.name;
}

/** How a human answers what a run asks, at a prompt. */
export function answering(run: Pick<RunSummary, 'id' | 'workflow'>): string {
  return `sophia runs ${isProposal(run) ? 'approve' : 'reply'} ${run.id}`;
}
