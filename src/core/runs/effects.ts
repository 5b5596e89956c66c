import type { Id, RunId } from '../domain/index.ts';
import type { FencedTx, Lease, Tables } from '../store/index.ts';
import type { GraphDeps, RunsDeps, Task } from './deps.ts';
import { linesOf } from './lines.ts';
import type { InDoubt, OnceOptions } from './workflow.ts';

type EffectDeps = Pick<GraphDeps<never>, 'read' | 'owner' | 'clock' | 'journal'>;

interface Effect extends Task {
  readonly key: Id<'effect'>;
  /** Asks a human whether it was done at that attempt. */
  wasDone(attempt: number): Promise<boolean>;
}

/**
 * Does `work` unless it is recorded as done, and records it. The record that it begins is fenced, so that a process that
 * has lost the run begins nothing. Killed between the two records it is in doubt, and what was declared for that when it
 * was begun is what happens.
 */
export async function once<T>(
  deps: EffectDeps,
  lease: Pick<Lease, 'write'>,
  { runId, taskId, key, wasDone }: Effect,
  work: (idempotencyKey: string) => Promise<T>,
  { inDoubt, done = [] }: OnceOptions<InDoubt>,
): Promise<T | undefined> {
  const { read, owner, clock, journal } = deps;
  const recorded = await read
    .selectFrom('effect')
    .select(['state', 'value', 'attempts', 'policy'])
    .where('run_id', '=', runId)
    .where('task_id', '=', taskId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (recorded?.state === 'done') return recorded.value === null ? undefined : JSON.parse(recorded.value);
  if (recorded?.state === 'skipped') return undefined;

  const record = async (tx: FencedTx, set: Partial<Tables['effect']>) => {
    await tx
      .updateTable('effect')
      .set({ ...set, finished_at: clock.now() })
      .where('run_id', '=', runId)
      .where('task_id', '=', taskId)
      .where('key', '=', key)
      .execute();
  };
  const tellDone = async (tx: FencedTx) => {
    await journal.appendIn(tx, { kind: 'effect.done', runId, body: { effect: key } });
    for (const event of done) await journal.appendIn(tx, { ...event, runId });
  };
  // What was begun before 0.3.0 was begun to be done again.
  const doubted = recorded && (recorded.policy ?? 'retry');
  if (doubted === 'ask' && (await wasDone(recorded?.attempts ?? 1))) {
    await lease.write(async (tx) => {
      await record(tx, { state: 'done' });
      await tellDone(tx);
    });
    return undefined;
  }
  if (doubted === 'skip') {
    await lease.write(async (tx) => {
      await record(tx, { state: 'skipped' });
      await journal.appendIn(tx, { kind: 'effect.skipped', runId, body: { effect: key } });
    });
    return undefined;
  }

  const attempt = (recorded?.attempts ?? 0) + 1;
  await lease.write(async (tx) => {
    await tx
      .insertInto('effect')
      .values({
        ...{ run_id: runId, task_id: taskId, key, owner, state: 'started', attempts: attempt, value: null },
        ...{ started_at: clock.now(), finished_at: null, policy: inDoubt },
      })
      .onConflict((same) => same.columns(['run_id', 'task_id', 'key']).doUpdateSet({ attempts: attempt }))
      .execute();
    await journal.appendIn(tx, { kind: 'effect.started', runId, body: { effect: key, attempt } });
  });
  const value = await work([runId, taskId, key].join(':'));
  await lease.write(async (tx) => {
    await record(tx, { state: 'done', value: JSON.stringify(value ?? null) });
    await tellDone(tx);
  });
  return value;
}

/** What the effects of a run that are done have given, in the order in which the journal tells of them. */
export async function outcomesOf(
  { store, journal }: Pick<RunsDeps<never>, 'store' | 'journal'>,
  runId: RunId,
): Promise<unknown[]> {
  const told = await Array.fromAsync(linesOf(journal, runId, 'effect.done'), ({ body }) => body.effect);
  const rows = await store.read
    .selectFrom('effect')
    .select(['key', 'value'])
    .where('run_id', '=', runId)
    .where('state', '=', 'done')
    .execute();
  return rows
    .toSorted((a, b) => told.indexOf(a.key) - told.indexOf(b.key))
    .map(({ value }) => JSON.parse(value ?? 'null') as unknown);
}
