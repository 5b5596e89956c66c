import { stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { placeOf } from './sqlite.ts';
import { asUserError } from './trouble.ts';

/** `quick` reads every page, `whole` also compares the indexes with what they are of. */
export type Depth = 'quick' | 'whole';

const PRAGMA = { quick: 'pragma quick_check(1)', whole: 'pragma integrity_check(10)' } as const;

// One statement, which takes seconds for a gigabyte: in the thread of the program no signal would be heard meanwhile.
// Text, because a bundle has no file of its own for it; and text that is good as a script and as a module.
const READER = `
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  try {
    const database = new DatabaseSync(workerData.at, { readOnly: true, timeout: workerData.timeout });
    parentPort.postMessage({ rows: database.prepare(workerData.pragma).all().map((row) => Object.values(row)[0]) });
  } catch ({ message, errcode }) {
    parentPort.postMessage({ trouble: { message, errcode } });
  }`;

/** So much is read quickly in less time than a thread takes to begin: nobody could ask to stop meanwhile. */
const AT_ONCE_BYTES = 8 * 2 ** 20;

/** Node 22 would warn of SQLite in each thread anew; the launcher silences that for the program's own only. */
const QUIET = ['--disable-warning=ExperimentalWarning'];

interface Answer {
  readonly rows?: readonly string[];
  readonly trouble?: { readonly message: string; readonly errcode?: number };
}

/**
 * What SQLite finds wrong in `file`; empty when all is well. `still` as for `lookAtStore`. Throws the reason of `signal`
 * at once (the thread ends when its statement does, or with the process), and UserError for a file that cannot be read.
 */
export async function faultsIn(
  file: string,
  { still, depth, signal }: { readonly still: boolean; readonly depth: Depth; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const place = placeOf(file, still ? 'still' : 'read');
  if (depth === 'quick' && (await bytesOf(file)) < AT_ONCE_BYTES) return readAtOnce(file, place);
  const workerData = { ...place, pragma: PRAGMA[depth] };
  const reader = new Worker(READER, { eval: true, workerData, execArgv: QUIET });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  reader.once('message', resolve).once('error', reject);
  try {
    const { rows = [], trouble } = await promise;
    if (trouble) throw asUserError(Object.assign(new Error(trouble.message), trouble), file);
    return faultsAmong(rows);
  } finally {
    signal.removeEventListener('abort', stop);
    void reader.terminate();
  }
}

/** Of the file and of the log beside it, through which it is read. */
async function bytesOf(file: string): Promise<number> {
  const sizes = [file, `${file}-wal`].map(async (each) => (await stat(each).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function readAtOnce(file: string, { at, timeout }: ReturnType<typeof placeOf>): readonly string[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(at, { readOnly: true, timeout });
    return faultsAmong(
      database
        .prepare(PRAGMA.quick)
        .all()
        .map((row) => String(Object.values(row)[0])),
    );
  } catch (thrown) {
    throw asUserError(thrown, file);
  } finally {
    database?.close();
  }
}

function faultsAmong(rows: readonly string[]): readonly string[] {
  return rows.filter((row) => row !== 'ok');
}
