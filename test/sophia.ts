import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { main } from '../src/cli.ts';
import type { Entry } from '../src/commands/registry.ts';
import type { Host, Machine } from '../src/core/context/index.ts';
import { type Instant, id, type TimeZone } from '../src/core/domain/index.ts';
import { seeded } from './rooms.ts';

export const packageRoot = join(import.meta.dirname, '..');

/** A folder with files in it, and a moment. Commands run in it one after the other, in this process. */
export interface World extends Disposable {
  readonly dir: string;
  clock: string;
  readonly env: Record<string, string>;
  /** Whether somebody sits at the terminal. */
  isTTY: boolean;
  /** What is piped in. */
  stdin: string;
  /** One stream for all commands of the world: ids differ from command to command and repeat from test to test. */
  readonly random: () => number;
  /** Names of processes that are gone. */
  readonly dead: Set<string>;
  machine: Machine;
  /** The words of each sophia that was started apart; none of them runs by itself. */
  readonly launched: (readonly string[])[];
  /** Passes as commands wait; `clock` counts for nothing then. */
  time: Pick<Host['clock'], 'now' | 'sleep'> | undefined;
  /** What happens while a command waits; where it answers `stop`, whoever waits is interrupted. By default that is at once. */
  meanwhile: (waited: number) => Promise<'stop' | 'go on'>;
  /** Whose files are the user's own. */
  userId: number | undefined;
  /** What answers over the network; by default nothing does. */
  fetch: typeof globalThis.fetch;
  readonly registry?: readonly Entry[];
}

interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: string;
  readonly registry?: readonly Entry[];
}

/** Of the terminal of a world that has one. */
export const COLUMNS = 100;

const EXT4 = 0xef53;

const roomy: Machine = {
  node: { version: '24.1.0', file: '/usr/bin/node' },
  platform: 'linux',
  architecture: 'x64',
  freeBytes: async () => 20e9,
  whereabouts: async (path) => ({ path, fileSystem: EXT4 }),
};

export function openWorld({ files = {}, clock = '2026-11-22T15:00:00.000Z', registry }: WorldOptions = {}): World {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return {
    ...{
      dir,
      clock,
      env: {},
      isTTY: false,
      stdin: '',
      random: seeded(1),
      dead: new Set<string>(),
      machine: roomy,
      launched: [],
    },
    time: undefined,
    meanwhile: async () => 'stop',
    userId: process.getuid?.(),
    fetch: () => Promise.reject(new Error('tests reach nothing')),
    ...(registry && { registry }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
}

let filled: World | undefined;

/** A world without a workspace, in which the demo's store is there already: to fill it takes a second. */
export async function openDemoWorld(options?: WorldOptions): Promise<World> {
  if (!filled) {
    filled = openWorld();
    await ask('portfolio list', filled);
    const { dir } = filled;
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  }
  const world = openWorld(options);
  cpSync(join(filled.dir, 'data-home'), join(world.dir, 'data-home'), { recursive: true });
  return world;
}

const prepared = new Map<string, World>();

/** A world as `prepare` leaves it, made once for each name and copied from then on; no id is given twice. */
export async function copyOf(name: string, prepare: () => Promise<World>): Promise<World> {
  let first = prepared.get(name);
  if (!first) {
    first = await prepare();
    prepared.set(name, first);
    const { dir } = first;
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  }
  const world = openWorld();
  cpSync(first.dir, world.dir, { recursive: true, preserveTimestamps: true });
  chmodSync(join(world.dir, '.sophia'), 0o700);
  return { ...world, random: seeded(2) };
}

export interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs one command line in the world, as the launcher would. Words may be quoted. */
export function runSophia(line: string, world: World): Promise<Told> {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, ...said]) => said.find((word) => word !== undefined) ?? '',
  );
  return runWords(words, world);
}

/** Runs one command line whose words are parted already. */
export async function runWords(argv: readonly string[], world: World): Promise<Told> {
  const told = { stdout: '', stderr: '' };
  const code = await main(hostOf(world, argv, told), world.registry);
  return { ...told, code };
}

/** The machine that a world is, with what is printed there. */
export function hostOf(world: World, argv: readonly string[] = [], told = { stdout: '', stderr: '' }): Host {
  let waited = 0;
  const stop = new AbortController();
  return {
    argv,
    env: world.env,
    cwd: world.dir,
    packageRoot,
    dataHome: join(world.dir, 'data-home'),
    configHome: join(world.dir, 'config-home'),
    stateHome: join(world.dir, 'state-home'),
    user: id('actor', 'os:ada'),
    userId: world.userId,
    timeZone: 'UTC' as TimeZone,
    stdin: Object.assign(Readable.from([Buffer.from(world.stdin)]), { isTTY: world.isTTY }),
    stdout: { write: (text) => (told.stdout += text), isTTY: world.isTTY, columns: COLUMNS, rows: 40 },
    stderr: { write: (text) => (told.stderr += text), isTTY: world.isTTY },
    clock: {
      now: () => world.time?.now() ?? (world.clock as Instant),
      sleep: async (ms, signal) => {
        waited += 1;
        if ((await world.meanwhile(waited)) === 'stop') stop.abort('sigint');
        await world.time?.sleep(ms, signal);
      },
      every: () => ({ [Symbol.dispose]: () => undefined }),
    },
    random: world.random,
    fetch: world.fetch,
    processes: {
      self: { world: 'test', process: 'self' },
      isDead: (other) => world.dead.has(other.process),
    },
    machine: world.machine,
    launch: async (words) => world.launched.push(words),
    signal: stop.signal,
    unread: new AbortController().signal,
  };
}

/** The JSON that a command answers; fails when it fails. */
export async function ask<T = Record<string, never>>(line: string, world: World): Promise<T> {
  const { stdout, stderr, code } = await runSophia(`${line} --json`, world);
  if (code !== 0 && code !== 13) throw new Error(`${line} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
