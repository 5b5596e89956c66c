import type { Selectable } from 'kysely';
import { mintId, type RunId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { enter, type Store, type Tables, type Tx } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import { fingerprintOf, shapeOf } from './registry.ts';
import type { RunInput, Shape } from './workflow.ts';

export type Row = Selectable<Tables['run']>;

/** A run in one of these may still go on. */
export const UNFINISHED = ['queued', 'running', 'waiting'] as const;

type RowDeps = Pick<RunsDeps<never>, 'owner' | 'clock' | 'random' | 'actor' | 'journal'>;

/** Two runs of one workflow with one key would do the same work twice. */
function keyOf(input: RunInput): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The key of that work in runs that were begun before 0.3.0, which other work may have as well. */
function formerKeyOf(input: RunInput): string {
  return Object.values(input).join('/');
}

/** The unfinished run of that work; there is at most one. */
export async function unfinished(
  db: Store['read'] | Tx,
  { owner }: Pick<RowDeps, 'owner'>,
  workflow: string,
  input: RunInput,
): Promise<Row | undefined> {
  const key = keyOf(input);
  const rows = await db
    .selectFrom('run')
    .selectAll()
    .where('owner', '=', owner)
    .where('workflow', '=', workflow)
    .where('key', 'in', [key, formerKeyOf(input)])
    .where('status', 'in', UNFINISHED)
    .execute();
  return rows.find((row) => keyOf(JSON.parse(row.input)) === key);
}

/** Writes a run and its input, before anything is done for it: whatever happens later can be resumed. */
export async function insertRun(
  tx: Tx,
  deps: RowDeps,
  definition: Shape,
  input: RunInput,
  status: 'queued' | 'running',
  { id, actor }: Pick<Row, 'id' | 'actor'> = { id: mintId('run', deps.random), actor: deps.actor.id },
): Promise<Row> {
  const { owner, clock, journal } = deps;
  const at = clock.now();
  const run: Row = {
    ...{ id, owner, actor, workflow: definition.name, version: definition.version },
    ...{ fingerprint: fingerprintOf(definition), key: keyOf(input), input: JSON.stringify(input) },
    ...{ status, failure: null, created_at: at, updated_at: at, shape: JSON.stringify(shapeOf(definition)) },
    ...{ retries: null, retry_at: null, cancel_requested_at: null },
  };
  await tx.insertInto('run').values(run).execute();
  await enter(tx, [{ id: run.id, kind: 'run', owner }]);
  const body = { workflow: definition.name, version: definition.version };
  await journal.appendIn(tx, { kind: 'run.started', runId: run.id, body });
  return run;
}

/** Begins a run in the name of whoever began another one: a worker that carries that one on acts for them. */
export async function insertChild(
  tx: Tx,
  deps: RowDeps,
  parent: RunId,
  workflow: Shape,
  input: RunInput,
): Promise<Row> {
  const { actor } = await tx.selectFrom('run').select('actor').where('id', '=', parent).executeTakeFirstOrThrow();
  return insertRun(tx, deps, workflow, input, 'queued', { id: mintId('run', deps.random), actor });
}

/** Moves an unfinished run to another status. Returns whether there was one to move. */
export async function move(
  tx: Tx,
  { clock, owner }: RowDeps,
  runId: RunId,
  to: Pick<Row, 'status' | 'failure'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('run')
    .set({ ...to, updated_at: clock.now() })
    .where('id', '=', runId)
    .where('owner', '=', owner)
    .where('status', 'in', UNFINISHED)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Queues a run that has failed, waits for its next try, or was left by whoever had it, who is gone: its lease is held by who
 * asks. UserError `refused` for any other.
 */
export async function reopen(tx: Tx, { clock, owner }: RowDeps, runId: RunId): Promise<void> {
  const run = await tx.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
  const isLeft = run.status === 'running' || run.status === 'queued';
  const isPutOff = run.status === 'waiting' && run.retry_at !== null;
  if (run.status !== 'failed' && !isLeft && !isPutOff)
    throw new UserError('refused', `${runId} is ${run.status}: there is nothing to try again`, [
      `sophia runs show ${runId}`,
    ]);
  const other = run.status === 'failed' && (await unfinished(tx, { owner }, run.workflow, JSON.parse(run.input)));
  if (other) throw new UserError('refused', `${other.id} does the same work by now`, [`sophia runs show ${other.id}`]);
  await tx
    .updateTable('run')
    .set({
      ...{ status: 'queued', failure: null, updated_at: clock.now() },
      // What was to end it while it failed is over; what it has not heard yet is still to be heard.
      ...(run.status === 'failed' && { cancel_requested_at: null }),
    })
    .where('id', '=', runId)
    .execute();
}
