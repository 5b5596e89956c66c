import type { ActorId, Instant, TimeZone } from '../domain/index.ts';
import { type Files, openFiles } from './files.ts';
import type { Clock, Host, Launch, Machine } from './host.ts';
import type { Processes } from './processes.ts';
import { openPrograms, type Programs } from './programs.ts';
import type { Stdin } from './stdin.ts';

export { scaledClock, wallClock } from './clocks.ts';
export type { Files } from './files.ts';
export { type Clock, type Host, type Machine, processHost } from './host.ts';
export type { Processes, ProcessName } from './processes.ts';
export type { Programs } from './programs.ts';
export { isAttended, isCi, isSeated } from './seat.ts';

/** Who acts. An operating-system user is an assertion; a token, signed by a key that the workspace names, is proof. */
export type Actor = { readonly id: ActorId } & (
  | { readonly assurance: 'os-user' }
  /** Proved until then: whoever acts for days is asked again. */
  | { readonly assurance: 'token'; readonly roles: readonly string[]; readonly until: Instant }
);

export interface Logger {
  warn(text: string): void;
  /** A warning about what a file may have been laid there to hide: none can keep it back, only who calls sophia. */
  alert(text: string): void;
  /**
   * What is being done, and how much of it is, from 0 to 1, where that is known: for whoever waits at a terminal. Costs
   * nothing when nobody does.
   */
  progress(text: string, share?: number): void;
}

/** All that code under `core/` may know of the world outside. */
export interface Context {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  readonly files: Files;
  readonly stdin: Stdin;
  readonly logger: Logger;
  readonly actor: Actor;
  readonly processes: Processes;
  readonly machine: Machine;
  readonly launch: Launch;
  readonly programs: Programs;
  /** Where this machine stands. Asked for by few, and dear: it is a third of what starting costs. */
  timeZone(): TimeZone;
  /** What the environment says to sophia: the variables whose names begin with SOPHIA_, and keys of vendors. */
  readonly variables: Variables;
  /** How many seconds whoever is waited for, over a network or a pipe, may be silent; `undefined`: what is usual for it. */
  readonly patienceS: number | undefined;
  /** The number that files of this user carry. */
  readonly userId: number | undefined;
  /** A package that the user installed in a folder or above it: code of theirs. `undefined` where there is none. */
  moduleIn(folder: string, name: string): Promise<unknown>;
}

export type Variables = Readonly<Record<string, string>>;

export function openContext(host: Host, cwd: string | undefined, logger: Logger): Context {
  return {
    clock: host.clock,
    random: host.random,
    signal: host.signal,
    fetch: host.fetch,
    files: openFiles(host, cwd),
    stdin: {
      async *read(limit, patienceS) {
        yield* (await import('./stdin.ts')).readStdin(host, limit, patienceS);
      },
    },
    logger,
    actor: { id: host.user, assurance: 'os-user' },
    processes: host.processes,
    machine: host.machine,
    launch: host.launch,
    programs: openPrograms(host),
    timeZone: () => host.timeZone,
    variables: ours(host.env),
    patienceS: undefined,
    userId: host.userId,
    moduleIn: async (folder, name) => (await import('./modules.ts')).moduleIn(folder, name),
  };
}

/** Of vendors, by the name that they gave them. */
const vendors = ['LAMBDA_API_KEY', 'LAMBDA_API_KEY_FILE'];

/** Those of `variables` that are meant for sophia. */
export function ours(variables: Host['env']): Variables {
  const found = Object.entries(variables).filter((each): each is [string, string] => each[1] !== undefined);
  return Object.fromEntries(found.filter(([name]) => name.startsWith('SOPHIA_') || vendors.includes(name)));
}
