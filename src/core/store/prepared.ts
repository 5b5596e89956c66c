import type { SqliteDatabase } from 'kysely';
import { columnsOf, type Insert, insertText, stepTables } from './batch.ts';
import type { Recording } from './gather.ts';

/**
 * Records in one transaction, by statements that are prepared once and without a query being built: that takes a third of
 * the time. Nothing is awaited in between, so that the connection is in a transaction only while this runs.
 */
export function record(database: SqliteDatabase, recordings: readonly Recording[]): readonly boolean[] {
  database.prepare('begin immediate').run([]);
  try {
    const held = recordings.map((recording) => recordOne(database, recording));
    database.prepare('commit').run([]);
    return held;
  } catch (thrown) {
    try {
      database.prepare('rollback').run([]);
    } catch {
      // On a full disk SQLite has rolled back by itself; what counts is the error that came first.
    }
    throw thrown;
  }
}

function recordOne(database: SqliteDatabase, { fence: { name, token }, rows: { inserts, lines } }: Recording): boolean {
  if (database.prepare(HOLDS).all([name, token]).length === 0) return false;
  const written = inserts.reduce((sum, insert) => sum + insertOne(database, insert), 0);
  if (written === 0) return true;
  for (const { at, owner, actor, room, kind, run_id, body } of lines)
    database.prepare(TELL).run([at, owner, actor, room, kind, run_id, run_id, body]);
  return true;
}

function insertOne(database: SqliteDatabase, { into, rows, same }: Insert): number {
  const statement = database.prepare(inserting[same][into]);
  const columns = columnsOf(into);
  let written = 0;
  for (const row of rows) written += Number(statement.run(columns.map((column) => row[column as never])).changes);
  return written;
}

const HOLDS = 'select 1 from lease where name = ? and token = ?';
const TELL = `insert into event (at, owner, actor, room, kind, run_id, run_seq, body) values (?, ?, ?, ?, ?, ?,
  (select coalesce(max(run_seq), 0) + 1 from event where run_id = ? and run_seq is not null), ?)`;

const textsFor = (same: Insert['same']) =>
  Object.fromEntries(
    stepTables.map((into) => [into, insertText(into, same, `values (${columnsOf(into).map(() => '?')})`)]),
  ) as Record<Insert['into'], string>;
const inserting = { stays: textsFor('stays'), replaced: textsFor('replaced') };
