import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Observation, observe } from './checker.ts';
import { live, storeOf } from './life.ts';

/** Where a life ends: at its nth write, or after so many milliseconds, wherever it is then. */
export interface Death {
  readonly at: number;
  readonly side: 'before' | 'after' | 'time';
}

/** Folders that are gone when the file is done. */
export function openFolders() {
  const made: string[] = [];
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'sophia-durable-'));
    made.push(dir);
    return dir;
  };
  return {
    /** With a store that is empty yet. */
    fresh(): string {
      const dir = folder();
      writeFileSync(storeOf(dir), '', { mode: 0o600 });
      return dir;
    },
    /** Seen in a copy: a look makes files beside the store. */
    seenIn(dir: string): Observation {
      const copy = folder();
      cpSync(dir, copy, { recursive: true });
      return observe(copy);
    },
    remove(): void {
      for (const dir of made) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A life that nothing ends. Returns how many writes it made. */
export async function undisturbed(dir: string): Promise<number> {
  let writes = 0;
  const before = () => {
    writes += 1;
    return writes;
  };
  await live(dir, 'heir', { before, after: () => undefined });
  return writes;
}

/** A life in a process of its own, and how it ended. */
export function victim(dir: string, { at, side }: Death): Promise<NodeJS.Signals | number | null> {
  const args = side === 'time' ? ['0', 'after'] : [`${at}`, side];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), dir, ...args], { stdio: 'inherit' });
  const timer = side === 'time' ? setTimeout(() => child.kill('SIGKILL'), at) : undefined;
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done(signal ?? code);
    });
  });
}
