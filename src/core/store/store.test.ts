import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { openStore } from './index.ts';

describe('a store in a file', () => {
  test('what is no database is refused by name, and left as it is', async () => {
    const { file } = await openBench();
    const other = `${file}.txt`;
    writeFileSync(other, 'not a database at all, but long enough to be looked at by SQLite'.repeat(20));
    const opening = openStore({ file: other, backup: async () => undefined });
    await expect(opening).rejects.toMatchObject({ exit: 'config', message: expect.stringContaining(other) });
    expect(readFileSync(other, 'utf8')).toContain('not a database at all');
  });

  test('a database from a newer sophia is refused', async () => {
    const { file } = await openBench();
    const db = new DatabaseSync(file);
    db.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run('9999-future', 'x');
    db.close();
    await expect(openStore({ file, backup: async () => undefined })).rejects.toMatchObject({ exit: 'incompatible' });
  });

  test('an older database is copied beside before its tables change', async () => {
    const { file } = await openBench();
    const older = `${file}.older`;
    const backup = `${file}.backup`;
    const db = new DatabaseSync(older);
    db.exec(`create table kysely_migration (name text primary key, timestamp text not null);
      create table kysely_migration_lock (id text primary key, is_locked integer not null default 0);
      create table kept (word text); insert into kept values ('before')`);
    db.close();
    const done = new DatabaseSync(file);
    const first = done.prepare('select * from kysely_migration order by name').all()[0];
    const statements = done
      .prepare(
        "select sql from sqlite_schema where sql is not null and type != 'trigger' and tbl_name in ('event', 'directory', 'lease')",
      )
      .all()
      .map((row) => String(row.sql));
    done.close();
    const half = new DatabaseSync(older);
    for (const statement of statements.filter((sql) => !sql.includes('sqlite_'))) half.exec(statement);
    half.prepare('insert into kysely_migration values (?, ?)').run(String(first?.name), String(first?.timestamp));
    half.close();
    await using _store = await openStore({ file: older, backup: (write) => write(backup) });
    const copy = new DatabaseSync(backup, { readOnly: true });
    expect(copy.prepare('select word from kept').all()).toEqual([{ word: 'before' }]);
    expect(copy.prepare("select 1 from sqlite_schema where name = 'run'").all()).toEqual([]);
    copy.close();
  });
});
