import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import type { DatabasePlace } from '../src/core/domain/index.ts';
import { bin, freePort, type Postgres, placeOf, start, told, unprivileged } from './postgres-server.ts';

export { freePort, PASSWORD, type Postgres, placeOf } from './postgres-server.ts';

/**
 * Tests that need a server, which they get from `server()`. Where none is installed they are left out, in plain sight;
 * with SOPHIA_REQUIRE_SERVICES=1 that is a failure.
 */
export function describePostgres(name: string, tests: (server: () => Postgres) => void): void {
  if (bin === undefined) {
    leaveOut(name, 'postgresql');
    return;
  }
  const folder = bin;
  describe(name, () => {
    let server: (Postgres & { stop(): Promise<void> }) | undefined;
    beforeAll(async () => {
      server = await start(folder);
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
