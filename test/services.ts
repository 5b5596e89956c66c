import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import type { DatabasePlace } from '../src/core/domain/index.ts';
import { type Pooler, type Postgres, programs, startPooler, startPostgres } from './server.ts';

/**
 * Tests that need a server, which they get from `server()`. Where none is installed they are left out, in plain sight;
 * with SOPHIA_REQUIRE_SERVICES=1 that is a failure.
 */
export function describePostgres(name: string, tests: (server: () => Postgres) => void): void {
  const { postgres } = programs;
  if (postgres === undefined) {
    leaveOut(name, 'postgresql is not installed (apt-get install postgresql)');
    return;
  }
  describe(name, () => {
    let server: Postgres | undefined;
    beforeAll(async () => {
      server = await startPostgres(postgres);
    });
    afterAll(() => server?.stop());
    tests(() => {
      if (!server) throw new Error('the server runs while tests do');
      return server;
    });
  });
}

/** In plain sight; with SOPHIA_REQUIRE_SERVICES=1 as a failure. */
export function leaveOut(name: string, why: string): void {
  const without = `${name}: ${why}`;
  if (process.env.SOPHIA_REQUIRE_SERVICES === '1') test(without, () => Promise.reject(new Error(without)));
  else test.skip(without);
}

/** As `describePostgres`, with databases that are reached through PgBouncer in transaction mode. */
export function describePooled(
  name: string,
  tests: (database: (like?: DatabasePlace) => Promise<DatabasePlace>, server: () => Postgres) => void,
): void {
  const { pgbouncer } = programs;
  if (pgbouncer === undefined) {
    leaveOut(name, 'pgbouncer is not installed (apt-get install pgbouncer)');
    return;
  }
  describePostgres(name, (server) => {
    let pooler: Pooler;
    beforeAll(async () => {
      pooler = await startPooler(pgbouncer, server(), 2);
    });
    afterAll(() => pooler.stop());
    tests(async (like) => pooler.to(await server().database(like)), server);
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

/** Says to whoever asks for TLS, as PostgreSQL does, that there is none. */
export async function plainServer(): Promise<number> {
  return listen((socket) => void socket.on('data', () => void socket.write('N')));
}

async function listen(takes: (socket: Socket) => void): Promise<number> {
  const server = createServer(takes);
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.once('listening', listening));
  return (server.address() as AddressInfo).port;
}
