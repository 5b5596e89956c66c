import type { Rooms } from '../../core/app.ts';
import type { PropertyId } from '../../core/domain/index.ts';
import { type About, type Lapse, lapseOf } from '../../core/flows/lapse.ts';
import type { RunSummary } from '../../core/runs/index.ts';
import { type Evidence, evidenceOf, type Proposed } from './report.ts';

/** Proposals of a property, or of all, with the runs that wait for a human and what was answered. */
export async function proposedOf(rooms: Rooms, only?: PropertyId): Promise<Proposed[]> {
  const [policy, runs, portfolio] = [await rooms.policy(), await rooms.runs(), await rooms.portfolio()];
  const all = await policy.proposals(only && { property: only });
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

/** What makes a proposal one that nothing follows from. */
export const lapses: Readonly<Record<Lapse, string>> = {
  gone: 'the tenant is not known to live there any more',
  notice: 'the tenant has given notice',
  other_lease: 'the tenant has another lease by now',
  looks_elsewhere: 'the tenant was heard looking elsewhere, and is offered service only',
};

/** Why the proposal of a run does not hold any more. */
export async function lapseIn(rooms: Rooms, input: RunSummary['input']): Promise<Lapse | undefined> {
  return lapseOf({ portfolio: await rooms.portfolio(), today: rooms.today }, input as About);
}
