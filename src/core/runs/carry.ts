import { type Instant, id, minuteIn } from '../domain/index.ts';
import { type ExitName, UsageError, UserError } from '../errors/index.ts';
import { acquireLease, type FencedTx, type Lease, LeaseHeldError } from '../store/index.ts';
import { afterAnswer, expire, lastAnswer, takeBack } from './approvals.ts';
import { type Heeding, heeding, requestCancel } from './cancel.ts';
import { type CarryDeps, Exhausted, type RunsDeps } from './deps.ts';
import { type Graph, openGraph } from './graph.ts';
import { fingerprintOf, type Registry, shapeOf } from './registry.ts';
import { forget, release } from './retries.ts';
import { move, type Row } from './rows.ts';
import { isDue, isEnded, leaseOf, standingOf } from './standing.ts';
import type { Definition } from './workflow.ts';

type Ended = 'succeeded' | 'failed' | 'cancelled';
type Of = { readonly nodes: number } | { readonly exit: ExitName };

export async function holding<Services>(deps: RunsDeps<Services>, run: Pick<Row, 'id'>): Promise<Lease> {
  try {
    return await acquireLease(deps, leaseOf(run.id), run.id, [`sophia runs show ${run.id}   says how it stands there`]);
  } catch (thrown) {
    if (!(thrown instanceof LeaseHeldError)) throw thrown;
    const since = minuteIn(deps.timeZone, await heldSince(deps, run));
    throw new LeaseHeldError(`${thrown.message} since ${since}`, thrown.next);
  }
}

/** When whoever works on a run began to. */
async function heldSince<Services>({ store, clock }: RunsDeps<Services>, run: Pick<Row, 'id'>): Promise<Instant> {
  const moved = await store.read.selectFrom('run').select('updated_at').where('id', '=', run.id).executeTakeFirst();
  const taken = await store.read
    .selectFrom('event')
    .select('at')
    .where('run_id', '=', run.id)
    .where('kind', '=', 'run.resumed')
    .orderBy('run_seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    [moved?.updated_at, taken?.at]
      .filter((at) => at !== undefined)
      .sort()
      .at(-1) ?? clock.now()
  );
}

/** Nothing to write when another process ended the run after we looked and before we held the lease. */
export async function end<Services>(
  tx: FencedTx,
  deps: RunsDeps<Services>,
  run: Pick<Row, 'id'>,
  status: Ended,
  of: Of,
): Promise<void> {
  if (!(await move(tx, deps, run.id, { status, failure: 'exit' in of ? of.exit : null }))) return;
  await forget(tx, run.id);
  if (status === 'cancelled') await takeBack(tx, run.id);
  if ('nodes' in of) return deps.journal.appendIn(tx, { kind: 'run.succeeded', runId: run.id, body: of });
  const kind = status === 'cancelled' ? 'run.cancelled' : 'run.failed';
  await deps.journal.appendIn(tx, { kind, runId: run.id, body: { exit: id('exit', of.exit) } });
}

/** Ends a run now, or has whoever works on it end it. */
export async function cancel<Services>(deps: RunsDeps<Services>, run: Row): Promise<void> {
  const isEnding = async () => {
    try {
      await using lease = await holding(deps, run);
      await lease.write((tx) => end(tx, deps, run, 'cancelled', { exit: 'refused' }));
      return true;
    } catch (thrown) {
      if (thrown instanceof LeaseHeldError) return false;
      throw thrown;
    }
  };
  if (await isEnding()) return;
  await deps.store.write((tx) => requestCancel(tx, deps, run.id));
  await isEnding(); // who had it may have written its last before it could hear
}

/** Carries a run on under its lease, as far as it goes, and writes how it ended or that it waits. */
export async function carry<Services>(
  deps: CarryDeps<Services>,
  definition: Definition<Services>,
  lease: Lease,
  run: Row,
): Promise<object> {
  using ear = heeding(deps, lease, run);
  const { around } = definition;
  const context = { services: deps.services, runs: deps.room, warn: (text: string) => deps.logger.warn(text) };
  try {
    ear.cancelled.throwIfAborted();
    await around?.before?.(JSON.parse(run.input), context);
    const { state, waits } = await (await graphOf(deps, definition, lease, run, ear)).carry();
    const nodes = definition.steps.flatMap((step) => step.nodes).length;
    await ear.write(async (tx) => {
      if (waits) await move(tx, deps, run.id, { status: 'waiting', failure: null });
      else await end(tx, deps, run, 'succeeded', { nodes });
    });
    if (waits) ear.cancelled.throwIfAborted();
    else await around?.after?.(JSON.parse(run.input), context);
    return state;
  } catch (thrown) {
    await lease.write(async () => undefined); // who has lost the run is told that, not what went wrong
    throw await failed(deps, lease, run, ear.cancelled.aborted ? ear.cancelled.reason : thrown, ear);
  }
}

