import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type Bench, openBench, seeded } from '../../../../test/rooms.ts';
import { freePort, type Postgres, placeOf } from '../../../../test/server.ts';
import { describePostgres, muteServer } from '../../../../test/services.ts';
import { type DatabasePlace, id } from '../../domain/index.ts';
import { migrateServer, openServerStore, type Store } from '../index.ts';

const bench = async (server: Postgres) => openBench(undefined, undefined, await server.database());

const { signal } = new AbortController();

const opening = (place: DatabasePlace) => openServerStore({ place, random: seeded(2), pause: delay, signal });

/** Opens and closes; the error when it does not open. */
async function trouble(place: DatabasePlace): Promise<unknown> {
  try {
    await (await opening(place))[Symbol.asyncDispose]();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

/** A transaction of its own, held open for as long as the test wants. */
async function transaction({ folder, port }: Postgres, { database }: DatabasePlace) {
  const client = new pg.Client({ host: folder, port, user: 'sophia', database });
  await client.connect();
  await client.query('begin');
  onTestFinished(() => client.end());
  return {
    /** Draws its number, as the first write of a transaction does. */
    begin: () => client.query('select pg_current_xact_id()'),
    write: (body: number) =>
      client.query(`insert into event (at, owner, actor, room, kind, body)
        values ('2026-11-22', 'hill-street', 'os:ada', 'kpi', 'kpi.probe', '{"ok":${body}}')`),
    commit: () => client.query('commit'),
  };
}

describePostgres('the journal of a server', (server) => {
  /** Reads on from where it stood, as `events --follow` does. */
  function follower({ journal }: Bench) {
    let position = 0;
    const seen: unknown[] = [];
    return {
      seen,
      async read() {
        const lines = await journal.since(position);
        position = lines.at(-1)?.seq ?? position;
        seen.push(...lines.map(({ body }) => body.ok));
      },
    };
  }

  test('who follows it misses no line of a transaction that ends late', async () => {
    const place = await server().database();
    const reader = follower(await openBench(undefined, undefined, place));
    const [slow, quick] = [await transaction(server(), place), await transaction(server(), place)];
    await slow.write(1);
    await quick.write(2);
    await quick.commit();
    await reader.read();
    await slow.commit();
    await reader.read();
    expect(reader.seen).toEqual([1, 2]);
  });

  test('nor one whose number in the journal lies below a line that was told already', async () => {
    const place = await server().database();
    const reader = follower(await openBench(undefined, undefined, place));
    const [early, late] = [await transaction(server(), place), await transaction(server(), place)];
    await early.begin();
    await late.write(1);
    await early.write(2);
    await early.commit();
    await reader.read();
    expect(reader.seen).toEqual([2]);
    await late.commit();
    await reader.read();
    expect(reader.seen).toEqual([2, 1]);
  });

  test('the lines of one run are told as soon as they are written', async () => {
    const place = await server().database();
    const { store, journal } = await openBench(undefined, undefined, place);
    await (await transaction(server(), place)).begin();
    const runId = id('run', 'run-1');
    await store.write((tx) => journal.appendIn(tx, { kind: 'run.succeeded', runId, body: { nodes: 1 } }));
    expect(await journal.since(0)).toEqual([]);
    expect(await journal.since(0, { runId })).toHaveLength(1);
  });
});

describePostgres('writers of a server', (server) => {
  test('who has read what another one changes reads it again', async () => {
    const one = await bench(server());
    const other = await one.other();
    const lease = { ...one.processes.self, owner: one.owner, actor: one.actor.id, expires_at: one.clock.now() };
    await one.store.write((tx) =>
      tx
        .insertInto('lease')
        .values({ name: 'n', token: 0, ...lease })
        .execute(),
    );
    const read = [one, other].map(() => Promise.withResolvers<void>());
    let tries = 0;
    const increment = ({ store }: Bench, at: number) =>
      store.write(async (tx) => {
        tries += 1;
        const { token } = await tx
          .selectFrom('lease')
          .select('token')
          .where('name', '=', 'n')
          .executeTakeFirstOrThrow();
        read[at]?.resolve();
        await Promise.all(read.map(({ promise }) => promise));
        await tx
          .updateTable('lease')
          .set({ token: token + 1 })
          .where('name', '=', 'n')
          .execute();
      });
    await Promise.all([increment(one, 0), increment(other, 1)]);
    const [found] = await one.store.read.selectFrom('lease').select('token').execute();
    expect({ ...found, tries }).toEqual({ token: 2, tries: 3 });
  });

  test('of thirty processes at once keep one audit stream whole', async () => {
    const first = await bench(server());
    const all = [first, ...(await Promise.all(Array.from({ length: 29 }, () => first.other())))];
    const body = { import: id('import', 'imp-1'), rows: 1, rejected: 0, synthetic: 0 };
    const append = ({ store, journal }: Bench) =>
      store.write((tx) => journal.appendIn(tx, { kind: 'portfolio.imported', body }));
    await Promise.all(all.flatMap((process) => [append(process), append(process)]));
    expect(await first.journal.verify()).toEqual({ owner: 'hill-street', lines: 60 });
  });

  test('are done again for as long as others are quicker, after pauses that grow, and give up in the end', async () => {
    const place = await server().database();
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const store = await openServerStore({ place, random: () => 0.5, pause, signal });
    onTestFinished(() => store[Symbol.asyncDispose]());
    const unlucky = (times: number) =>
      store.write(async () => {
        if (times-- > 0) throw Object.assign(new Error('could not serialize access'), { code: '40001' });
        return 'done';
      });
    expect(await unlucky(50)).toBe('done');
    expect(pauses).toHaveLength(50);
    expect(pauses.slice(0, 8)).toEqual([4, 8, 16, 32, 64, 128, 250, 250]);
    await expect(unlucky(Number.POSITIVE_INFINITY)).rejects.toMatchObject({
      exit: 'held',
      message: expect.stringContaining('80 times'),
    });
  });

  test('are cut off by the server when their machine goes in the midst of a transaction', async () => {
    const { store } = await bench(server());
    const { rows } = await store.write((tx) => sql`show idle_in_transaction_session_timeout`.execute(tx));
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '8s' }]);
  });

  test('lose a write wholly when the server dies, are told so, and go on when it is back', async () => {
    const { store, journal } = await bench(server());
    const write = (work: () => Promise<unknown>) =>
      store.write(async (tx) => {
        await journal.appendIn(tx, { kind: 'run.succeeded', runId: id('run', 'run-1'), body: { nodes: 1 } });
        await work();
        await journal.appendIn(tx, { kind: 'run.succeeded', runId: id('run', 'run-1'), body: { nodes: 2 } });
      });
    await expect(write(() => server().crash())).rejects.toMatchObject({
      ...{ kind: 'external', exit: 'unreachable', retryable: true },
      message: expect.stringContaining('whole or not at all'),
    });
    await server().restart();
    expect(await journal.since(0)).toEqual([]);
    await write(async () => undefined);
    expect(await journal.since(0)).toHaveLength(2);
  });
});

