import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Starts it again after a crash. */
  restart(): Promise<void>;
}

export const PASSWORD = 'pa/ss:word@1';

/** Debian's, wherever it is installed; the newest there is. */
export const bin = globSync('/usr/lib/postgresql/*/bin')
  .sort((a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4]))
  .at(-1);

/** The servers refuse to run as root. */
export function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (which: '-u' | '-g') => Number(execFileSync('id', [which, 'postgres']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Resolves when the program says that it is ready. */
export function told(program: ChildProcess, ready: string): Promise<void> {
  let said = '';
  return new Promise((done, failed) => {
    program.stderr?.on('data', (text) => {
      said += text;
      if (said.includes(ready)) done();
    });
    program.once('close', () => failed(new Error(said)));
  });
}

/** Starts a server of its own, which nobody else uses. */
export async function start(bin: string): Promise<Postgres & { stop(): Promise<void> }> {
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
