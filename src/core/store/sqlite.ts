import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';

/** Kysely's SQLite dialect over the built-in `node:sqlite`: no native package, nothing to compile. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(file: string, mode: 'read' | 'write') {
    const config = { database: async () => openDatabase(file, mode) };
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ImmediateDriver(this.#config);
  }

  override createAdapter() {
    return new TransactionalAdapter();
  }
}

/** Takes the write lock first: a transaction that reads and then writes could otherwise fail as busy. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** SQLite's DDL is transactional; with this a migration killed half-way leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** How long a writer waits for another process's transaction. */
const BUSY_MS = 5000;

function openDatabase(file: string, mode: 'read' | 'write'): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: mode === 'read' });
  // FULL, because effects on the world outside are recorded here: a done one must survive a power cut.
  if (mode === 'write') database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const prepared = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    prepare(sql) {
      const known = prepared.get(sql) ?? prepare(database, sql);
      prepared.set(sql, known);
      return known;
    },
    close: () => database.close(),
  };
}

function prepare(database: DatabaseSync, sql: string): ReturnType<SqliteDatabase['prepare']> {
  const statement = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...bindable(values)),
    run: (values) => statement.run(...bindable(values)),
    iterate: (values) => statement.iterate(...bindable(values)),
  };
}

/** Kysely hands over `unknown`; what the driver cannot bind is a fault of ours and throws there. */
function bindable(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => (value === undefined ? null : (value as SQLInputValue)));
}
