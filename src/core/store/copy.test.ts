import { closeSync, openSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { lookAtStore, openStore } from './index.ts';

const ROWS = 200;
let file: string;
let copy: string;
let stop: AbortController;

/** Large enough for a copy of several steps. */
beforeEach(async () => {
  ({ file } = await openBench());
  copy = `${file}.copy`;
  closeSync(openSync(copy, 'w'));
  stop = new AbortController();
  const db = new DatabaseSync(file);
  db.exec(`create table kept (page blob) strict; with recursive n(i) as (select 1 union all select i + 1 from n
    where i < ${ROWS}) insert into kept select zeroblob(100000) from n`);
  db.close();
});

const look = () => lookAtStore(file, { still: false, signal: stop.signal });
const count = (path: string) => {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare('select count(*) as n from kept').get()?.n;
};

describe('a copy of a store', () => {
  test('is of the moment at which it was begun, whoever writes meanwhile', async () => {
    await using found = await look();
    const copied = found.copyTo(copy);
    using other = new DatabaseSync(file);
    other.exec('insert into kept values (zeroblob(1))');
    await copied;
    expect(count(copy)).toBe(ROWS);
    expect(count(file)).toBe(ROWS + 1);
  });

  test('tells how far it is, and is one file, which can be read where nothing can be written', async () => {
    await using found = await look();
    const shares: number[] = [];
    await found.copyTo(copy, (share) => shares.push(share));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(1);
    using db = new DatabaseSync(copy, { readOnly: true });
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'delete' });
  });

  test('stops between two steps when it is told to, and lets go of the store', async () => {
    await using found = await look();
    const copied = found.copyTo(copy);
    stop.abort('sigint');
    await expect(copied).rejects.toBe('sigint');
    using other = new DatabaseSync(file);
    expect(other.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 });
  });
});

describe('what is deleted', () => {
  test('is overwritten with the deletion, before anything is made smaller', async () => {
    await using store = await openStore({ file, backup: async () => undefined });
    await store.write(async (tx) => {
      const names = Array.from({ length: 500 }, (_, at) => `Quagmire ${at} `.repeat(20));
      for (const id of names)
        await tx
          .insertInto('directory')
          .values({ id, kind: 'run', owner: 'o' as never })
          .execute();
    });
    await store.write((tx) =>
      tx
        .deleteFrom('directory')
        .where('owner', '=', 'o' as never)
        .execute(),
    );
    using other = new DatabaseSync(file);
    other.exec('pragma wal_checkpoint(truncate)');
    expect(readFileSync(file).includes('Quagmire')).toBe(false);
  });
});

describe('who reads every page', () => {
  test('stops at once when told to, in the midst of it', async () => {
    await using found = await look();
    const faults = found.faults();
    stop.abort('sigterm');
    await expect(faults).rejects.toBe('sigterm');
  });

  test('does not begin when told to before', async () => {
    stop.abort('sigint');
    await expect(look()).rejects.toBe('sigint');
  });
});
