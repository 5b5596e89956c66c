import type { Id, RunId } from '../domain/index.ts';
import type { Event, Lease, Reader } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';

type EffectDeps = Pick<RunsDeps<never>, 'owner' | 'clock' | 'journal'> & { readonly read: Reader };

interface Effect {
  readonly runId: RunId;
  readonly taskId: string;
  readonly key: Id<'effect'>;
  /** Lines written in the transaction that records it as done. */
  readonly done: readonly Event[];
}

/**
 * Does `work` unless it is recorded as done, and records it. The record that it begins is fenced, so that a process that
 * has lost the run begins nothing. Killed between the two records it is in doubt, and is done again with the same key:
 * safe where the receiver honours the key, and the only way that loses nothing.
 */
export async function once<T>(
  deps: EffectDeps,
  lease: Pick<Lease, 'write'>,
  { runId, taskId, key, done }: Effect,
  work: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const { read, owner, clock, journal } = deps;
  const row = { run_id: runId, task_id: taskId, key };
  const recorded = await read
    .selectFrom('effect')
    .select(['state', 'value', 'attempts'])
    .where('run_id', '=', runId)
    .where('task_id', '=', taskId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (recorded?.state === 'done') return JSON.parse(recorded.value ?? 'null') as T;

  const attempt = (recorded?.attempts ?? 0) + 1;
  await lease.write(async (tx) => {
    await tx
      .insertInto('effect')
      .values({
        ...{ ...row, owner, state: 'started', attempts: attempt, value: null, started_at: clock.now() },
        finished_at: null,
      })
      .onConflict((same) => same.columns(['run_id', 'task_id', 'key']).doUpdateSet({ attempts: attempt }))
      .execute();
    await journal.appendIn(tx, { kind: 'effect.started', runId, body: { effect: key, attempt } });
  });
  const value = await work([runId, taskId, key].join(':'));
  await lease.write(async (tx) => {
    await tx
      .updateTable('effect')
      .set({ state: 'done', value: JSON.stringify(value ?? null), finished_at: clock.now() })
      .where('run_id', '=', runId)
      .where('task_id', '=', taskId)
      .where('key', '=', key)
      .execute();
    await journal.appendIn(tx, { kind: 'effect.done', runId, body: { effect: key } });
    for (const event of done) await journal.appendIn(tx, event);
  });
  return value;
}

/** What the effects of a run that are done have given, in the order in which the journal tells of them. */
export async function outcomesOf(
  { store, journal }: Pick<RunsDeps<never>, 'store' | 'journal'>,
  runId: RunId,
): Promise<unknown[]> {
  const told = (await journal.since(0, { runId })).flatMap(({ kind, body }) =>
    kind === 'effect.done' ? [body.effect] : [],
  );
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
