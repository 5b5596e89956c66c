import type { Selectable } from 'kysely';
import { mintId, type RunId } from '../domain/index.ts';
import { enter, type Store, type Tables, type Tx } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import { fingerprintOf } from './registry.ts';
import type { RunInput, Shape } from './workflow.ts';

export type Row = Selectable<Tables['run']>;

/** A run in one of these may still go on. */
export const UNFINISHED = ['queued', 'running', 'waiting'] as const;

type RowDeps = Pick<RunsDeps<never>, 'owner' | 'clock' | 'random' | 'actor' | 'journal'>;

/** Two runs of one workflow with one key would do the same work twice. */
export function keyOf(input: RunInput): string {
  return Object.values(input).join('/');
}

/** The unfinished run of that work; there is at most one. */
export function unfinished(
  db: Store['read'] | Tx,
  { owner }: RowDeps,
  workflow: string,
  key: string,
): Promise<Row | undefined> {
  return db
    .selectFrom('run')
    .selectAll()
    .where('owner', '=', owner)
    .where('workflow', '=', workflow)
    .where('key', '=', key)
    .where('status', 'in', UNFINISHED)
    .executeTakeFirst();
}

/** Writes a run and its input, before anything is done for it: whatever happens later can be resumed. */
export async function insertRun(
  tx: Tx,
  deps: RowDeps,
  definition: Shape,
  input: RunInput,
  status: 'queued' | 'running',
): Promise<Row> {
  const { owner, clock, random, actor, journal } = deps;
  const at = clock.now();
  const run: Row = {
    ...{ id: mintId('run', random), owner, actor: actor.id, workflow: definition.name, version: definition.version },
    ...{ fingerprint: fingerprintOf(definition), key: keyOf(input), input: JSON.stringify(input) },
    ...{ status, failure: null, created_at: at, updated_at: at },
  };
  await tx.insertInto('run').values(run).execute();
  await enter(tx, [{ id: run.id, kind: 'run', owner }]);
  const body = { workflow: definition.name, version: definition.version };
  await journal.appendIn(tx, { kind: 'run.started', runId: run.id, body });
  return run;
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
