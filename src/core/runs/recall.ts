import type { ActorId, Instant, RunId } from '../domain/index.ts';
import { resultOf } from './channels.ts';
import type { RunsDeps } from './deps.ts';
import type { RunInput } from './workflow.ts';

/** A run that has succeeded: by whom, since when, and what it was begun with. */
export interface Finished {
  readonly id: RunId;
  readonly actor: ActorId;
  readonly createdAt: Instant;
  readonly input: RunInput;
}

type RecallDeps = Pick<RunsDeps<never>, 'store' | 'owner'>;

/** Rows asked for at once: who looks for the last one mostly has it among the first. */
const PAGE = 20;

/** Those of a workflow in whose input an id stands; what has ended last comes first. Asks no more than is read. */
export async function* finishedRuns(
  { store, owner }: RecallDeps,
  workflow: string,
  about: string,
): AsyncGenerator<Finished> {
  for (let from = 0; ; from += PAGE) {
    const rows = await store.read
      .selectFrom('run')
      .select(['id', 'actor', 'created_at', 'input'])
      .where('owner', '=', owner)
      .where('status', '=', 'succeeded')
      .where('workflow', '=', workflow)
      .where('input', 'like', `%"${about}"%`)
      .orderBy('updated_at', 'desc')
      .orderBy('id')
      .limit(PAGE)
      .offset(from)
      .execute();
    for (const { id, actor, created_at, input } of rows)
      yield { id, actor, createdAt: created_at, input: JSON.parse(input) };
    if (rows.length < PAGE) return;
  }
}

/** What a node of a run said, read from its one row: whoever asks for one number opens no graph. */
export async function saidBy({ store, owner }: RecallDeps, thread: RunId, node: string): Promise<unknown> {
  const { valueIn } = await import('../checkpoint/index.ts');
  return valueIn(store.read, { owner, thread, channel: resultOf(node) });
}
