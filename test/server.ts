import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readDatabaseUrl } from '../src/core/config/database-url.ts';
import type { DatabasePlace } from '../src/core/domain/index.ts';

/** A real PostgreSQL: fsync on, a password over the network, and none on its socket. */
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
  /** Starts it again after it was ended. */
  restart(): Promise<void>;
  /** Ends what is open, as for an upgrade. */
  shutDown(): Promise<void>;
  /** Ends it, and takes its data away. */
  stop(): Promise<void>;
}

/** Another way to a server: through PgBouncer in transaction mode. */
export interface Pooler {
  /** The same database, by that way. */
  to(place: DatabasePlace): DatabasePlace;
  stop(): void;
}

export const PASSWORD = 'pa/ss:word@1';

/** What is installed of the two, of Debian or Ubuntu; the newest PostgreSQL there is. */
export const programs = {
  postgres: globSync('/usr/lib/postgresql/*/bin')
    .sort((a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4]))
    .at(-1),
  pgbouncer: ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((file) => existsSync(file)),
};

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

export async function startPostgres(bin: string): Promise<Postgres> {
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
    ...{ crash: () => end('SIGQUIT'), shutDown: () => end('SIGINT'), restart: run },
    async stop() {
      if (child.exitCode === null) await end('SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

/** `most` connections for all: with few of them whoever relies on a session finds that of another one. */
export async function startPooler(program: string, { folder, port: behind }: Postgres, most: number): Promise<Pooler> {
  const port = await freePort();
  const config = join(folder, 'pgbouncer.ini');
  // A server that comes back is asked again at once.
  writeFileSync(
    config,
    `[databases]\n* = host=${folder} port=${behind} user=sophia\n[pgbouncer]\nlisten_addr = 127.0.0.1
listen_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = ${most}
server_login_retry = 0.1\n`,
  );
  const pooler = spawn(program, [config], { ...unprivileged(), stdio: ['ignore', 'ignore', 'pipe'] });
  await told(pooler, 'process up');
  return {
    to: ({ database }) => placeOf(`postgresql://sophia@127.0.0.1:${port}/${database}`),
    stop: () => void pooler.kill('SIGINT'),
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
