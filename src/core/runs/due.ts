import { type Instant, id, type RunId } from '../domain/index.ts';
import { asSophiaError } from '../errors/index.ts';
import { LeaseHeldError } from '../store/index.ts';
import { drive, end, holding } from './carry.ts';
import type { CarryDeps, RunsDeps } from './deps.ts';
import { unattended } from './policy.ts';
import type { Registry } from './registry.ts';
import { putOff, WHOLE_RUN } from './retries.ts';
import { move, type Row, UNFINISHED } from './rows.ts';
import { isDue, type RunSummary, standingOf } from './standing.ts';

interface DueDeps<Services> {
  readonly registry: Registry<Services>;
  find(runId: RunId): Promise<Row>;
}

/** What was carried on, and what was thrown out of it. */
export interface CarriedOn {
  readonly run: RunSummary;
  readonly thrown?: unknown;
}

/** How many runs wait: until somebody goes on with them, of those for want of their process, and for a human. */
export interface Load {
  readonly due: number;
  readonly stalled: number;
  readonly approvals: number;
}

type RegistryDeps<Services> = Pick<DueDeps<Services>, 'registry'>;

/** Runs that somebody may go on with now, without a human; who has waited longest comes first. */
export async function dueRuns<Services>(
  deps: RunsDeps<Services>,
  given: RegistryDeps<Services>,
): Promise<RunSummary[]> {
  const now = deps.clock.now();
  return (await unfinishedRuns(deps, given)).filter((run) => isDue(run, now) && !isLeftAlone(given, run));
}

/** Begun or answered it is gone on with; lost by whoever did, it waits for somebody who says so. */
function isLeftAlone<Services>({ registry }: RegistryDeps<Services>, { workflow, status }: RunSummary): boolean {
  return status === 'stalled' && registry.newestOf(workflow).isLeftAlone === true;
}

export async function loadOf<Services>(deps: RunsDeps<Services>, given: RegistryDeps<Services>): Promise<Load> {
  const runs = await unfinishedRuns(deps, given);
  const load = loadIn(runs, deps.clock.now());
  // What nobody goes on with unasked waits for no worker.
  return { ...load, due: load.due - runs.filter((run) => isLeftAlone(given, run)).length };
}

/** What these runs, which have not ended, make of it. */
export function loadIn(runs: readonly RunSummary[], now: Instant): Load {
  const count = (counts: (run: RunSummary) => boolean) => runs.filter(counts).length;
  return {
    due: count((run) => isDue(run, now)),
    stalled: count(({ status }) => status === 'stalled'),
    approvals: count(({ waitingOn }) => waitingOn === 'approval'),
  };
}

/** Those that may still go on; who has waited longest comes first. */
export async function unfinishedRuns<Services>(
  deps: Pick<RunsDeps<Services>, 'store' | 'owner' | 'clock' | 'processes'>,
  { registry }: RegistryDeps<Services>,
): Promise<RunSummary[]> {
  const { store, owner } = deps;
  const rows = await store.read
    .selectFrom('run')
    .selectAll()
    .where('owner', '=', owner)
    .where('status', 'in', UNFINISHED)
    .orderBy('updated_at')
    .orderBy('id')
    .execute();
  return standingOf({ ...deps, read: store.read, registry }, rows);
}

/** Goes on with one run that is due and that nobody else has; `undefined` when there is none. */
export async function next<Services>(
  deps: CarryDeps<Services>,
  { registry, find }: DueDeps<Services>,
): Promise<CarriedOn | undefined> {
  for (const due of await dueRuns(deps, { registry })) {
    const now = async () => {
      const [run = due] = await standingOf({ ...deps, read: deps.store.read, registry }, [await find(due.id)]);
      return run;
    };
    try {
      await drive(deps, { registry, find }, await find(due.id));
      return { run: await now() };
    } catch (thrown) {
      if (thrown instanceof LeaseHeldError) continue;
      if (!deps.signal.aborted && registry.newestOf(due.workflow).isLeftAlone !== true)
        await tryLater(deps, due.id, find, thrown).catch((worse: unknown) => {
          // By who took it over meanwhile; or by us, who could not give it back: it is due again when that is over.
          if (!(worse instanceof LeaseHeldError)) throw worse;
        });
      return { run: await now(), thrown };
    }
  }
  return undefined;
}

/** What was left to be resumed, with nobody there who would: tried again later, and failed after the last time. */
async function tryLater<Services>(
  deps: RunsDeps<Services>,
  runId: RunId,
  find: DueDeps<Services>['find'],
  thrown: unknown,
): Promise<void> {
  await using lease = await holding(deps, { id: runId });
  const { status } = await find(runId);
  if (status !== 'running') return;
  await lease.write(async (tx) => {
    const task = { runId, taskId: WHOLE_RUN, node: id('node', WHOLE_RUN) } as const;
    if (await putOff(tx, deps, task, unattended, thrown))
      await move(tx, deps, runId, { status: 'waiting', failure: null });
    else await end(tx, deps, { id: runId }, 'failed', { exit: asSophiaError(thrown).exit });
  });
}
