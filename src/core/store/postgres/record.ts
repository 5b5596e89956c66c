import { type Kysely, type RawBuilder, sql } from 'kysely';
import { columnsOf, type Fence, type Insert, insertText, type Rows } from '../batch.ts';
import type { Tables } from '../tables.ts';

/**
 * One statement, and so one round trip and one transaction: `fence` has a row while the lease is held, and all that is
 * written is selected from it. Who takes the lease over waits for the row that is locked here, or is waited for; then the
 * token is another one, and nothing is written. Returns whether the lease was held.
 */
export async function record(db: Kysely<Tables>, { name, token }: Fence, { inserts, lines }: Rows): Promise<boolean> {
  const written = inserts.map((_, at) => sql.raw(`rows${at}`));
  const steps = inserts.map((insert, at) => sql`${written[at]} as (${inserting(insert)} returning 1)`);
  if (lines.length > 0) steps.push(sql`told as (${telling(lines, written)})`);
  const fence = sql`fence as (select from lease where name = ${name} and token = ${token} for share)`;
  const { rows } = await sql<{ held: number }>`with ${sql.join([fence, ...steps])}
    select count(*) as held from fence`.execute(db);
  return rows[0]?.held === 1;
}

function inserting({ into, rows, same }: Insert): RawBuilder<unknown> {
  const columns = columnsOf(into).map((column) => `row.${column}`);
  const [before = '', behind = ''] = insertText(into, same, `select ${columns} from fence, ROWS as row`).split('ROWS');
  return sql`${sql.raw(before)}${rowsOf(into, rows)}${sql.raw(behind)}`;
}

/** The nth line of a run is counted here: two that count at once meet in an index, and one of them is done again. */
function telling(lines: Rows['lines'], written: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  const news = sql.join(
    written.map((rows) => sql`select from ${rows}`),
    sql` union all `,
  );
  return sql`
    insert into event (at, owner, actor, room, kind, run_id, run_seq, body)
    select line.at, line.owner, line.actor, line.room, line.kind, line.run_id,
      row_number() over (partition by line.run_id order by line.ordinality)
        + coalesce((select max(run_seq) from event where run_id = line.run_id and run_seq is not null), 0), line.body
    from fence, ${rowsOf('event', lines)} with ordinality as line
    where exists (${news})
    order by line.ordinality`;
}

/** As one parameter, whatever their number; the types of their columns are those of the table. */
function rowsOf(table: keyof Tables, rows: readonly object[]): RawBuilder<unknown> {
  const text = JSON.stringify(rows, (_key, value) => {
    return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
  });
  return sql`json_populate_recordset(null::${sql.table(table)}, ${text})`;
}
