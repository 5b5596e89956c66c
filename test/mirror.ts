import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { DatabasePlace } from '../src/core/domain/index.ts';

const INT8 = 20;

/** All rows that a server keeps, in a file, for who can look into files only: an independent checker needs one language. */
export async function mirror({ url }: Pick<DatabasePlace, 'url'>, file: string): Promise<void> {
  const client = new pg.Client(url);
  client.setTypeParser(INT8, Number);
  await client.connect();
  const db = new DatabaseSync(file);
  try {
    db.exec('pragma synchronous = off; begin');
    const ask = async (statement: string) => (await client.query({ text: statement, rowMode: 'array' })).rows;
    for (const [table] of await ask("select tablename from pg_tables where schemaname = 'public'")) {
      const { rows, fields } = await client.query({ text: `select * from ${table}`, rowMode: 'array' });
      db.exec(`drop table if exists ${table}; create table ${table} (${fields.map(({ name }) => name)})`);
      const insert = db.prepare(`insert into ${table} values (${fields.map(() => '?')})`);
      for (const row of rows) insert.run(...row);
    }
    db.exec('commit');
  } finally {
    db.close();
    await client.end();
  }
}
