import type { Rooms } from '../../core/app.ts';
import type { PropertyId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
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

/** Ends each proposal that nobody has answered and that does not hold any more, so that nobody is asked about it. */
export async function withdrawLapsed(rooms: Rooms, property: PropertyId): Promise<void> {
  const runs = await rooms.runs();
  for (const { run, status, decision } of await proposedOf(rooms, property)) {
    if (!run || decision !== null || !isOpen(status)) continue;
    const { input } = await runs.show(run);
    if (await lapseIn(rooms, input)) await unlessHeld(() => runs.withdraw(run));
  }
}

/** Why the proposal of a run does not hold any more. */
export async function lapseIn(rooms: Rooms, input: RunSummary['input']): Promise<Lapse | undefined> {
  return lapseOf({ portfolio: await rooms.portfolio(), today: rooms.today }, input as About);
}

/** Brings each new proposal to its question, so that it waits. One that cannot be drafted is told, and fails no other. */
export async function askAll(rooms: Rooms, property: PropertyId, warn: (text: string) => void): Promise<void> {
  const runs = await rooms.runs();
  for (const { run, key, status, decision } of await proposedOf(rooms, property))
    if (run && decision === null && (status === 'queued' || status === 'stalled'))
      await unlessHeld(() => draft(key, () => runs.resume(run), warn));
}

async function draft(key: string, ask: () => Promise<unknown>, warn: (text: string) => void): Promise<void> {
  try {
    await ask();
  } catch (thrown) {
    if (!(thrown instanceof UserError) || thrown.exit === 'held') throw thrown;
    warn(`no draft for ${key}: ${thrown.message}`);
  }
}

/** Another process may be at it just now; then it will wait in a moment, or be gone. */
async function unlessHeld(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
  }
}

function isOpen(status: Proposed['status']): boolean {
  return status === 'waiting' || status === 'queued' || status === 'stalled';
}