describePostgres('opening the database of a server', (server) => {
  test('several at once fill an empty one once', async () => {
    const place = await server().database();
    const stores: Store[] = await Promise.all(Array.from({ length: 5 }, () => opening(place)));
    for (const store of stores) await store[Symbol.asyncDispose]();
    const made = await server().ask(place.database, 'select name from kysely_migration');
    expect(made.length).toBeGreaterThan(5);
  });

  test('nobody listens', async () => {
    const port = await freePort();
    expect(await trouble(placeOf(`postgresql://sophia:secret@127.0.0.1:${port}/sophia`))).toMatchObject({
      ...{ kind: 'external', exit: 'unreachable', retryable: true },
      message: `no PostgreSQL to be reached at 127.0.0.1:${port}: nobody listens there`,
    });
  });

  test('what listens is no PostgreSQL', async () => {
    const { createServer } = await import('node:net');
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as { port: number };
    expect(await trouble(placeOf(`postgresql://sophia@127.0.0.1:${port}/sophia`))).toMatchObject({
      exit: 'unreachable',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('what listens does not answer: it is waited for no longer than the URL says', async () => {
    const port = await muteServer();
    expect(await trouble(placeOf(`postgresql://sophia@127.0.0.1:${port}/sophia?connect_timeout=1`))).toMatchObject({
      ...{ exit: 'unreachable', retryable: true },
      message: `no PostgreSQL to be reached at 127.0.0.1:${port}: it does not answer`,
    });
  });

  test.each([
    ['wrong', 'its password was refused'],
    ['', 'it wants a password, and none is given'],
  ])('the password is "%s"', async (password, why) => {
    const { port } = server();
    const thrown = await trouble(placeOf(`postgresql://sophia:${password}@127.0.0.1:${port}/postgres`));
    expect(thrown).toMatchObject({ exit: 'auth', message: `127.0.0.1:${port} does not let sophia in: ${why}` });
  });

  test('there is no such database', async () => {
    const { url } = await server().database();
    const thrown = await trouble(placeOf(url.replace(/db\d+/, 'nowhere')));
    expect(thrown).toMatchObject({ exit: 'config', message: expect.stringContaining('there is no database nowhere') });
  });

  test('the server is too old', async () => {
    const place = await server().database();
    // Ours comes before the server's own for who looks into this schema first.
    await server().ask(
      place.database,
      `create function public.current_setting(text) returns text language sql as $$ select '130011' $$;
       alter database ${place.database} set search_path = public, pg_catalog`,
    );
    const thrown = await trouble(place);
    expect(thrown).toMatchObject({ exit: 'config', message: expect.stringContaining('is PostgreSQL 13') });
  });

  test('another program has its tables there', async () => {
    const place = await server().database();
    await server().ask(place.database, 'create table customers (name text)');
    const thrown = await trouble(place);
    expect(thrown).toMatchObject({ exit: 'config', message: expect.stringContaining('of another program') });
    expect(await server().ask(place.database, "select to_regclass('event') as made")).toEqual([{ made: null }]);
  });

  test('a newer sophia wrote it', async () => {
    const place = await server().database();
    expect(await trouble(place)).toBeUndefined();
    await server().ask(place.database, "insert into kysely_migration values ('9999-future', 'x')");
    expect(await trouble(place)).toMatchObject({ exit: 'incompatible', next: ['upgrade sophia'] });
  });

  test('an older sophia wrote it, and it is left as it is', async () => {
    const place = await server().database();
    expect(await trouble(place)).toBeUndefined();
    const last = '(select max(name) from kysely_migration)';
    await server().ask(place.database, `delete from kysely_migration where name = ${last}`);
    expect(await trouble(place)).toMatchObject({
      exit: 'incompatible',
      next: [expect.stringContaining('sophia store migrate')],
    });
  });

  test('it was restored from a server that had begun more transactions: migrate numbers the journal anew', async () => {
    const place = await server().database();
    const { store, journal } = await openBench(undefined, undefined, place);
    const write = (nodes: number) =>
      store.write((tx) => journal.appendIn(tx, { kind: 'run.succeeded', runId: id('run', 'run-1'), body: { nodes } }));
    for (const nodes of [1, 2]) await write(nodes);
    await server().ask(place.database, 'update event set xid = (xid::text::bigint + 1000000 - seq)::text::xid8');
    expect(await trouble(place)).toMatchObject({
      ...{ exit: 'incompatible', message: `${place.name} was restored from another server` },
      next: [expect.stringContaining('sophia store migrate')],
    });
    await migrateServer(place, signal);
    await migrateServer(place, signal);
    await write(3);
    expect((await journal.since(0)).map(({ body }) => body.nodes)).toEqual([1, 2, 3]);
  });

  test('a user who may not make tables is told what is missing', async () => {
    const place = await server().database();
    await server().ask(place.database, "create role guest login password 'guest'");
    const thrown = await trouble(placeOf(place.url.replace(/sophia:[^@]*@/, 'guest:guest@')));
    expect(thrown).toMatchObject({ exit: 'config', next: ['grant create, usage on schema public to guest'] });
  });
});

describePostgres('what a server keeps', (server) => {
  test('is what the embedded store keeps: texts in the order of their bytes, numbers, bytes and nothing', async () => {
    const { store, owner } = await bench(server());
    const row = { owner, thread_id: 't', ns: '', parent: null, metadata: new Uint8Array([0, 255]) };
    const ids = ['a', 'B', 'ä', 'Z', '_'];
    await store.write((tx) =>
      tx
        .insertInto('checkpoint')
        .values(ids.map((each) => ({ ...row, id: each, checkpoint: new Uint8Array() })))
        .execute(),
    );
    const found = await store.read.selectFrom('checkpoint').selectAll().orderBy('id').execute();
    expect(found.map(({ id: each }) => each)).toEqual(['B', 'Z', '_', 'a', 'ä']);
    expect(found[0]).toEqual({ ...row, id: 'B', checkpoint: new Uint8Array() });
    const { rows } = await sql<{ n: number }>`select count(*) as n from checkpoint`.execute(store.read as never);
    expect(rows).toEqual([{ n: 5 }]);
  });
});
