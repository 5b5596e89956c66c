import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { elmConfig, elmHouse } from '../elm-house.ts';
import { packageRoot } from '../sophia.ts';

const killer = join(import.meta.dirname, 'killer.mjs');

/** Where a life ends, or stops: at the nth write; or, `time`, after so many milliseconds, wherever it is then. */
export interface Point {
  readonly at: number;
  readonly side: 'before' | 'after' | 'freeze' | 'time';
  /** The disk knows no second name for a file, as those of many sticks and servers. */
  readonly withoutLinks?: boolean;
}

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Transactions committed, texts written and files given their names; counted only in a life that nothing ended. */
  readonly writes: number;
}

/** The moment at which the tests begin, for every process: ages and days must not depend on when they are run. */
export const OFFSET = Date.parse('2026-11-22T12:00:00.000Z') - Date.now();

/** The program as it is shipped: what these tests kill is the bundle. Does nothing when it is built already. */
export function build(): void {
  execFileSync(process.execPath, [join(packageRoot, 'tools/build.mjs')], { stdio: 'inherit' });
}

function born(dir: string, args: readonly string[], point?: Point): ChildProcess {
  const atCommit = point && point.side !== 'time';
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(dir, 'home'),
    KILL_AT: atCommit ? `${point.at}` : '0',
    KILL_SIDE: atCommit ? point.side : '',
    KILL_CLOCK_OFFSET: `${OFFSET}`,
    ...(point?.withoutLinks && { DISK_WITHOUT_LINKS: '1' }),
  };
  const node = ['--import', killer, join(packageRoot, 'bin/sophia.cjs'), ...args];
  const child = spawn(process.execPath, node, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  if (point?.side === 'time') {
    const timer = setTimeout(() => child.kill('SIGKILL'), point.at);
    child.on('close', () => clearTimeout(timer));
  }
  return child;
}

function ending(child: ChildProcess): Promise<Ended> {
  const heard = ['', '', '', ''];
  [1, 2, 3].forEach((fd) => {
    child.stdio[fd]?.on('data', (chunk) => {
      heard[fd] += chunk;
    });
  });
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      done({ code, signal, stdout: heard[1] ?? '', stderr: heard[2] ?? '', writes: Number(heard[3]) });
    });
  });
}

/** One life of the program, on the real clock, files and processes. */
export function live(dir: string, args: readonly string[], point?: Point): Promise<Ended> {
  return ending(born(dir, args, point));
}

/** A life that stopped at its nth write and knows nothing of what happens meanwhile. */
export async function freeze(dir: string, args: readonly string[], at: number) {
  const child = born(dir, args, { at, side: 'freeze' });
  const ended = ending(child);
  await new Promise((frozen) => child.stdio[3]?.once('data', frozen));
  return {
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
    /** Goes on where it stopped, to its end. */
    async thaw(): Promise<Ended> {
      // Until it has: on a busy virtual machine one that was woken once was seen to stay asleep.
      const waking = setInterval(() => child.kill('SIGCONT'), 100);
      child.kill('SIGCONT');
      const how = await ended;
      clearInterval(waking);
      return how;
    },
  };
}

/** A workspace with the files of Elm House, imported and analysed: one is asked about ada. */
export async function analysed(folders: ReturnType<typeof openFolders>): Promise<string> {
  build();
  const dir = folders.workspace();
  await live(dir, ['portfolio', 'import', 'data']);
  await live(dir, ['churn', 'analyze', 'elm-house']);
  return dir;
}

export const store = (dir: string) => join(dir, '.sophia/sophia.db');

/** Folders that are gone when the file is done. */
export function openFolders() {
  const made: string[] = [];
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'sophia-kill-'));
    made.push(dir);
    return dir;
  };
  return {
    /** A workspace with the files of Elm House, not yet imported. */
    workspace(): string {
      const dir = folder();
      for (const [name, text] of Object.entries({ ...elmHouse, 'sophia.yaml': elmConfig })) {
        mkdirSync(dirname(join(dir, name)), { recursive: true });
        writeFileSync(join(dir, name), text);
      }
      return dir;
    },
    copyOf(dir: string): string {
      const copy = folder();
      cpSync(dir, copy, { recursive: true });
      return copy;
    },
    /** Makes `dir` what `like` is. */
    renew(like: string, dir: string): void {
      rmSync(dir, { recursive: true });
      cpSync(like, dir, { recursive: true });
    },
    remove(): void {
      // A process that was killed may be at its last write still.
      for (const dir of made) rmSync(dir, { recursive: true, maxRetries: 5 });
    },
  };
}
