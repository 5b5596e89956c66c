import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from './kill/life.ts';
import { packageRoot } from './sophia.ts';

const dir = mkdtempSync(join(tmpdir(), 'sophia-offline-'));
beforeAll(build);
afterAll(() => rmSync(dir, { recursive: true }));

/** What whoever works with LangChain besides has in the shell: it would send there whatever a graph computes. */
const forOthers = {
  ...{ LANGSMITH_TRACING: 'true', LANGSMITH_API_KEY: 'key', LANGSMITH_ENDPOINT: 'http://127.0.0.1:9' },
  ...{ LC_ALL: 'C.UTF-8', LANGCHAIN_TRACING_V2: 'true', LANGCHAIN_API_KEY: 'key', LANGCHAIN_VERBOSE: 'true' },
};

function node(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: dir, XDG_DATA_HOME: join(dir, 'home'), ...forOthers };
  const preload = ['--import', join(packageRoot, 'test/offline.mjs')];
  return spawnSync(process.execPath, [...preload, ...args], { cwd: dir, env, encoding: 'utf8' });
}

describe('no telemetry, and nothing else that reaches out', () => {
  test.each([
    ['analyses the demo', 'churn analyze maple-court'],
    ['makes a workspace', 'init ws --yes'],
    ['invents a portfolio', 'portfolio demo --properties 2 --units 8 --cwd ws'],
    ['analyses a workspace', 'churn analyze --all --cwd ws'],
    ['lists runs', 'runs list --cwd ws'],
    ['examines itself', 'doctor --cwd ws'],
    ['prints the journal', 'events --cwd ws'],
    ['prints its manual', 'help --json'],
  ])('%s: sophia %s', (_what, line) => {
    const { status, stdout, stderr } = node(join(packageRoot, 'bin/sophia.cjs'), ...line.split(' '));
    expect(stdout).not.toContain('[chain');
    expect({ status, stderr: stderr.replace(/^Demo portfolio.*\n/, '') }).toEqual({ status: 0, stderr: '' });
  });

  test('keeps the locale of the user, whose name begins like that of a variable of a library', () => {
    const { stdout } = node(join(packageRoot, 'bin/sophia.cjs'), 'doctor', '--json');
    const { checks } = JSON.parse(stdout) as { checks: { name: string; evidence: string }[] };
    expect(checks.find(({ name }) => name === 'terminal')?.evidence).toContain('LC_ALL=C.UTF-8');
  });

  test.each([
    "fetch('http://127.0.0.1:9').catch(() => 0)",
    "import('node:dns').then(({ lookup }) => lookup('localhost', () => 0))",
    "import('node:dns/promises').then(({ resolve4 }) => resolve4('localhost'))",
    "import('node:net').then(({ connect }) => connect(9).on('error', () => 0))",
    "import('node:net').then(({ Socket }) => new Socket().connect(9).on('error', () => 0))",
    "import('node:https').then(({ get }) => get('https://127.0.0.1:9').on('error', () => 0))",
    "import('node:dgram').then(({ createSocket }) => createSocket('udp4').unref())",
    "import('node:child_process').then(({ execFile }) => execFile('true'))",
  ])('would be noticed: %s', (code) => {
    expect(node('--eval', code)).toMatchObject({ status: 99, stderr: expect.stringContaining('reached for') });
  });
});
