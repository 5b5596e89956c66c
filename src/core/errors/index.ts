export { type ExitName, exits } from './exit.ts';

import type { ExitName } from './exit.ts';

/** Base of the four kinds: what went wrong, how the process ends, and what the reader can do next. */
export abstract class SophiaError extends Error {
  abstract readonly kind: 'usage' | 'user' | 'external' | 'bug';
  abstract readonly exit: ExitName;
  /** Complete command lines or one short instruction each. */
  readonly next: readonly string[];

  constructor(message: string, next: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** The command was misspelt, or names something that does not exist. */
export class UsageError extends SophiaError {
  readonly kind = 'usage';
  readonly exit = 'usage';
}

export type UserExit = Exclude<ExitName, 'ok' | 'bug' | 'usage' | 'auth' | 'unreachable' | 'sigterm'>;

/** The request is well formed, but the user's world (config, rules, data, other workers) does not allow it. */
export class UserError extends SophiaError {
  readonly kind = 'user';
  readonly exit: UserExit;

  constructor(exit: UserExit, message: string, next: readonly string[] = []) {
    super(message, next);
    this.exit = exit;
  }
}

/** Something outside failed. `retryable` says whether the same call may succeed later. */
export class ExternalError extends SophiaError {
  readonly kind = 'external';
  readonly exit: 'auth' | 'unreachable' | 'failed';
  readonly retryable: boolean;

  constructor(
    exit: ExternalError['exit'],
    message: string,
    retryable: boolean,
    cause?: unknown,
    next: readonly string[] = [],
  ) {
    super(message, next, { cause });
    this.exit = exit;
    this.retryable = retryable;
  }
}

/** A fault of ours. Anything thrown that is not a SophiaError becomes one. */
export class BugError extends SophiaError {
  readonly kind = 'bug';
  readonly exit = 'bug';
}

/** What the system says of files, in words; the file is added. */
const fileTroubles: Readonly<Record<string, string>> = {
  EACCES: 'you may not read or write it',
  EPERM: 'you may not change it',
  EROFS: 'it lies on a disk that can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota on this disk is used up',
  EISDIR: 'it is a folder, and a file is needed',
  ENOTDIR: 'one of the folders above it is a file',
  EEXIST: 'something else of that name is in the way',
  ENOENT: 'it is not there',
  ELOOP: 'links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ENXIO: 'it is a socket or a device, and a file is needed',
};

const SUGGESTIONS = 3;

/** Those of `names` that may have been meant by `asked`: what is farther off than half of what was typed is left out. */
export async function nearest(asked: string, names: readonly string[], most = SUGGESTIONS): Promise<string[]> {
  if (asked === '') return [];
  const { distance } = await import('fastest-levenshtein');
  const word = asked.toLowerCase();
  const far = (name: string) => (name.toLowerCase().includes(word) ? 0 : distance(word, name.toLowerCase()));
  return names
    .map((name) => ({ name, off: far(name) }))
    .filter(({ off }) => off <= asked.length / 2)
    .sort((a, b) => a.off - b.off)
    .slice(0, most)
    .map(({ name }) => name);
}

const REPORT = [
  'report this, with the command you ran',
  'sophia doctor --bundle <file>   writes what helps to find it, and names nobody',
];

/** `mend` is the next step where a file is the trouble. */
export function asSophiaError(thrown: unknown, mend?: readonly string[]): SophiaError {
  if (thrown instanceof SophiaError) return thrown;
  const { code = '', path } = (thrown ?? {}) as NodeJS.ErrnoException;
  const trouble = fileTroubles[code];
  if (trouble !== undefined) {
    const own = code === 'EACCES' && path !== undefined ? [`chmod u+rwX '${path}'   where it is yours`] : [];
    const next = mend ?? [...own, 'mend that, or work in another folder with --cwd'];
    return new UserError('config', path === undefined ? trouble : `${path}: ${trouble}`, next);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BugError(message, REPORT, { cause: thrown });
}
