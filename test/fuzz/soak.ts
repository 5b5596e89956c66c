import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exits } from '../../src/core/errors/index.ts';
import { elmConfig } from '../elm-house.ts';
import { build } from '../kill/life.ts';
import { seeded } from '../rooms.ts';
import { openWorld, packageRoot, runWords, type Told, type World } from '../sophia.ts';
import { type Line, lineOf, writes } from './lines.ts';

const codes = new Map<number, string>(Object.entries(exits).map(([name, { code }]) => [code, name]));

/** Of a spawned line how long it may take before it is taken to hang. */
const HANGS_MS = 60_000;

interface Request {
  readonly seed: number;
  readonly rounds: number;
  /** Of the rounds how many are whole processes; by default one in fifty. */
  readonly spawned?: number;
}

/**
 * Random command lines, in this process and in processes of their own: each must end by the table, say what it says in
 * the form that was asked for, and leave no file where there is no workspace.
 */
export async function soak({ seed, rounds, spawned = Math.ceil(rounds / 50) }: Request) {
  const rows: Record<string, number> = {};
  const broken: string[] = [];
  const judge = (number: number, line: Line, told: Told, left: readonly string[]) => {
    const name = codes.get(told.code);
    rows[`ended as ${name ?? told.code}`] = (rows[`ended as ${name ?? told.code}`] ?? 0) + 1;
    const faults = faultsOf(line, told, left);
    if (faults.length > 0) broken.push(`round ${number}: ${faults.join('; ')}: ${JSON.stringify(line)}`);
  };
  const lineAt = (number: number) => lineOf(seeded(seed * 100_003 + number));

  const inside = rounds - spawned;
  using own = openWorld({ files: { 'a/b/sophia.yaml': elmConfig } });
  using bare = openWorld({ files: { 'a/b/nothing.txt': '' } });
  rmSync(join(bare.dir, 'a/b/nothing.txt'));
  for (let number = 0; number < inside; number++) {
    const line = lineAt(number);
    // The demo is looked at in few: it is a whole portfolio.
    const isOwn = number % 50 !== 0;
    const world = at(isOwn ? own : bare, line);
    const told = await runWords(line.argv, world).catch((thrown) => crash(thrown));
    const left = isOwn ? [] : leftIn(world.dir);
    judge(number, line, told, left);
    if (left.length > 0) empty(world.dir);
  }

  build();
  const home = mkdtempSync(join(tmpdir(), 'sophia-fuzz-'));
  let next = inside;
  const lane = async (name: string) => {
    const dir = join(home, name, 'a/b');
    mkdirSync(dir, { recursive: true });
    while (next < rounds) {
      const number = next++;
      const line = speakable(lineAt(number));
      const told = await live(line, dir, join(home, name));
      const left = leftIn(dir);
      judge(number, line, told, left);
      if (left.length > 0) empty(dir);
    }
  };
  await Promise.all([lane('one'), lane('two')]);
  rmSync(home, { recursive: true });
  return { rounds, rows, broken };
}

/** The world two folders down, so that `..` is a place of ours as well, under the variables of the line. */
function at(world: World, { env }: Line): World {
  return { ...world, dir: join(world.dir, 'a/b'), env: { ...env } };
}

function crash(thrown: unknown): Told {
  return { stdout: '', stderr: String((thrown as Error)?.stack ?? thrown), code: Number.NaN };
}

/** `doctor --fix` makes the folder of what a user wishes, and nothing in it. */
function leftIn(dir: string): string[] {
  return readdirSync(dir).filter((name) => {
    if (name !== 'config-home') return name !== 'data-home' && name !== 'state-home';
    return readdirSync(join(dir, name), { recursive: true, withFileTypes: true }).some((entry) => !entry.isDirectory());
  });
}

function empty(dir: string): void {
  for (const name of leftIn(dir)) rmSync(join(dir, name), { recursive: true });
}

/** No word of a process holds a NUL, and what follows a journal has no end. */
function speakable({ argv, env }: Line): Line {
  const words = (text: string) => text.replaceAll('\u0000', '');
  const rest = Object.entries(env).filter(([name]) => name !== 'SOPHIA_FOLLOW');
  return {
    argv: argv.filter((word) => word !== '--follow').map(words),
    env: Object.fromEntries(rest.map(([name, value]) => [name, words(value)])),
  };
}

function live({ argv, env }: Line, cwd: string, home: string): Promise<Told> {
  const child = spawn(process.execPath, [join(packageRoot, 'bin/sophia.cjs'), ...argv], {
    ...{ cwd, timeout: HANGS_MS, stdio: ['ignore', 'pipe', 'pipe'] },
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      XDG_DATA_HOME: join(home, 'data-home'),
      XDG_STATE_HOME: join(home, 'state-home'),
      // Where it is looked at, as in this process: `doctor --fix` makes it, and a file in it would be one too many.
      XDG_CONFIG_HOME: join(cwd, 'config-home'),
      ...env,
    },
  });
  const told = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (told.stdout += chunk));
  child.stderr?.on('data', (chunk) => (told.stderr += chunk));
  return new Promise((done) => {
    child.on('close', (code, signal) => done({ ...told, code: signal ? Number.NaN : (code ?? Number.NaN) }));
  });
}

/** Behind `--`, and perhaps behind a flag that takes a value, it is a word like any other. */
function asksForJson(argv: readonly string[]): boolean {
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  return flags.some((word, at) => word === '--json' && !flags[at - 1]?.startsWith('-'));
}

function faultsOf({ argv, env }: Line, { stdout, stderr, code }: Told, left: readonly string[]): string[] {
  const faults: string[] = [];
  if (!codes.has(code)) faults.push(`ended with ${code}: ${stderr.slice(0, 2000)}`);
  if (code === exits.bug.code) faults.push(`a fault of ours: ${stderr.slice(0, 2000)}`);
  if (left.length > 0 && !writes(argv)) faults.push(`left ${left.join(', ')}`);
  if (/\n\s+at .*:\d+:\d+/.test(stderr)) faults.push(`a stack: ${stderr.slice(0, 2000)}`);
  const painted = [...argv, ...Object.values(env)].some((word) => word.includes('always'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!painted && /[\u001b\u202e]/.test(stdout + stderr)) faults.push('what a terminal would obey');
  const failed = code !== 0 && stdout === '' && code < exits.sigint.code;
  if (failed && asksForJson(argv)) {
    try {
      const said = stderr.trimEnd().split('\n').at(-1) ?? '';
      if (JSON.parse(said).error.code !== code) faults.push('the JSON tells another code');
    } catch {
      faults.push(`no JSON on stderr: ${stderr.slice(0, 500)}`);
    }
  }
  return faults;
}
