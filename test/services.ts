import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, test } from 'vitest';
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
    const without = `${name}: PostgreSQL is not installed (apt-get install postgresql)`;
    if (process.env.SOPHIA_REQUIRE_SERVICES === '1') test(without, () => Promise.reject(new Error(without)));
    else test.skip(without);
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

async function start(bin: string): Promise<Postgres & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0;
  const [uid, gid] = ['-u', '-g'].map((of) => Number(root ? execFileSync('id', [of, 'postgres']) : 0));
  const as = root ? { uid, gid } : {};
  if (root) execFileSync('chown', ['postgres', folder]);
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
    let told = '';
    await new Promise<void>((ready, failed) => {
      child.stderr?.on('data', (text) => {
        told += text;
        if (told.includes('ready to accept connections')) ready();
      });
      child.once('close', () => failed(new Error(told)));
    });
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
