import { PostgresAdapter, type RawBuilder, sql } from 'kysely';

/** Anything that a statement can be put to. */
export type Executor = Parameters<RawBuilder<unknown>['execute']>[0];

/** Whether the database is kept by a PostgreSQL server, and not in a file of SQLite. */
export function isServer(db: object): boolean {
  return (db as Executor).getExecutor().adapter instanceof PostgresAdapter;
}

export interface Table {
  readonly name: string;
  /** Whether its rows say whose they are. */
  readonly owned: boolean;
}

/** The tables of a database, by name; without those that its engine keeps for itself. */
export async function tablesIn(db: object): Promise<readonly Table[]> {
  const query = isServer(db)
    ? sql<{ name: string; owned: number }>`
      select t.table_name as name, (select count(*) from information_schema.columns c
        where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'owner') as owned
      from information_schema.tables t where t.table_schema = current_schema() and t.table_type = 'BASE TABLE'
      order by t.table_name collate "C"`
    : sql<{ name: string; owned: number }>`
      select t.name, exists (select 1 from pragma_table_info(t.name) c where c.name = 'owner') as owned
      from sqlite_schema t where type = 'table' and t.name not like 'sqlite_%' order by t.name`;
  const { rows } = await query.execute(db as Executor);
  return rows.map(({ name, owned }) => ({ name, owned: owned === 1 }));
}
