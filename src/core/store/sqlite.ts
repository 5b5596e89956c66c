import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { type Copying, copyInto } from './copy.ts';
import { EachRow, SqliteListCompiler } from './long-lists.ts';
import { asUserError } from './trouble.ts';

/**
 * `still` reads a file that nobody writes to meanwhile, and takes no lock. For a `read` SQLite makes a `-wal` and a
 * `-shm` beside the file where there are none, and leaves them there. `alone` writes, and keeps every other process out
 * until it is closed.
 */
type Mode = 'read' | 'write' | 'still' | 'alone';

/** Kysely's SQLite dialect over the built-in `node:sqlite`: no native package, nothing to compile. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #open: () => DatabaseSync;
  readonly #file: string;
  #opened: { readonly raw: DatabaseSync; readonly database: SqliteDatabase } | undefined;

  constructor(file: string, mode: Mode) {
    const config = { database: async () => this.database() };
    super(config);
    this.#config = config;
    this.#file = file;
    this.#open = () => openDatabase(file, mode);
  }

  /** Its one connection, opened when it is first needed. Who asks it past Kysely does so while nobody else has it. */
  database(): SqliteDatabase {
    return this.#connection().database;
  }

  /** Over that connection. Errors as `copyInto`. */
  async copyTo(empty: string, copying: Copying): Promise<void> {
    await copyInto(this.#connection().raw, empty, copying);
  }

  #connection() {
    if (!this.#opened) {
      const raw = this.#open();
      this.#opened = { raw, database: withStatements(raw, this.#file) };
    }
    return this.#opened;
  }

  override createDriver() {
    return new ImmediateDriver(this.#config);
  }

  override createQueryCompiler() {
    return new SqliteListCompiler();
  }

  override createAdapter() {
    return new TransactionalAdapter();
  }
}

/** Takes the write lock first: a transaction that reads and then writes could otherwise fail as busy. */
class ImmediateDriver extends SqliteDriver {
  /**
   * Once for a transaction, once for a query outside of one. The database answers without waiting, so that a long chain
   * of queries would never let the process hear a signal or renew a lease: between two of them it looks up.
   */
  override async acquireConnection() {
    await new Promise((resolve) => setImmediate(resolve));
    return super.acquireConnection();
  }

  /** On a full disk SQLite has rolled back by itself; what counts is the error that came first. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    await super.rollbackTransaction(connection).catch(() => undefined);
  }

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

/** When the log is taken in: at 16 MB, four times what is usual. A step adds 40 kB, and who takes it in waits for the disk. */
const WAL_PAGES = 4000;
/** How long a writer waits for another process's transaction. */
const BUSY_MS = 5000;
/** Who wants to be alone does not wait for others to end. */
const ALONE_BUSY_MS = 500;

/** How `node:sqlite` is told of it: what to open, and how long to wait for others. */
export function placeOf(file: string, mode: Mode): { readonly at: string; readonly timeout: number } {
  return {
    at: mode === 'still' ? `${pathToFileURL(file)}?immutable=1` : file,
    timeout: mode === 'alone' ? ALONE_BUSY_MS : BUSY_MS,
  };
}

function openDatabase(file: string, mode: Mode): DatabaseSync {
  const told = toldOf(file);
  const { at, timeout } = placeOf(file, mode);
  const writes = mode === 'write' || mode === 'alone';
  const database = told(() => new DatabaseSync(at, { timeout, readOnly: !writes }));
  try {
    // Before anything is read: only then the lock is taken with the first read, and kept.
    if (mode === 'alone') database.exec('PRAGMA locking_mode = EXCLUSIVE');
    // FULL, because effects on the world outside are recorded here: a done one must survive a power cut. What is deleted
    // is also overwritten: it may be what somebody asked to be forgotten.
    const settings = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON';
    if (writes) told(() => database.exec(settings));
    if (writes) database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
    if (mode === 'read') told(() => takeBack(file, database));
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return database;
}

/** SQLite's result code: something unfinished is to be taken back first, for which a reader may not write. */
const READONLY_ROLLBACK = 8 | (3 << 8);

/**
 * Who is killed while nobody else may have the database writes without a log, and leaves what it had not finished: it is
 * taken back by whoever comes next. Anything else that is amiss is met again by who reads, and left as it is.
 */
function takeBack(file: string, reader: DatabaseSync): void {
  if (troubleOf(reader) !== READONLY_ROLLBACK) return;
  if (!isOurs(file)) return;
  const writer = new DatabaseSync(`${pathToFileURL(file)}?mode=rw`, { timeout: BUSY_MS });
  troubleOf(writer);
  writer.close();
}

/** As far as it can be told by what lies there: what another program has not finished is its own to take back. */
function isOurs(file: string): boolean {
  const asItLies = new DatabaseSync(placeOf(file, 'still').at, { readOnly: true });
  try {
    return asItLies.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get() !== undefined;
  } catch {
    return false;
  } finally {
    asItLies.close();
  }
}

/** With which result code it cannot be read. */
function troubleOf(database: DatabaseSync): number | undefined {
  try {
    database.exec('select 1 from sqlite_schema');
    return undefined;
  } catch (thrown) {
    return (thrown as { errcode?: number }).errcode;
  }
}

function withStatements(database: DatabaseSync, file: string): SqliteDatabase {
  const told = toldOf(file);
  const prepared = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    prepare(sql) {
      const known = prepared.get(sql) ?? prepare(database, sql, told);
      prepared.set(sql, known);
      return known;
    },
    close: () => database.close(),
  };
}

/** Does the work, and says in a user's words what the file or the disk has against it. */
type Told = <T>(work: () => T) => T;

function toldOf(file: string): Told {
  return (work) => {
    try {
      return work();
    } catch (thrown) {
      throw asUserError(thrown, file);
    }
  };
}

function prepare(database: DatabaseSync, sql: string, told: Told): ReturnType<SqliteDatabase['prepare']> {
  const statement = told(() => database.prepare(sql));
  return {
    reader: statement.columns().length > 0,
    all: (values) => told(() => eachOf(values).flatMap((each) => statement.all(...bindable(each)))),
    run: (values) =>
      told(() => {
        let changes = 0;
        let lastInsertRowid: number | bigint = 0;
        for (const each of eachOf(values)) {
          const done = statement.run(...bindable(each));
          changes += Number(done.changes);
          lastInsertRowid = done.lastInsertRowid;
        }
        return { changes, lastInsertRowid };
      }),
    iterate: (values) => statement.iterate(...bindable(values)),
  };
}

/** The values of each time that a statement is carried out. */
function eachOf(values: readonly unknown[]): readonly (readonly unknown[])[] {
  const many = values.find((value) => value instanceof EachRow);
  if (!many) return [values];
  return values.length === 1
    ? many.table
    : many.table.map((row) => values.flatMap((each) => (each === many ? row : [each])));
}

/** Kysely hands over `unknown`; what the driver cannot bind is a fault of ours and throws there. */
function bindable(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => (value === undefined ? null : (value as SQLInputValue)));
}
