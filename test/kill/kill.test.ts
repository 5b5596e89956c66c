import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { elmConfig, elmHouse } from '../elm-house.ts';
import { packageRoot } from '../sophia.ts';
import { observe, violations } from './checker.ts';

const killer = join(import.meta.dirname, 'killer.mjs');
const runner = `import { main, processHost } from ${JSON.stringify(join(packageRoot, 'src/cli.ts'))};
process.exitCode = await main(processHost(${JSON.stringify(packageRoot)}));`;

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly commits: number;
}

/** One life of the program, on the real clock, files and processes. */
function live(dir: string, args: readonly string[], kill?: { at: number; side: string }): Promise<Ended> {
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(dir, 'home'),
    KILL_AT: `${kill?.at ?? 0}`,
    KILL_SIDE: kill?.side ?? '',
  };
  const node = ['--import', killer, '--input-type=module', '--eval', runner, '--', 'sophia', ...args];
  return new Promise((done) => {
    const child = spawn(process.execPath, node, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const heard = ['', '', '', ''];
    [1, 2, 3].forEach((fd) => {
      child.stdio[fd]?.on('data', (chunk) => {
        heard[fd] += chunk;
      });
    });
    child.on('close', (code, signal) => {
      done({ code, signal, stdout: heard[1] ?? '', stderr: heard[2] ?? '', commits: Number(heard[3]) });
    });
  });
}

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-kill-'));
  made.push(dir);
  return dir;
}

const analyze = ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-22', '--json'];

/** A workspace with Elm House in it, to be copied for every kill. */
async function prepared(): Promise<string> {
  const dir = folder();
  for (const [name, text] of Object.entries({ ...elmHouse, 'sophia.yaml': elmConfig })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const imported = await live(dir, ['portfolio', 'import', 'data', '--json']);
  expect(imported, imported.stderr).toMatchObject({ code: 0 });
  return dir;
}

function copyOf(dir: string): string {
  const copy = folder();
  cpSync(dir, copy, { recursive: true });
  return copy;
}

const store = (dir: string) => join(dir, '.sophia/sophia.db');

describe('churn analyze killed at any commit', async () => {
  const workspace = await prepared();
  const clean = copyOf(workspace);
  const { commits, stdout } = await live(clean, analyze);
  const answer = JSON.parse(stdout);

  test('one clean run keeps every promise', () => {
    expect(commits).toBeGreaterThanOrEqual(10);
    expect(violations(observe(store(workspace)), observe(store(clean)))).toEqual([]);
  });

  // Before commit n the store is as after commit n - 1, so both ways to go on are tried from every state.
  const points = Array.from({ length: commits }, (_, index) => index + 1).flatMap((at) => [
    { at, side: 'before', by: 'the same command' },
    { at, side: 'after', by: 'runs resume' },
  ]);

  test.concurrent.each(points)(
    '$side commit $at is finished by $by, at once, and no node is done again',
    async ({ at, side, by }) => {
      const dir = copyOf(workspace);
      expect(await live(dir, analyze, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = observe(store(dir));
      const [run] = killed.runs;
      const ended = run?.status === 'succeeded';
      const again = run && by === 'runs resume' ? ['runs', 'resume', run.id, '--json'] : analyze;
      if (!(ended && by !== 'runs resume')) {
        const next = await live(dir, again);
        expect(next, next.stderr).toMatchObject({ code: 0 });
      }
      expect(violations(killed, observe(store(dir)))).toEqual([]);
      // Whoever finished it, the analysis is the one that an undisturbed run gives.
      const { runId: _a, resumed: _b, ...same } = JSON.parse((await live(dir, analyze)).stdout);
      const { runId: _c, resumed: _d, ...expected } = answer;
      expect(same).toEqual(expected);
    },
  );
});
