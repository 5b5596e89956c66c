import type { SqliteDatabase } from 'kysely';
import { columnsOf, type Fence, type Insert, insertText, type Rows, stepTables } from './batch.ts';

/**
 * What is written at each step of a run, by statements that are prepared once and without a query being built: to write
 * three rows takes a third of the time. Nothing is awaited in between, so that the connection is in a transaction only
 * while this runs.
 */
export function openRecorder(database: SqliteDatabase): (fence: Fence, rows: Rows) => boolean {
  const run = (text: string, values: readonly unknown[] = []) => Number(database.prepare(text).run(values).changes);
  const insert = ({ into, rows, same }: Insert) => {
    let written = 0;
    for (const row of rows)
      written += run(
        inserting[same][into],
        columnsOf(into).map((column) => row[column as never]),
      );
    return written;
  };
  return ({ name, token }, { inserts, lines }) => {
    run('begin immediate');
    try {
      const holds = database.prepare(HOLDS).all([name, token]).length > 0;
      if (holds) {
        const written = inserts.reduce((sum, each) => sum + insert(each), 0);
        if (written > 0 || inserts.length === 0)
          for (const { at, owner, actor, room, kind, run_id, body } of lines)
            run(TELL, [at, owner, actor, room, kind, run_id, run_id, body]);
      }
      run(holds ? 'commit' : 'rollback');
      return holds;
    } catch (thrown) {
      try {
        run('rollback');
      } catch {
        // On a full disk SQLite has rolled back by itself; what counts is the error that came first.
      }
      throw thrown;
    }
  };
}

const HOLDS = 'select 1 from lease where name = ? and token = ?';
const TELL = `insert into event (at, owner, actor, room, kind, run_id, run_seq, body) values (?, ?, ?, ?, ?, ?,
  (select coalesce(max(run_seq), 0) + 1 from event where run_id = ? and run_seq is not null), ?)`;

const textsFor = (same: Insert['same']) =>
  Object.fromEntries(
    stepTables.map((into) => [into, insertText(into, same, `values (${columnsOf(into).map(() => '?')})`)]),
  ) as Record<Insert['into'], string>;
const inserting = { stays: textsFor('stays'), replaced: textsFor('replaced') };