/** Writes what is to be written of a failure, and returns what is to be told of it. */
async function failed<Services>(
  deps: RunsDeps<Services>,
  lease: Lease,
  run: Row,
  thrown: unknown,
  { cancelled }: Heeding,
): Promise<unknown> {
  const ending = (status: Ended, exit: ExitName) => lease.write((tx) => end(tx, deps, run, status, { exit }));
  if (cancelled.aborted) {
    await ending('cancelled', 'refused');
    return thrown;
  }
  if (thrown instanceof Exhausted) {
    const { cause } = thrown;
    await ending('failed', cause instanceof Error && 'exit' in cause ? (cause.exit as ExitName) : 'bug');
    return cause;
  }
  // An answer stands: whatever kept it from being carried out can be mended, and the run resumed.
  const answered = await lastAnswer(deps.store.read, run.id);
  if (answered) return afterAnswer(thrown, run.id, answered);
  // What the user's world refuses ends the run; a fault of ours, or outside, leaves it to be resumed.
  if (thrown instanceof UsageError || (thrown instanceof UserError && thrown.exit !== 'held'))
    await ending('failed', thrown.exit);
  return thrown;
}

function graphOf<Services>(
  deps: RunsDeps<Services>,
  definition: Definition<Services>,
  lease: Lease,
  run: Row,
  ear: Heeding,
): Promise<Graph> {
  const { store, ...rest } = deps;
  const gone = AbortSignal.any([lease.lost, ear.cancelled]);
  return openGraph({ ...rest, read: store.read }, ear, definition, run, gone);
}

interface Drive<Services> {
  readonly registry: Registry<Services>;
  find(runId: Row['id']): Promise<Row>;
  /** Even by a definition of another shape: a human says that it will do. */
  readonly force?: boolean | undefined;
}

/** Goes on with a run that is queued, stalled or due. One that has ended or waits is looked at only. */
export async function drive<Services>(
  deps: CarryDeps<Services>,
  { registry, find, force = false }: Drive<Services>,
  asked: Row,
): Promise<{ readonly resumed: boolean; readonly state: object }> {
  const definition = force ? registry.nearestTo(asked) : registry.definitionOf(asked);
  await using lease = await holding(deps, asked);
  // Somebody else may have gone on with it before the lease was ours: then it is as they left it.
  const run = await find(asked.id);
  const { store, clock, journal } = deps;
  const isForced = force && !registry.isCompatible(run);
  if (isForced) await lease.write((tx) => rebase(tx, deps, run, definition));
  // The lease is ours: whoever was at it is not any more.
  if (!isEnded(run) && run.cancel_requested_at !== null)
    return { resumed: false, state: await carry(deps, definition, lease, run) };
  const [stands] = await standingOf({ ...deps, read: store.read, registry: { isCompatible: () => true } }, [run]);
  const isOurs = run.status === 'running' || run.status === 'queued';
  if (isEnded(run) || !stands || !(isOurs || isDue(stands, clock.now()))) {
    await lease.write(async () => undefined); // who has lost the run is told so, and nothing of it
    using ear = heeding(deps, lease, run);
    return { resumed: false, state: await (await graphOf(deps, definition, lease, run, ear)).state() };
  }
  const resumed = lease.token > 1 && run.status === 'running';
  const isFresh = run.status === 'running' && !resumed;
  if (!isFresh)
    await lease.write(async (tx) => {
      if (resumed) await journal.appendIn(tx, { kind: 'run.resumed', runId: run.id, body: { token: lease.token } });
      else await move(tx, deps, run.id, { status: 'running', failure: null });
      await expire(tx, deps, run.id);
      await release(tx, deps, run.id);
    });
  return { resumed, state: await carry(deps, definition, lease, isFresh ? run : await find(run.id)) };
}

/** From now on the run is one of that definition; who said so is in the audit stream. */
async function rebase<Services>(tx: FencedTx, deps: RunsDeps<Services>, run: Row, definition: Definition<Services>) {
  const { version, name: workflow } = definition;
  const shape = JSON.stringify(shapeOf(definition));
  await tx
    .updateTable('run')
    .set({ version, shape, fingerprint: fingerprintOf(definition) })
    .where('id', '=', run.id)
    .execute();
  await deps.journal.appendIn(tx, { kind: 'run.forced', runId: run.id, body: { workflow, version } });
}
