import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type Bench, openBench } from '../../../../test/rooms.ts';
import type { Postgres } from '../../../../test/server.ts';
import { describePostgres } from '../../../../test/services.ts';
import { type DatabasePlace, id } from '../../domain/index.ts';
import { acquireLease, type Lease } from '../index.ts';

/** A session of its own, past the program. */
async function session({ folder, port }: Postgres, { database }: DatabasePlace) {
  const client = new pg.Client({ host: folder, port, user: 'sophia', database });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Resolves when so many wait for what another one has locked. */
async function waiting(server: Postgres, count: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  const waiters = 'select count(distinct pid) as n from pg_locks where not granted';
  const isSo = async () => Number((await server.ask('postgres', waiters))[0]?.n) >= count;
  while (!signal.aborted && !(await isSo())) await new Promise((next) => setImmediate(next));
}

/** Resolves when somebody waits for what this session has locked. */
async function waitedFor(
  server: Postgres,
  other: pg.Client,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const [{ pid }] = (await other.query('select pg_backend_pid() as pid')).rows;
  const waiters = `select count(*) as n from pg_stat_activity where ${pid} = any (pg_blocking_pids(pid))`;
  const isSo = async () => Number((await server.ask('postgres', waiters))[0]?.n) > 0;
  while (!signal.aborted && !(await isSo())) await new Promise((next) => setImmediate(next));
}

const runId = id('run', 'run-1');

function recording({ owner, journal }: Bench, lease: Lease, node: string): Promise<void> {
  const key = { owner, thread_id: runId, ns: '', checkpoint_id: 'c1', task_id: node, idx: 0 };
  const row = { ...key, task_path: '', channel: 'x', value: new Uint8Array([0, 255]) };
  const lines = journal.linesOf([{ kind: 'run.node_finished', runId, body: { node: id('node', node) } }]);
  return lease.record([{ into: 'checkpoint_write', rows: [row], same: 'stays' }], lines);
}

async function found({ store, journal }: Bench) {
  const writes = await store.read.selectFrom('checkpoint_write').select('task_id').orderBy('task_id').execute();
  const told = (await journal.since(0, { runId })).map(({ runSeq, body }) => `${runSeq} ${body.node}`);
  return { writes: writes.map(({ task_id }) => task_id), told };
}

describePostgres('a step that is recorded on a server', (server) => {
  // Whatever the server gives to who asks for nothing.
  const each = test.for(['read committed', 'repeatable read', 'serializable']);

  async function setting(isolation: string) {
    const place = await server().database();
    await server().ask(
      'postgres',
      `alter database ${place.database} set default_transaction_isolation = '${isolation}'`,
    );
    const bench = await openBench(undefined, undefined, place);
    return { place, bench, lease: await acquireLease(bench, 'run:1', 'run 1') };
  }

  test('is one statement, which names nothing and leaves nothing in the session', async () => {
    const { bench, lease } = await setting('read committed');
    const { query } = pg.Client.prototype;
    const asked: unknown[][] = [];
    pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
      asked.push(given);
      return query.apply(this, given as never);
    } as never;
    onTestFinished(() => {
      pg.Client.prototype.query = query;
    });
    await recording(bench, lease, 'a');
    expect(asked).toEqual([
      [expect.stringMatching(/^with fence as \(select name, token from lease .* for share\)/), expect.any(Array)],
    ]);
  });

  each('waits for who takes its lease over, and then writes nothing: %s', async (isolation, context) => {
    const { place, bench, lease } = await setting(isolation);
    const other = await session(server(), place);
    await other.query('begin');
    await other.query("update lease set token = token + 1 where name = 'run:1'");
    const zombie = recording(bench, lease, 'zombie').catch((thrown: unknown) => thrown);
    await waiting(server(), 1, context);
    await other.query('commit');
    expect(await zombie).toMatchObject({ exit: 'held' });
    expect(lease.lost.aborted).toBe(true);
    expect(await found(bench)).toEqual({ writes: [], told: [] });
  });

  each('is waited for by who takes its lease over: %s', async (isolation, context) => {
    const { place, bench, lease } = await setting(isolation);
    const [holds, takes] = [await session(server(), place), await session(server(), place)];
    // What keeps the step in its midst, with its lease locked: somebody has its key, and may yet give it back.
    await holds.query('begin');
    await holds.query(`insert into checkpoint_write values ('', 'run-1', '', 'c1', 'a', 0, '', '', '')`);
    const ends: string[] = [];
    const step = recording(bench, lease, 'a').then(() => ends.push('recorded'));
    await waiting(server(), 1, context);
    const taking = takes
      .query("update lease set token = token + 1 where name = 'run:1'")
      .then(() => ends.push('taken over'));
    await waiting(server(), 2, context);
    expect(ends).toEqual([]);
    await holds.query('rollback');
    await Promise.all([step, taking]);
    expect(await found(bench)).toEqual({ writes: ['a'], told: ['1 a'] });
    await expect(recording(bench, lease, 'b')).rejects.toMatchObject({ exit: 'held' });
  });

  each('counts its line again when others told one of the run meanwhile, and again: %s', async (isolation, context) => {
    const { place, bench, lease } = await setting(isolation);
    const others = [await session(server(), place), await session(server(), place)];
    for (const [at, other] of others.entries()) {
      await other.query('begin');
      await other.query(`insert into event (at, owner, actor, room, kind, run_id, run_seq, body)
        values ('2026-11-22', 'hill-street', 'os:ada', 'runs', 'run.node_finished', 'run-1', ${at + 1}, '{"node":"other"}')`);
    }
    const step = recording(bench, lease, 'a');
    for (const other of others) {
      await waitedFor(server(), other, context);
      await other.query('commit');
    }
    await step;
    expect(await found(bench)).toEqual({ writes: ['a'], told: ['1 other', '2 other', '3 a'] });
  });
});
