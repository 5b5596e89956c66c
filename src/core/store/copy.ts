import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { asUserError, DamagedError } from './trouble.ts';

/** Pages between two looks at the signal: 4 MB, some milliseconds. */
const STEP = 1000;

export interface Copying {
  readonly signal?: AbortSignal | undefined;
  /** How much of it is done, from 0 to 1. */
  told?(share: number): void;
}

/**
 * All that is committed, as of one moment, while others go on writing; in steps, of which each leaves room for a signal.
 * `empty` is a file without content. Throws the reason of `signal`, or UserError where the copy cannot be written.
 */
export async function copyInto(from: DatabaseSync, empty: string, { signal, told }: Copying): Promise<void> {
  signal?.throwIfAborted();
  // One snapshot for all steps: without it they begin anew whenever somebody writes.
  from.exec('begin; select 1 from sqlite_schema');
  try {
    await backup(from, empty, {
      rate: STEP,
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        told?.(1 - remainingPages / totalPages);
      },
    });
    alone(empty);
  } catch (thrown) {
    // The database was read before: what cannot be used is the copy.
    const trouble = asUserError(thrown, empty);
    throw trouble instanceof DamagedError ? thrown : trouble;
  } finally {
    from.exec('commit');
  }
}

/** It took over that a log lies beside it; without one it can be read where nothing can be written. */
function alone(file: string): void {
  // One that somebody took away is not made anew.
  const copy = new DatabaseSync(`${pathToFileURL(file)}?mode=rw`);
  try {
    copy.prepare('pragma journal_mode = delete').all();
  } finally {
    copy.close();
  }
}
