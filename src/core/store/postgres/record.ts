import { type Kysely, type RawBuilder, sql } from 'kysely';
import { columnsOf, type Fence, type Insert, insertText } from '../batch.ts';
import type { Recording } from '../gather.ts';
import type { Tables } from '../tables.ts';

/**
 * One statement, and so one round trip and one transaction: all that is written is selected from `fence`, where it has the
 * token of who writes. Who takes a lease over waits for the row that is locked here, or is waited for; then the
 * token is another one, and nothing is written. Returns of each whether its lease was held.
 */
export async function record(db: Kysely<Tables>, recordings: readonly Recording[]): Promise<readonly boolean[]> {
  const names = new Set(recordings.map(({ fence }) => fence.name));
  const fence = sql`fence as (select name, token from lease where name in (${sql.join([...names])}) for share)`;
  const inserts = recordings.flatMap(({ fence, rows }, part) =>
    rows.inserts.map((insert, at) => ({ part, name: sql.raw(`rows_${part}_${at}`), text: inserting(insert, fence) })),
  );
  const lines = recordings.flatMap(({ rows }, part) => rows.lines.map((line) => ({ ...line, part })));
  const steps = inserts.map(({ name, text }) => sql`${name} as (${text} returning 1)`);
  if (lines.length > 0) {
    const news = inserts.map(({ part, name }) => sql`select ${part}::bigint as part from ${name}`);
    steps.push(sql`news as (${sql.join(news, sql` union all `)})`, sql`told as (${telling(lines)})`);
  }
  const { rows } = await sql<Fence>`with ${sql.join([fence, ...steps])} select name, token from fence`.execute(db);
  return recordings.map(({ fence }) => rows.some(({ name, token }) => name === fence.name && token === fence.token));
}

function inserting({ into, rows, same }: Insert, { name, token }: Fence): RawBuilder<unknown> {
  const columns = columnsOf(into).map((column) => `row.${column}`);
  const [before = '', behind = ''] = insertText(into, same, `select ${columns} from SOURCE`).split('SOURCE');
  // As one parameter, whatever their number; the types of their columns are those of the table.
  const source = sql`fence, json_populate_recordset(null::${sql.table(into)}, ${jsonOf(rows)}) as row
    where fence.name = ${name} and fence.token = ${token}`;
  return sql`${sql.raw(before)}${source}${sql.raw(behind)}`;
}

/** The nth line of a run is counted here: two that count at once meet in an index, and one of them is done again. */
function telling(lines: readonly object[]): RawBuilder<unknown> {
  const numbered = lines.map((line, n) => ({ ...line, n }));
  return sql`
    insert into event (at, owner, actor, room, kind, run_id, run_seq, body)
    select line.at, line.owner, line.actor, line.room, line.kind, line.run_id,
      row_number() over (partition by line.run_id order by line.n)
        + coalesce((select max(run_seq) from event where run_id = line.run_id and run_seq is not null), 0), line.body
    from json_to_recordset(${jsonOf(numbered)}) as line (part bigint, n bigint, at text, owner text, actor text,
      room text, kind text, run_id text, body text)
    where line.part in (select part from news)
    order by line.n`;
}

function jsonOf(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value) => {
    return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
  });
}
