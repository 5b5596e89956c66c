import { SophiaError, UserError } from '../errors/index.ts';

// The low byte of SQLite's result codes.
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** A file that cannot be used, and why. */
export class FileTrouble extends UserError {
  readonly #why: string;

  constructor(exit: 'config' | 'held', file: string, why: string, next: readonly string[]) {
    super(exit, `${file}${why}`, next);
    this.#why = why;
  }

  /** The same trouble with another file: SQLite does not say with which of two it has it. */
  with(file: string): FileTrouble {
    return new FileTrouble('config', file, this.#why, this.next);
  }
}

/** Nothing in the file can be relied on. */
export class DamagedError extends FileTrouble {}

/** What SQLite says of a file that it cannot use, in words that help; anything else as it is. */
export function asUserError(thrown: unknown, file: string): unknown {
  if (thrown instanceof SophiaError) return thrown;
  const code = ((thrown as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;
  const trouble = (why: string, ...next: string[]) => new FileTrouble('config', file, `: ${why}`, next);
  switch (code) {
    case CORRUPT:
    case NOTADB:
      return damaged(file);
    case FULL:
      return trouble('the disk is full; nothing was half-written', 'make room, then run the command again');
    case READONLY:
    case CANTOPEN:
      return trouble('cannot be opened for writing', 'check who owns the folder, and its mode');
    case IOERR:
      return trouble('the disk does not answer as it should', 'check the disk, and how the folder is mounted');
    case BUSY:
      return new FileTrouble('held', file, ': another process has been writing for longer than 5 seconds', [
        'try again when it has ended',
      ]);
    default:
      return thrown;
  }
}

export function damaged(file: string): DamagedError {
  return new DamagedError('config', file, ' is damaged, or is not a database', [
    'sophia store restore <file>   puts a copy back; older ones lie beside it as *.backup-*',
    'or move it away and import your files again',
  ]);
}
