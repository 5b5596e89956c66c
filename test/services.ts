import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import { readDatabaseUrl } from '../src/core/config/database-url.ts';
import type { DatabasePlace } from '../src/core/domain/index.ts';

/** A real PostgreSQL, for one test file: fsync on, a password over the network, and none on its socket. */
export interface Postgres {
  readonly port: number;
  /** Where its socket lies. */
  readonly folder: string;
  /** A fresh database; a copy of `like`, which nobody has open. */
  database(like?: DatabasePlace): Promise<DatabasePlace>;
  /** As the one who may do everything. */
  ask(database: string, statement: string): Promise<Record<string, unknown>[]>;
  /** Ends it in the midst of whatever it does, as a crash would. */
  crash(): Promise<void>;
  /** Starts it again after a crash. */
  restart(): Promise<void>;
}

export const PASSWORD = 'pa/ss:word@1';

/** Debian's, wherever it is installed; the newest there is. */
const bin = globSync('/usr/lib/postgresql/*/bin')
  .sort((a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4]))
  .at(-1);

/**
 * Tests that need a server, which they get from `server()`. Where none is installed they are left out, in plain sight;
 * with SOPHIA_REQUIRE_SERVICES=1 that is a failure.
 */
export function describePostgres(name: string, tests: (server: () => Postgres) => void): void {
  if (bin === undefined) {
    leaveOut(name, 'postgresql');
    return;
  }
  describe(name, () => {
    let server: (Postgres & { stop(): Promise<void> }) | undefined;
    beforeAll(async () => {
      server = await start(bin);
    });
    afterAll(() => server?.stop());
    tests(() => {
      if (!server) throw new Error('the server runs while tests do');
      return server;
    });
  });
}

function leaveOut(name: string, program: string): void {
  const without = `${name}: ${program} is not installed (apt-get install ${program})`;
  if (process.env.SOPHIA_REQUIRE_SERVICES === '1') test(without, () => Promise.reject(new Error(without)));
  else test.skip(without);
}

const bouncer = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((file) => existsSync(file));

/** As `describePostgres`, with databases that are reached through PgBouncer in transaction mode. */
export function describePooled(name: string, tests: (database: () => Promise<DatabasePlace>) => void): void {
  if (bouncer === undefined) {
    leaveOut(name, 'pgbouncer');
    return;
  }
  describePostgres(name, (server) => {
    let pooler: ChildProcess | undefined;
    let port = 0;
    beforeAll(async () => {
      port = await freePort();
      const { folder, port: behind } = server();
      const config = join(folder, 'pgbouncer.ini');
      // Two connections for all: whoever relies on a session finds that of another one.
      writeFileSync(
        config,
        `[databases]\n* = host=${folder} port=${behind} user=sophia\n[pgbouncer]\nlisten_addr = 127.0.0.1
listen_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n`,
      );
      pooler = spawn(bouncer, [config], { ...unprivileged(), stdio: ['ignore', 'ignore', 'pipe'] });
      await told(pooler, 'process up');
    });
    afterAll(() => void pooler?.kill('SIGINT'));
    tests(async () => {
      const { database } = await server().database();
      return placeOf(`postgresql://sophia@127.0.0.1:${port}/${database}`);
    });
  });
}

/** The servers refuse to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (which: '-u' | '-g') => Number(execFileSync('id', [which, 'postgres']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Resolves when the program says that it is ready. */
function told(program: ChildProcess, ready: string): Promise<void> {
  let said = '';
  return new Promise((done, failed) => {
    program.stderr?.on('data', (text) => {
      said += text;
      if (said.includes(ready)) done();
    });
    program.once('close', () => failed(new Error(said)));
  });
}

async function start(bin: string): Promise<Postgres & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const port = await freePort();
  const as = unprivileged();
  if (as.uid !== undefined) execFileSync('chown', ['postgres', folder]);
  chmodSync(folder, 0o755);
  const secret = join(folder, 'password');
  writeFileSync(secret, PASSWORD, { mode: 0o644 });
  const data = join(folder, 'data');
  const how = ['-U', 'sophia', '--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${secret}`, '--no-sync'];
  execFileSync(join(bin, 'initdb'), ['-D', data, ...how, '-E', 'UTF8', '--locale=C.UTF-8'], {
    ...{ ...as, cwd: folder, stdio: 'pipe' },
  });

  let child: ChildProcess;
  const run = async () => {
    const options = ['-k', folder, '-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=on'];
    child = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await told(child, 'ready to accept connections');
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const ended = new Promise((done) => child.once('close', done));
    child.kill(signal);
    await ended;
  };
  await run();

  const ask: Postgres['ask'] = async (database, statement) => {
    const client = new pg.Client({ host: folder, port, user: 'sophia', database });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  let databases = 0;
  return {
    ...{ port, folder, ask },
    async database(like) {
      const name = `db${++databases}`;
      await ask('postgres', `create database ${name} template ${like?.database ?? 'template1'}`);
      return placeOf(`postgresql://sophia:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${name}`);
    },
    crash: () => end('SIGQUIT'),
    restart: run,
    async stop() {
      if (child.exitCode === null) await end('SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

export function placeOf(url: string): DatabasePlace {
  const place = readDatabaseUrl(url);
  if (!place) throw new Error('the URL is one');
  return place;
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Takes connections, says nothing, and hangs up after a while: who waits for it longer is told another thing. */
export async function muteServer(): Promise<number> {
  const HANGS_UP_MS = 5000;
  return listen((socket) => void setTimeout(() => socket.destroy(), HANGS_UP_MS).unref());
}

/** Takes one connection, says nothing, and never hangs up: `called` has been connected to, `left` was hung up on. */
export async function silentServer() {
  const [called, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const port = await listen((socket) => {
    socket.resume().once('close', () => left.resolve());
    called.resolve();
  });
  return { port, called: called.promise, left: left.promise };
}

async function listen(takes: (socket: Socket) => void): Promise<number> {
  const server = createServer(takes);
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.once('listening', listening));
  return (server.address() as AddressInfo).port;
}
