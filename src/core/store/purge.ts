import { type ExpressionBuilder, sql } from 'kysely';
import type { Instant, OwnerId } from '../domain/index.ts';
import type { Reader, Tx } from './database.ts';
import type { Tables } from './tables.ts';

/** What is old, in numbers. */
export interface Stale {
  /** Runs that have ended, with their checkpoints, answers and effects. */
  readonly runs: number;
  /** Words that were proposed by runs that have ended. */
  readonly drafts: number;
  /** Answers of which the words go, typed reasons among them; that and how they were given stays. */
  readonly answers: number;
  /** Rows of imports that were withdrawn, or stopped on their way in. */
  readonly rows: number;
}

const ENDED = ['succeeded', 'cancelled', 'failed'] as const;

/** Ended before that moment. A run that a proposal came to stays: it keeps a tenant from being proposed twice. */
const staleRuns = (read: Reader, owner: OwnerId, before: Instant, proposed: 'kept' | 'too') =>
  read
    .selectFrom('run')
    .select('run.id')
    .where('run.owner', '=', owner)
    .where('run.status', 'in', ENDED)
    .where('run.updated_at', '<', before)
    // What was approved and has failed can be tried again, for which its words are needed.
    .$if(proposed === 'too', (query) =>
      query.where(({ eb, or, not, exists, selectFrom }: ExpressionBuilder<Tables, 'run'>) =>
        or([
          eb('run.status', '!=', 'failed'),
          not(
            exists(
              selectFrom('approval')
                .select('node')
                .whereRef('approval.run_id', '=', 'run.id')
                .where('approval.decision', '=', 'approved'),
            ),
          ),
        ]),
      ),
    )
    .$if(proposed === 'kept', (query) =>
      query.where(({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'run'>) =>
        not(exists(selectFrom('proposal').select('tenant').whereRef('proposal.run_id', '=', 'run.id'))),
      ),
    );

/** Withdrawn, or stopped on their way in: then no reader has ever seen them. */
const staleImports = (read: Reader, owner: OwnerId, before: Instant) =>
  read
    .selectFrom('portfolio_import')
    .select('id')
    .where('owner', '=', owner)
    .where(({ eb, or, and }) =>
      or([
        and([eb('state', '=', 'withdrawn'), eb('withdrawn_at', '<', before)]),
        and([eb('state', '=', 'staging'), eb('started_at', '<', before)]),
      ]),
    );

/** Questions that had words in them. Of a run that has ended nobody reads them any more. */
const wordy = ({ eb, or }: ExpressionBuilder<Tables, 'approval'>) =>
  or([eb('reason', 'is not', null), eb('answer', 'is not', null), eb('question', 'is not', null)]);

/** What `purge` would delete. */
export async function staleIn(read: Reader, owner: OwnerId, before: Instant): Promise<Stale> {
  const count = async (table: 'run' | 'draft' | 'portfolio_row', column: string, within: object) => {
    const { n } = await read
      .selectFrom(table)
      .select(sql<number>`count(*)`.as('n'))
      .where(sql.ref(column), 'in', within as never)
      .executeTakeFirstOrThrow();
    return n;
  };
  const answers = await read
    .selectFrom('approval')
    .select(sql<number>`count(*)`.as('n'))
    .where('run_id', 'in', staleRuns(read, owner, before, 'too'))
    .where(wordy)
    .executeTakeFirstOrThrow();
  return {
    answers: answers.n,
    runs: await count('run', 'id', staleRuns(read, owner, before, 'kept')),
    drafts: await count('draft', 'run_id', staleRuns(read, owner, before, 'too')),
    rows: await count('portfolio_row', 'import_id', staleImports(read, owner, before)),
  };
}

/** Deletes what is old. The journal stays whole: it holds ids and numbers, and its audit stream must not be cut. */
export async function purge(tx: Tx, owner: OwnerId, before: Instant): Promise<void> {
  const read = tx as unknown as Reader;
  await tx
    .deleteFrom('draft')
    .where('run_id', 'in', staleRuns(read, owner, before, 'too') as never)
    .execute();
  await tx
    .updateTable('approval')
    .set({ reason: null, answer: null, question: null })
    .where('run_id', 'in', staleRuns(read, owner, before, 'too'))
    .where(wordy)
    .execute();
  await tx
    .deleteFrom('portfolio_row')
    .where('import_id', 'in', staleImports(read, owner, before) as never)
    .execute();
  await tx
    .deleteFrom('import_batch')
    .where('import_id', 'in', staleImports(read, owner, before) as never)
    .execute();
  await tx
    .deleteFrom('portfolio_sighting')
    .where('import_id', 'in', staleImports(read, owner, before) as never)
    .execute();
  await tx
    .deleteFrom('portfolio_import')
    .where('owner', '=', owner)
    .where('state', '=', 'staging')
    .where('started_at', '<', before)
    .execute();
  const ids = await staleRuns(read, owner, before, 'kept').execute();
  for (const { id } of ids) {
    await tx.deleteFrom('checkpoint').where('thread_id', '=', id).execute();
    await tx.deleteFrom('checkpoint_value').where('thread_id', '=', id).execute();
    await tx.deleteFrom('checkpoint_write').where('thread_id', '=', id).execute();
    await tx.deleteFrom('approval').where('run_id', '=', id).execute();
    await tx.deleteFrom('effect').where('run_id', '=', id).execute();
    await tx.deleteFrom('timer').where('run_id', '=', id).execute();
    await tx.deleteFrom('lease').where('name', '=', `run:${id}`).execute();
    await tx.deleteFrom('directory').where('kind', '=', 'run').where('id', '=', id).execute();
    await tx.deleteFrom('run').where('id', '=', id).execute();
  }
}
