import type { Id, RunId } from '../domain/index.ts';
import { BugError } from '../errors/index.ts';
import type { FencedTx, Tables } from '../store/index.ts';
import { type Held, isCancelled } from './cancel.ts';
import { Exhausted, type GraphDeps, type RunsDeps, type Task } from './deps.ts';
import { linesOf } from './lines.ts';
import { isStoreAway } from './retries.ts';
import type { InDoubt, OnceOptions } from './workflow.ts';

/** How long to wait before what was done is recorded again. */
const AGAIN_MS = 500;

type EffectDeps = Pick<GraphDeps<never>, 'read' | 'owner' | 'clock' | 'journal' | 'logger'>;
type Lasting = Pick<Held, 'write' | 'lost'>;

interface Effect extends Task {
  readonly key: Id<'effect'>;
  /** Aborts when nothing is to be begun any more. */
  readonly signal: AbortSignal;
  /** Called when a human may have been asked about it, also by who had the run before. */
  asked(): void;
  /** Asks a human whether it was done at that attempt. */
  wasDone(attempt: number): Promise<boolean>;
}

/**
 * Does `work` unless it is recorded as done, and records it. The record that it begins is fenced, so that a process that
 * has lost the run begins nothing; nor does one whose run is to be cancelled. Killed between the two records it is in
 * doubt, and what was declared for that when it was begun is what happens.
 */
export async function once<T>(
  deps: EffectDeps,
  lease: Lasting,
  { runId, taskId, key, signal, asked, wasDone }: Effect,
  work: (idempotencyKey: string) => Promise<T>,
  { inDoubt, done = [] }: OnceOptions<InDoubt>,
): Promise<T | undefined> {
  const { read, owner, clock, journal } = deps;
  const identity = { run_id: runId, task_id: taskId, key };
  const { decode, encode } = await import('../checkpoint/index.ts');
  const recorded = await read
    .selectFrom('effect')
    .select(['state', 'value', 'attempts', 'policy'])
    .where((its) => its.and(identity))
    .executeTakeFirst();
  if (recorded?.policy === 'ask') asked();
  if (recorded?.state === 'done') {
    if (recorded.value !== null) return decode(recorded.value) as T;
    if (recorded.policy === 'ask') return undefined;
    throw withoutValue(key);
  }
  if (recorded?.state === 'skipped') return undefined;

  /** Once: where the connection broke off nobody knows whether it is on record already. */
  const record = async (tx: FencedTx, set: Partial<Tables['effect']>): Promise<boolean> => {
    const { numUpdatedRows } = await tx
      .updateTable('effect')
      .set({ ...set, finished_at: clock.now() })
      .where((its) => its.and(identity))
      .where('state', '=', 'started')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  };
  /** It is known not to be done: in doubt a human would be asked about it, or it would be left for ever. */
  const takeBack = async (tx: FencedTx, before: number | undefined) => {
    if (before === undefined)
      await tx
        .deleteFrom('effect')
        .where((its) => its.and(identity))
        .execute();
    else
      await tx
        .updateTable('effect')
        .set({ attempts: before })
        .where((its) => its.and(identity))
        .execute();
  };
  const recordDone = async (tx: FencedTx, value: string | null) => {
    if (!(await record(tx, { state: 'done', value }))) return;
    await journal.appendIn(tx, { kind: 'effect.done', runId, body: { effect: key } });
    for (const event of done) await journal.appendIn(tx, { ...event, runId });
  };
  // What was begun before 0.3.0 was begun to be done again.
  const doubted = recorded && (recorded.policy ?? 'retry');
  if (doubted === 'ask' && (await wasDone(recorded?.attempts ?? 1))) {
    await lease.write((tx) => recordDone(tx, null));
    return undefined;
  }
  if (doubted === 'skip') {
    await lease.write(async (tx) => {
      if (await record(tx, { state: 'skipped' }))
        await journal.appendIn(tx, { kind: 'effect.skipped', runId, body: { effect: key } });
    });
    return undefined;
  }

  const attempt = (recorded?.attempts ?? 0) + 1;
  const isBegun = await lease.write(async (tx) => {
    if (await isCancelled(tx, runId)) return false;
    await tx
      .insertInto('effect')
      .values({
        ...{ ...identity, owner, state: 'started', attempts: attempt, value: null },
        ...{ started_at: clock.now(), finished_at: null, policy: inDoubt },
      })
      .onConflict((same) => same.columns(['run_id', 'task_id', 'key']).doUpdateSet({ attempts: attempt }))
      .execute();
    await journal.appendIn(tx, { kind: 'effect.started', runId, body: { effect: key, attempt } });
    return true;
  });
  if (!isBegun || signal.aborted) {
    // Where that cannot be written it is in doubt, as after a kill.
    if (isBegun) await lease.write((tx) => takeBack(tx, recorded?.attempts)).catch(() => undefined);
    throw signal.reason;
  }
  const value = await work([runId, taskId, key].join(':'));
  const kept = keptOf(() => encode(value));
  await insisting(deps, lease, key, (tx) => recordDone(tx, kept));
  if (kept === null) throw withoutValue(key);
  return value;
}

/** What is kept of a value; `null` when it would not come back as it was. */
function keptOf(encoded: () => Uint8Array): string | null {
  try {
    return new TextDecoder().decode(encoded());
  } catch (thrown) {
    if (thrown instanceof BugError) return null;
    throw thrown;
  }
}

/** The deed is done and is not to be done again: the run fails, whoever goes on with it. */
function withoutValue(key: string): Exhausted {
  const what = `${key} was done, and gave what cannot be kept: effects give ids, numbers and plain data`;
  return new Exhausted('an effect without its value', { cause: new BugError(what) });
}

/**
 * Writes that it is done, however often the store is busy or away: given up, it would be done again. Ends when the run
 * is not ours any more.
 */
async function insisting(
  { clock, logger }: EffectDeps,
  lease: Lasting,
  key: string,
  work: (tx: FencedTx) => Promise<void>,
): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await lease.write(work);
    } catch (thrown) {
      if (!isStoreAway(thrown) || lease.lost.aborted) throw thrown;
      if (!isTold)
        logger.warn(`${key} is done, and the store takes no record of it just now: it is tried until it does`);
      await clock.sleep(AGAIN_MS, lease.lost);
    }
  }
}

/** What the effects of a run that are done have given, in the order in which the journal tells of them. */
export async function outcomesOf(
  { store, journal }: Pick<RunsDeps<never>, 'store' | 'journal'>,
  runId: RunId,
): Promise<unknown[]> {
  const { decode } = await import('../checkpoint/index.ts');
  const told = await Array.fromAsync(linesOf(journal, runId, { kind: 'effect.done' }), ({ body }) => body.effect);
  const rows = await store.read
    .selectFrom('effect')
    .select(['key', 'value'])
    .where('run_id', '=', runId)
    .where('state', '=', 'done')
    .execute();
  return rows
    .toSorted((a, b) => told.indexOf(a.key) - told.indexOf(b.key))
    .map(({ value }) => (value === null ? null : decode(value)));
}
