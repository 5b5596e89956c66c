import { Socket } from 'node:net';
import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPool,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import type { DatabasePlace } from '../../domain/index.ts';
import { PostgresListCompiler } from '../long-lists.ts';
import { asServerTrouble } from './trouble.ts';

/** A server that does not answer within this is taken to be unreachable, unless the URL has another `connect_timeout`. */
const CONNECT_MS = 10_000;

/** When a server is waited for no longer, though it might still answer. */
export interface Limits {
  /** Nobody waits for a connection that is not made yet. */
  readonly connecting?: AbortSignal;
  /** Connections are broken off, whatever is asked over them: for who writes nothing, or nothing yet. */
  readonly working?: AbortSignal;
}

/** Kysely's dialect for PostgreSQL over `pg`, with at most `most` connections, each made when it is needed. */
export class ServerDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(place: DatabasePlace, most: number, limits: Limits) {
    const config = { pool: async () => openPool(place, most, limits) };
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ServerDriver(this.#config);
  }

  override createQueryCompiler() {
    return new PostgresListCompiler();
  }
}

/**
 * Far longer than a transaction of ours thinks between two statements; and so short that who waits for what it has locked
 * can renew a lease in time, which is over after 30 seconds.
 */
const IDLE_MS = 8000;

/**
 * A machine that goes in the midst of a transaction says nothing to the server, which would keep its locks for hours. The
 * limit is of the transaction, and not of the session.
 */
class ServerDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, { isolationLevel }: TransactionSettings) {
    const begin = isolationLevel ? `begin isolation level ${isolationLevel}` : 'begin';
    const limit = `set local idle_in_transaction_session_timeout = ${IDLE_MS}`;
    await connection.executeQuery(CompiledQuery.raw(`${begin}; ${limit}`));
  }
}

/** As libpq has it: whole seconds, and 0 for the usual. */
function connectMs({ url }: DatabasePlace): number {
  const seconds = Number.parseInt(new URL(url).searchParams.get('connect_timeout') ?? '', 10);
  return seconds > 0 ? seconds * 1000 : CONNECT_MS;
}

/** A client whose socket is destroyed at these limits: nothing else ends the wait for a server that says nothing. */
function clientWithin({ connecting, working }: Limits) {
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      const socket = new Socket();
      super({ ...config, stream: () => socket });
      const giveUp = () => void socket.destroy();
      const [connected, closed] = [new AbortController(), new AbortController()];
      connecting?.addEventListener('abort', giveUp, { signal: connected.signal });
      working?.addEventListener('abort', giveUp, { signal: closed.signal });
      this.once('connect', () => connected.abort());
      socket.once('close', () => {
        connected.abort();
        closed.abort();
      });
    }
  };
}

/**
 * Keeps no state in a session, names no prepared statement and asks for no option at the start: any two transactions
 * may come to two servers, as behind PgBouncer.
 */
function openPool(place: DatabasePlace, most: number, limits: Limits): PostgresPool {
  const pool = new pg.Pool({
    ...{ connectionString: place.url, max: most, connectionTimeoutMillis: connectMs(place), keepAlive: true },
    ...{ fallback_application_name: 'sophia', types, Client: clientWithin(limits) },
  });
  // An idle connection that breaks is replaced when one is needed: whoever needs it hears what is wrong.
  pool.on('error', () => undefined);
  const told = async <T>(work: Promise<T>, when: 'connecting' | 'working'): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      limits.working?.throwIfAborted();
      if (when === 'connecting') limits.connecting?.throwIfAborted();
      throw asServerTrouble(thrown, place, when);
    }
  };
  return {
    options: {},
    async connect() {
      const client = await told(pool.connect(), 'connecting');
      // While it is in use its errors come with what it is asked; unheard, they would end the process.
      const unheard = () => undefined;
      client.on('error', unheard);
      return {
        query: ((sql: string, values: readonly unknown[]) => told(client.query(sql, [...values]), 'working')) as never,
        release(discard?: boolean) {
          client.off('error', unheard);
          client.release(discard);
        },
      };
    },
    end: () => pool.end(),
  };
}

const INT8 = 20;
const BYTEA = 17;

/** As the embedded store gives them: whole numbers as numbers, bytes as bytes. Our numbers are below 2^53. */
const types = {
  getTypeParser(type: number, format?: 'text' | 'binary') {
    if (type === INT8) return Number;
    const parse = pg.types.getTypeParser(type, format as never) as (text: string) => unknown;
    return type === BYTEA ? (text: string) => new Uint8Array(parse(text) as Buffer) : parse;
  },
};
