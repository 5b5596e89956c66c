import { Kysely, sql } from 'kysely';
import type { Reader } from './database.ts';
import { build } from './migrations.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

interface DatabaseObject {
  readonly type: 'table' | 'index' | 'trigger' | 'view';
  readonly name: string;
  /** The statement that makes it. */
  readonly text: string;
}

type Executor = Parameters<ReturnType<typeof sql>['execute']>[0];

/** Tables first. What SQLite makes by itself is left out. */
export async function objectsIn(db: Executor, schema: 'main' | 'other'): Promise<readonly DatabaseObject[]> {
  const { rows } = await sql<DatabaseObject>`
    select type, name, sql as text from ${sql.id(schema)}.sqlite_schema
    where sql is not null and name not like 'sqlite_%' order by type != 'table', name`.execute(db);
  return rows;
}

/** Names of what is not as this program makes it with the migrations that the database has `seen`. */
export async function strangeIn(read: Reader, seen: readonly string[]): Promise<string[]> {
  const fresh = new Kysely<Tables>({ dialect: new NodeSqliteDialect(':memory:', 'write') });
  try {
    await build(fresh, seen);
    const [made, there] = [told(await objectsIn(fresh, 'main')), told(await objectsIn(read as never, 'main'))];
    const names = [...new Set([...made.keys(), ...there.keys()])].sort();
    const isMended = seen.includes('0007-rows-gone');
    const fits = (text = '', found = '') => text === found || (!isMended && beforeGone(text) === found);
    return names.filter((name) => !fits(made.get(name), there.get(name)));
  } finally {
    await fresh.destroy();
  }
}

/** As 0002 once made it. */
function beforeGone(text: string): string {
  return text.replace(', gone integer not null', '').replace(', gone)', ')');
}

/** Statements by name, whatever their blanks. Those of the migrator's own tables are its own affair. */
function told(objects: readonly DatabaseObject[]): ReadonlyMap<string, string> {
  const ours = objects.filter(({ type, name }) => !(type === 'table' && name.startsWith('kysely_migration')));
  return new Map(ours.map(({ name, text }) => [name, text.replaceAll(/\s+/g, ' ')]));
}
