import type { Instant } from '../domain/index.ts';
import type { FencedTx, Lease } from '../store/index.ts';
import { type GraphDeps, type Task, Waits } from './deps.ts';

type TimerDeps = Pick<GraphDeps<never>, 'read' | 'owner' | 'clock' | 'journal'>;

/**
 * Returns when `at` has come, and throws Waits until then. The moment is kept: a node that is run again waits for the one
 * that it named first. One that has come has come, even when the clock jumps back.
 */
export async function sleepUntil(
  { read, owner, clock, journal }: TimerDeps,
  { write }: Pick<Lease, 'write'>,
  { runId, taskId, node }: Task,
  key: string,
  at: Instant,
): Promise<void> {
  const set = await read
    .selectFrom('timer')
    .select(['due_at', 'fired_at'])
    .where('run_id', '=', runId)
    .where('task_id', '=', taskId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (set?.fired_at) return;
  const now = clock.now();
  const due_at = set?.due_at ?? at;
  const isDue = due_at <= now;
  if (!set)
    await write(async (tx) => {
      const row = { run_id: runId, task_id: taskId, key, owner, due_at, set_at: now, fired_at: null };
      await tx.insertInto('timer').values(row).execute();
      await journal.appendIn(tx, { kind: 'timer.set', runId, body: { node } });
    });
  if (!isDue) throw new Waits();
  await write(async (tx) => {
    await tx
      .updateTable('timer')
      .set({ fired_at: now })
      .where('run_id', '=', runId)
      .where('task_id', '=', taskId)
      .where('key', '=', key)
      .execute();
    await journal.appendIn(tx, { kind: 'timer.fired', runId, body: { node } });
  });
}

/** In the transaction that records a task as finished: what it has not waited for to the end would make its run due for ever. */
export async function waitNoMore(
  tx: FencedTx,
  { clock }: Pick<TimerDeps, 'clock'>,
  { runId, taskId }: Pick<Task, 'runId' | 'taskId'>,
): Promise<void> {
  const ofTask = { run_id: runId, task_id: taskId };
  await tx
    .updateTable('timer')
    .set({ fired_at: clock.now() })
    .where((its) => its.and(ofTask))
    .where('fired_at', 'is', null)
    .execute();
  await tx
    .updateTable('approval')
    .set({ status: 'withdrawn' })
    .where((its) => its.and(ofTask))
    .where('status', '=', 'open')
    .execute();
}
