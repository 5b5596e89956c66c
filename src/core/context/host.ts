import { realpath, statfs } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ActorId, type Instant, id, isTimeZone, type TimeZone } from '../domain/index.ts';
import { exits, UserError } from '../errors/index.ts';
import { wallClock } from './clocks.ts';
import { openProcesses, type Processes } from './processes.ts';
import { stopSignal } from './stop.ts';

export interface Clock {
  now(): Instant;
  /** Resolves after `ms`, or at once when `signal` aborts. Tests advance time instead of waiting. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `work` every `ms` in the background until disposed of; never keeps the process alive. */
  every(ms: number, work: () => void): Disposable;
}

export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * Starts sophia anew with these words, apart from this process, which it outlives. What it prints is added to the file
 * `log`, in a folder that is there. Returns its process id.
 */
export type Launch = (words: readonly string[], log: string) => Promise<number>;

/** What the program stands on. */
export interface Machine {
  /** Version of the Node that runs, and the file that it was started from. */
  readonly node: { readonly version: string; readonly file: string };
  /** As Node calls it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** As Node calls it: `x64`, `arm64`. */
  readonly architecture: string;
  /** What this user may still write to the disk on which `path`, which must exist, lies. */
  freeBytes(path: string): Promise<number>;
  /** Where `path`, which must exist, lies when every link is followed, and the number of the file system there. */
  whereabouts(path: string): Promise<{ readonly path: string; readonly fileSystem: number }>;
}

/** The machine as one value. The product makes it from `process`; a test makes its own. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly packageRoot: string;
  /** The XDG folders of this user. */
  readonly dataHome: string;
  readonly configHome: string;
  readonly stateHome: string;
  readonly user: ActorId;
  /** The number that files of this user carry; `undefined` where the system has none. */
  readonly userId: number | undefined;
  /** Where this machine says it stands; UTC when it does not. */
  readonly timeZone: TimeZone;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly processes: Processes;
  readonly machine: Machine;
  readonly launch: Launch;
  /** Aborts with the exit that the signal stands for. */
  readonly signal: AbortSignal;
  /** Aborts when it is noticed that nobody reads stdout any more. */
  readonly unread: AbortSignal;
}

/** The only function that reads `process`, the clock, the environment or randomness. */
export function processHost(packageRoot: string): Host {
  silenceLibraries();
  const unread = new AbortController();
  process.stdout.on('error', (error) => (isOfReader(error) ? unread.abort() : endUntold(error)));
  let processes: Processes | undefined;
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    packageRoot,
    // What costs milliseconds is looked up when it is asked for: `--version` asks for none of it.
    get dataHome() {
      return xdg('XDG_DATA_HOME', '.local/share');
    },
    get configHome() {
      return xdg('XDG_CONFIG_HOME', '.config');
    },
    get stateHome() {
      return xdg('XDG_STATE_HOME', '.local/state');
    },
    userId: process.geteuid?.(),
    get user() {
      return id('actor', `os:${userName()}`);
    },
    get timeZone() {
      return localTimeZone();
    },
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    get stderr() {
      if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', goOnUnheard);
      return process.stderr;
    },
    clock: wallClock,
    random: Math.random,
    fetch: globalThis.fetch,
    get processes() {
      processes ??= openProcesses();
      return processes;
    },
    machine: {
      node: { version: process.versions.node, file: process.execPath },
      platform: process.platform,
      architecture: process.arch,
      async freeBytes(path) {
        const { bavail, bsize } = await statfs(path);
        return bavail * bsize;
      },
      async whereabouts(path) {
        const { type } = await statfs(path);
        return { path: await realpath(path), fileSystem: type };
      },
    },
    async launch(words, log) {
      const { launch } = await import('./launch.ts');
      const args = [join(packageRoot, 'bin/sophia.cjs'), ...words];
      return launch({ program: process.execPath, args, log });
    },
    signal: stopSignal(),
    unread: unread.signal,
  };
}

/**
 * Where it finds these, which many have in their shell for work of another kind, LangChain sends all that a graph computes
 * to a service, or prints it.
 */
function silenceLibraries(): void {
  for (const name of Object.keys(process.env))
    if (/^(LANGCHAIN|LANGGRAPH|LANGSMITH)_|^LC_OUTPUT_VERSION$/i.test(name)) delete process.env[name];
}

/** `sophia events | head`, or a terminal that was closed: the reader has gone, and how the command ends is its own affair. */
function isOfReader({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || (code === 'EIO' && process.stdout.isTTY);
}

/** A full disk. */
function endUntold(error: NodeJS.ErrnoException): void {
  process.stderr.write(`sophia: the result could not be written: ${error.message}\n`);
  process.exit(exits.config.code);
}

/** Who closes or fills stderr is told nothing more; the result, and the code, are worth as much as before. */
function goOnUnheard(): void {}

/** The standard says that a path which is not absolute is to be ignored. */
function xdg(variable: string, below: string): string {
  const named = process.env[variable] ?? '';
  return isAbsolute(named) ? named : join(homeFolder(), below);
}

/** HOME; where it says nothing that can be used, what the system knows of this user. UserError `config` without either. */
function homeFolder(): string {
  for (const known of [homedir, () => userInfo().homedir]) {
    const path = unlessUnknown(known);
    if (path !== undefined && isAbsolute(path)) return path;
  }
  throw new UserError('config', 'HOME is not set, and the system knows no home folder of this user', [
    'set HOME to a folder of your own',
    'or set XDG_DATA_HOME, XDG_CONFIG_HOME and XDG_STATE_HOME',
  ]);
}

/** A container may run as a number of which the system knows nothing. */
function unlessUnknown<T>(asked: () => T): T | undefined {
  try {
    return asked();
  } catch {
    return undefined;
  }
}

function userName(): string {
  const name = unlessUnknown(() => userInfo().username) ?? 'unknown';
  return name.toLowerCase().replace(/[^a-z0-9._-]/g, '-');
}

function localTimeZone(): TimeZone {
  const { timeZone = '' } = new Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : ('UTC' as TimeZone);
}
