import { type Kysely, sql } from 'kysely';
import { build } from '../migrations.ts';
import type { Tables } from '../tables.ts';

/** Why the transaction in which a second set of tables was made ends. */
class Enough extends Error {}

const COMPARED = 'sophia_compared';

/**
 * Names of what is not as this program makes it with the migrations that the database has `seen`: columns, keys, indexes,
 * triggers and functions. They are made a second time, beside, in a transaction that is taken back.
 */
export async function strangeOnServer(db: Kysely<Tables>, seen: readonly string[]): Promise<string[]> {
  const strange: string[] = [];
  const work = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(tx);
    const there = await objectsIn(tx, rows[0]?.schema ?? 'public');
    await sql`create schema ${sql.id(COMPARED)}`.execute(tx);
    await sql`set local search_path = ${sql.id(COMPARED)}`.execute(tx);
    await build(tx as Kysely<Tables>, seen);
    const made = await objectsIn(tx, COMPARED);
    const names = [...new Set([...made.keys(), ...there.keys()])].sort();
    strange.push(...names.filter((name) => made.get(name) !== there.get(name)));
    throw new Enough();
  });
  await work.catch((thrown) => {
    if (!(thrown instanceof Enough)) throw thrown;
  });
  return strange;
}

/** What is in a schema, by name, as the server tells it. The tables of the migrator are its own affair. */
async function objectsIn(db: Kysely<Tables>, schema: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; text: string }>`
    with t as (
      select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind in ('r', 'p', 'v', 'm') and c.relname not like 'kysely\\_%')
    select t.relname || '.' || a.attname as name,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, l.collname,
        pg_get_expr(d.adbin, d.adrelid)) as text
      from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_collation l on l.oid = a.attcollation
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    union all select conname::text, pg_get_constraintdef(k.oid) from t join pg_constraint k on k.conrelid = t.oid
    union all select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from t join pg_index i on i.indrelid = t.oid
    union all select g.tgname::text, concat_ws(' ', g.tgenabled, pg_get_triggerdef(g.oid)) from t
      join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
    union all select p.proname || '()', p.prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ${schema} and not exists (
        select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e')`.execute(db);
  const inSchema = new RegExp(`\\b${schema}\\.`, 'g');
  return new Map(rows.map(({ name, text }) => [name.replace(inSchema, ''), text.replace(inSchema, '')]));
}
