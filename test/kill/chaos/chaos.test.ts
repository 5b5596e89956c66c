import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { observe, violations } from './checker.ts';
import { live, storeOf } from './life.ts';

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-chaos-'));
  made.push(dir);
  writeFileSync(storeOf(dir), '', { mode: 0o600 });
  return dir;
}

/** A life that nothing ends. Returns how many writes it made. */
async function undisturbed(dir: string): Promise<number> {
  let writes = 0;
  const before = () => {
    writes += 1;
  };
  await live(dir, 'heir', { before, after: () => undefined });
  return writes;
}

function killedAt(dir: string, at: number, side: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), dir, `${at}`, side], {
    stdio: 'inherit',
  });
  return new Promise((done) => child.on('close', (_code, signal) => done(signal)));
}

const clean = folder();
const writes = await undisturbed(clean);
const points = Array.from({ length: writes }, (_, index) => index + 1).flatMap((at) => [
  { at, side: 'before' },
  { at, side: 'after' },
]);

test('undisturbed, every promise is kept', () => {
  expect(violations(observe(clean), observe(clean))).toEqual([]);
  expect(writes).toBeGreaterThan(40);
});

describe('a run with all that a workflow can have', () => {
  test.concurrent.each(points)('killed $side write $at is finished, and no promise is broken', async ({ at, side }) => {
    const dir = folder();
    expect(await killedAt(dir, at, side)).toBe('SIGKILL');
    // Looked at in a copy: a look makes files beside the store.
    const left = folder();
    cpSync(dir, left, { recursive: true });
    const killed = observe(left);
    await undisturbed(dir);
    expect(violations(killed, observe(dir))).toEqual([]);
  });
});
