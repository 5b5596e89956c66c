import { sql } from 'kysely';
import type { Reader } from './database.ts';
import type { Tables } from './tables.ts';

/** `undefined` for a text that is no object of JSON. */
export function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where a room would find no object, or a word that it does not know. `key` tells rows apart. */
const OBJECTS = [
  { what: 'lines of the journal', table: 'event', key: 'seq', column: 'body' },
  { what: 'versions of rows', table: 'portfolio_row', key: 'seq', column: 'body' },
  { what: 'inputs of runs', table: 'run', key: 'id', column: 'input' },
  { what: 'questions', table: 'approval', key: 'interrupt_id', column: 'question' },
  { what: 'answers', table: 'approval', key: 'interrupt_id', column: 'answer' },
] as const;

const STATUSES: readonly Tables['run']['status'][] = [
  ...(['queued', 'running', 'waiting'] as const),
  ...(['failed', 'cancelled', 'succeeded'] as const),
];

const AT_ONCE = 1000;

/** What is there and cannot be read, in words and by number. All tables must be of this version. */
export async function unreadableIn(
  reader: Reader,
): Promise<readonly { readonly what: string; readonly rows: number }[]> {
  const found: { what: string; rows: number }[] = [];
  for (const { what, table, key, column } of OBJECTS) {
    const faulty = await faultyIn(reader, table, key, column);
    if (faulty.length > 0)
      found.push({ what: `${what} that are no JSON, the first ${faulty[0]}`, rows: faulty.length });
  }
  const unknown = await reader.selectFrom('run').select('id').where('status', 'not in', STATUSES).execute();
  if (unknown.length > 0) found.push({ what: 'runs of an unknown status', rows: unknown.length });
  return found;
}

/** Page by page: a store may hold more than fits into memory. */
async function faultyIn(
  reader: Reader,
  table: string,
  key: string,
  column: string,
): Promise<readonly (string | number)[]> {
  const faulty: (string | number)[] = [];
  let after: string | number | undefined;
  for (;;) {
    const behind = after === undefined ? sql`` : sql`and ${sql.ref(key)} > ${after}`;
    const { rows } = await sql<{ key: string | number; text: string }>`
      select ${sql.ref(key)} as key, ${sql.ref(column)} as text from ${sql.table(table)}
      where ${sql.ref(column)} is not null ${behind} order by ${sql.ref(key)} limit ${sql.lit(AT_ONCE)}`.execute(
      reader as never,
    );
    faulty.push(...rows.filter(({ text }) => parsedObject(text) === undefined).map((row) => row.key));
    after = rows.at(-1)?.key;
    if (rows.length < AT_ONCE) return faulty;
  }
}
