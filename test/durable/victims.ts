import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabasePlace, Instant } from '../../src/core/domain/index.ts';
import { mirror } from '../mirror.ts';
import { everything, type Observation, observe } from './checker.ts';
import { live, nameOf, openServer, type Point, storeOf, told, urlOf } from './life.ts';

/** Where a life ends: at its nth write, or after so many milliseconds, wherever it is then. */
export interface Death {
  readonly at: number;
  readonly side: 'before' | 'after' | 'time';
}

const program = join(import.meta.dirname, 'victim.ts');

/** How a process ended: by a signal, or with a code. */
type Ending = NodeJS.Signals | number | null;

export type Folders = ReturnType<typeof openFolders>;

/**
 * Folders that are gone when the file is done, and the lives that are led in them. Their stores are files in them, or
 * `onServer` makes a database for each. `env` is for the lives alone: other tests share the process of this one.
 */
export function openFolders(onServer?: () => Promise<DatabasePlace>, env: Readonly<Record<string, string>> = {}) {
  const made: string[] = [];
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'sophia-durable-'));
    made.push(dir);
    return dir;
  };
  // What node has compiled once it need not compile again for each of hundreds of processes.
  const compiled = folder();
  const alive = new Set<ChildProcess>();
  const born = (dir: string, ...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [program, dir, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, ...env, NODE_COMPILE_CACHE: compiled },
    });
    alive.add(child);
    child.once('close', () => alive.delete(child));
    return child;
  };
  /** Seen in a copy: a look makes files beside the store. */
  const copyOf = async (dir: string): Promise<string> => {
    const copy = join(folder(), 'seen');
    cpSync(dir, copy, { recursive: true });
    if (existsSync(urlOf(dir))) await mirror({ url: readFileSync(urlOf(dir), 'utf8') }, storeOf(copy));
    return copy;
  };
  return {
    /** With a store that is empty yet. */
    async fresh(): Promise<string> {
      const dir = folder();
      if (onServer) writeFileSync(urlOf(dir), (await onServer()).url);
      else writeFileSync(storeOf(dir), '', { mode: 0o600 });
      return dir;
    },
    async seenIn(dir: string): Promise<Observation> {
      const copy = await copyOf(dir);
      return observe(copy, storeOf(copy));
    },
    /** Every row. */
    async rowsIn(dir: string): Promise<string> {
      return everything(storeOf(await copyOf(dir)));
    },
    /** A life in a process of its own, and how it ended. */
    async victim(dir: string, { at, side }: Death): Promise<Ending> {
      const child = side === 'time' ? born(dir, '0', 'after') : born(dir, `${at}`, side);
      const timer = side === 'time' ? setTimeout(() => child.kill('SIGKILL'), at) : undefined;
      const ended = await ending(child);
      clearTimeout(timer);
      return ended;
    },
    /** A life that stops after its nth write, and knows nothing of what happens meanwhile. */
    async sleeper(dir: string, at: number) {
      const child = born(dir, `${at}`, 'freeze');
      const ended = ending(child);
      await Promise.race([ended, new Promise((frozen) => child.stdio[3]?.once('data', frozen))]);
      return {
        /** Goes on where it stopped, to its end. */
        async thaw(): Promise<Ending> {
          // Until it has: on a busy virtual machine one that was woken once was seen to stay asleep.
          const waking = setInterval(() => child.kill('SIGCONT'), 100);
          child.kill('SIGCONT');
          const how = await ended;
          clearInterval(waking);
          return how;
        },
      };
    },
    /** A life on a disk on which no file may be longer. */
    onDiskOf(kilobytes: number, dir: string): Promise<Ending> {
      const words = `ulimit -f ${kilobytes}; exec "${process.execPath}" "${program}" "${dir}" 0 after`;
      return ending(spawn('bash', ['-c', words], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] }));
    },
    /** A life of somebody who may read what is in the folder, and not write it. */
    async readOnly(dir: string): Promise<Ending> {
      const files = [dir, ...readdirSync(dir).map((name) => join(dir, name))];
      for (const file of files) chmodSync(file, file === dir ? 0o555 : 0o444);
      const ended = await ending(born(dir, '0', 'unprivileged'));
      for (const file of files) chmodSync(file, file === dir ? 0o700 : 0o600);
      return ended;
    },
    remove(): void {
      // Asleep, where a test failed before it woke them.
      for (const child of alive) child.kill('SIGKILL');
      for (const dir of made) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The same database, with the tables that a store has: others are made as copies of it. */
export async function migrated(place: DatabasePlace): Promise<DatabasePlace> {
  await (await openServer(place))[Symbol.asyncDispose]();
  return place;
}

/** A life that nothing ends. Returns what each of its writes was. */
export async function undisturbed(dir: string): Promise<string[]> {
  const writes: string[] = [];
  const seen = { seq: 0, recorded: 0 };
  const point: Point = async ({ tx, lines } = {}) => {
    writes.push(tx ? await nameOf(tx, seen) : lines ? told(lines) : 'the effect itself');
    seen.recorded += lines?.length ?? 0;
    return () => undefined;
  };
  await live(dir, { name: 'heir', point });
  return writes;
}

/** Takes over from whoever has not renewed a lease for long, without knowing whether that one lives. */
export async function takeOver(dir: string): Promise<void> {
  const point = () => () => undefined;
  await live(dir, { name: 'heir', point, from: '2026-11-23T09:00:00.000Z' as Instant, blind: true });
}

function ending(child: ChildProcess): Promise<Ending> {
  return new Promise((done) => {
    child.on('close', (code, signal) => done(signal ?? code));
  });
}
