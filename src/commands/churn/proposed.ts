import type { Rooms } from '../../core/app.ts';
import type { PropertyId, RunId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import type { Runs } from '../../core/runs/index.ts';
import type { Proposed } from './report.ts';

/** Proposals of a property, with the runs that wait for a human and what was answered. */
export async function proposedOf(rooms: Rooms, property: PropertyId): Promise<Proposed[]> {
  const [policy, runs, portfolio] = [await rooms.policy(), await rooms.runs(), await rooms.portfolio()];
  const all = await policy.proposals({ property });
  const tenants = all.map(({ tenant }) => tenant);
  const labels = await portfolio.filesOf(tenants, rooms.today);
  const proposed: Proposed[] = [];
  for (const { tenant, state, runId } of all) {
    const run = runId ? await runs.show(runId) : undefined;
    const decision = run?.approvals.find((each) => each.decision !== undefined)?.decision ?? null;
    proposed.push({
      ...{ tenant, key: labels.get(tenant)?.key ?? tenant, state },
      ...{ run: runId, status: run?.status ?? null, decision },
    });
  }
  return proposed;
}

/** Brings each new proposal to its question, so that it waits. What a human has answered is not gone on with. */
export async function askAll(rooms: Rooms, property: PropertyId): Promise<void> {
  const runs = await rooms.runs();
  for (const { run, status, decision } of await proposedOf(rooms, property))
    if (run && decision === null && (status === 'queued' || status === 'stalled')) await unlessHeld(runs, run);
}

/** Another process may be at it just now; then it will wait in a moment. */
async function unlessHeld(runs: Runs, runId: RunId): Promise<void> {
  try {
    await runs.resume(runId);
  } catch (thrown) {
    if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
  }
}
