import { addMs, type Instant, id, type RunId } from '../domain/index.ts';
import { asSophiaError, ExternalError, UserError } from '../errors/index.ts';
import { LeaseHeldError, type Tx } from '../store/index.ts';
import type { RunsDeps, Task } from './deps.ts';
import { backOffMs } from './policy.ts';
import type { Row } from './rows.ts';
import type { NodeOptions } from './workflow.ts';

type RetryDeps = Pick<RunsDeps<never>, 'clock' | 'random' | 'journal'>;

/** How often a task has failed, and when it is tried again; `null` from then on. */
type Retries = Readonly<Record<string, { readonly failures: number; readonly at: Instant | null }>>;

/** Stands for whatever was not the failure of one task, so that a run that fails and fails is not tried for ever. */
export const WHOLE_RUN = 'run';

export function isRetryable(thrown: unknown): boolean {
  if (thrown instanceof AggregateError) return thrown.errors.length > 0 && thrown.errors.every(isRetryable);
  return thrown instanceof ExternalError && thrown.retryable;
}

/** A server that cannot be reached, or a store in which others write for long: nothing of ours is lost by waiting. */
export function isStoreAway(thrown: unknown): thrown is ExternalError | UserError {
  if (thrown instanceof LeaseHeldError) return false;
  return isRetryable(thrown) || (thrown instanceof UserError && thrown.exit === 'held');
}

function retriesIn({ retries }: Pick<Row, 'retries'>): Retries {
  return JSON.parse(retries ?? '{}') as Retries;
}

/** Whether the task has failed and is not to be tried again yet. */
export function isPutOff(row: Pick<Row, 'retries'>, taskId: string): boolean {
  return (retriesIn(row)[taskId]?.at ?? null) !== null;
}

/** Counts a failure and says when the task is tried again. Returns `false`, and counts nothing, after the last attempt. */
export async function putOff(
  tx: Tx,
  { clock, random, journal }: RetryDeps,
  { runId, taskId, node }: Task,
  retry: NonNullable<NodeOptions['retry']>,
  thrown: unknown,
): Promise<boolean> {
  const counted = await countedIn(tx, runId);
  const failures = (counted[taskId]?.failures ?? 0) + 1;
  if (failures >= retry.attempts) return false;
  const at = addMs(clock.now(), backOffMs(retry, failures, random));
  await keep(tx, runId, { ...counted, [taskId]: { failures, at } });
  const exit = id('exit', asSophiaError(thrown).exit);
  await journal.appendIn(tx, { kind: 'run.retry_set', runId, body: { node, attempt: failures, exit } });
  return true;
}

/** Whose time has come is tried again. Decided once, when the run is gone on with, whatever the clock says later. */
export async function release(tx: Tx, { clock }: Pick<RetryDeps, 'clock'>, runId: RunId): Promise<void> {
  const [now, counted] = [clock.now(), await countedIn(tx, runId)];
  const due = Object.entries(counted).map(([taskId, { failures, at }]) => {
    return [taskId, { failures, at: at !== null && at <= now ? null : at }] as const;
  });
  if (due.length > 0) await keep(tx, runId, Object.fromEntries(due));
}

/** In the transaction that records the task as finished. */
export async function settle(tx: Tx, { runId, taskId }: Pick<Task, 'runId' | 'taskId'>): Promise<void> {
  const { [taskId]: mine, [WHOLE_RUN]: whole, ...others } = await countedIn(tx, runId);
  if (mine || whole) await keep(tx, runId, others);
}

/** Failures of the run are forgotten: it is tried again as if for the first time. */
export async function forget(tx: Tx, runId: RunId): Promise<void> {
  await keep(tx, runId, {});
}

async function countedIn(tx: Tx, runId: RunId): Promise<Retries> {
  return retriesIn(await tx.selectFrom('run').select('retries').where('id', '=', runId).executeTakeFirstOrThrow());
}

async function keep(tx: Tx, runId: RunId, retries: Retries): Promise<void> {
  const [first = null] = Object.values(retries)
    .map(({ at }) => at)
    .filter((at) => at !== null)
    .sort();
  await tx
    .updateTable('run')
    .set({ retries: Object.keys(retries).length === 0 ? null : JSON.stringify(retries), retry_at: first })
    .where('id', '=', runId)
    .execute();
}
