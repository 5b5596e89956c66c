import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import { openAsk } from '../src/commands/ask.ts';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { build } from './kill/life.ts';
import { giveAPast } from './past.ts';
import { ask, openWorld, packageRoot, runSophia } from './sophia.ts';

const [CTRL_C, CTRL_D, BACKSPACE, ENTER, ESCAPE] = ['\u0003', '\u0004', '\u007f', '\r', '\u001b'];

/** What comes of `keys`, typed when the name is asked for. */
async function named(keys: string, stop?: AbortController, name = 'hill-street'): Promise<string> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  stderr.on('data', (chunk) => {
    const before = shown.includes('type its name');
    shown += chunk;
    if (before || !shown.includes('type its name')) return;
    // The prompt listens once it has shown itself.
    setImmediate(() => {
      stdin.write(keys);
      stop?.abort();
    });
  });
  const { signal } = stop ?? new AbortController();
  const answer = openAsk({ stdin, stderr, signal, env: {} }, false).name({
    ...{ what: 'delete the store', name, given: undefined },
  });
  const told = await answer.then(
    () => 'named',
    ({ exit, message, next }) => `${exit}: ${message}; ${next}`,
  );
  expect([stdin.listenerCount('keypress'), stdin.listenerCount('end')], 'nobody listens any more').toEqual([0, 0]);
  // The cursor is hidden while a question stands.
  expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'));
  return told;
}

test.each([
  ['nothing is said of CI', {}, true],
  ['CI is said to be off', { CI: 'false' }, true],
  ['CI is 0', { CI: '0' }, true],
  ['CI is on', { CI: 'true' }, false],
  ['CI has a name', { CI: 'woodpecker' }, false],
])('where %s, a terminal is asked: %j', (_what, env, isHeard) => {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()].map((each) => Object.assign(each, { isTTY: true }));
  if (!stdin || !stderr) throw new Error('both are there');
  const { signal } = new AbortController();
  expect(openAsk({ stdin, stderr, signal, env }, false).isHeard).toBe(isHeard);
  expect(openAsk({ stdin, stderr, signal, env }, true).isHeard).toBe(false);
  expect(openAsk({ stdin, stderr: { write: () => true }, signal, env }, false).isHeard).toBe(false);
});

describe('a name that is asked for', () => {
  const unanswered = 'nothing was done: the question was left unanswered; the same command with --confirm hill-street';

  test('is taken when it is the name, also at another try', async () => {
    expect(await named(`hill-street${ENTER}`)).toBe('named');
    expect(await named(`hill-streep${ENTER}${BACKSPACE}t${ENTER}`)).toBe('named');
  });

  test.each([
    ['Ctrl-C', CTRL_C, 'sigint'],
    ['Ctrl-C after another name', `oak-street${ENTER}${CTRL_C}`, 'sigint'],
    ['Ctrl-C where the name stands already', `hill-street${CTRL_C}`, 'sigint'],
    ['Ctrl-D', CTRL_D, 'refused'],
    ['Ctrl-D where the name stands already', `hill-street${CTRL_D}`, 'refused'],
    ['another name and Ctrl-D', `oak-street${ENTER}${CTRL_D}`, 'refused'],
  ])('is not given by %s', async (_what, keys, exit) => {
    expect(await named(keys)).toBe(`${exit}: ${unanswered}`);
  });

  test('is given as it is shown where a part of it cannot be seen', async () => {
    const odd = 'hill\u200b-street';
    const shown = 'hill\\u200b-street';
    expect(await named(`${shown}${ENTER}`, undefined, odd)).toBe('named');
    expect(await named(`hill-street${ENTER}${CTRL_D}`, undefined, odd)).toContain(`--confirm '${shown}'`);
    const bystander = { isTTY: false, write: () => true };
    const host = { stdin: new PassThrough(), stderr: bystander, signal: new AbortController().signal, env: {} };
    const given = (name: string) => openAsk(host, false).name({ what: 'delete it', name: odd, given: name });
    await given(shown);
    await given(odd);
    await expect(given('hill-street')).rejects.toMatchObject({ exit: 'usage', next: [`--confirm '${shown}'`] });
  });

  test('is not waited for when a signal comes', async () => {
    expect(await named('hill', new AbortController())).toBe(`refused: ${unanswered}`);
  });
});

const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/** The program as it is shipped, at a terminal of its own. */
describe.runIf(hasTerminal)('store purge at a terminal', () => {
  beforeAll(build);

  test.each<[string, string, keyof typeof exits, boolean]>([
    ['the right name', `hill-street${ENTER}`, 'ok', true],
    ['another name, and Ctrl-C', `hill-streep${ENTER}${CTRL_C}`, 'sigint', false],
    ['Ctrl-C', CTRL_C, 'sigint', false],
    ['Ctrl-D', CTRL_D, 'refused', false],
    ['Escape', ESCAPE, 'refused', false],
  ])('that is told %s', async (_what, keys, exit, isDone) => {
    const at = (name: string) => `hill-street/${name}`;
    const files = Object.entries(elmHouse).map(([name, text]) => [at(name), text] as const);
    using world = openWorld({ files: { ...Object.fromEntries(files), [at('sophia.yaml')]: elmConfig } });
    const folder = join(world.dir, 'hill-street');
    await ask(`portfolio import data --cwd ${folder}`, world);
    mkdirSync(join(world.dir, 'home'));
    const { code, shown } = await typed(
      'store purge --all',
      [['type its name', keys]],
      folder,
      join(world.dir, 'home'),
    );
    expect(code, shown).toBe(exits[exit].code);
    expect(readdirSync(join(folder, '.sophia'))).toEqual(isDone ? [] : ['sophia.db']);
    if (!isDone) expect(shown).toContain('nothing was done');
  });
});

describe.runIf(hasTerminal)('runs reject at a terminal', () => {
  beforeAll(build);

  test('shows what is proposed, asks, and asks why', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    await ask('portfolio import data', world);
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    const run = proposals[0]?.run ?? '';
    mkdirSync(join(world.dir, 'home'));
    const keys = [
      ['do nothing of it?', 'y'],
      ['Why?', `renewed by phone${ENTER}`],
    ] as const;
    const { code, shown } = await typed(`runs reject ${run}`, keys, world.dir, join(world.dir, 'home'));
    expect(code, shown).toBe(0);
    expect(shown).toContain('What would be done');
    expect((await runSophia(`runs show ${run}`, world)).stdout).toContain('renewed by phone');
  });
});

describe.runIf(hasTerminal)('churn train --promote at a terminal', () => {
  beforeAll(build);

  test.each([
    ['yes', 'y', true],
    ['no', 'n', false],
    ['nothing, and Enter', ENTER, false],
    ['Ctrl-D', CTRL_D, false],
  ])('that is told %s', async (_what, keys, ranks) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await giveAPast(world);
    mkdirSync(join(world.dir, 'home'));
    const asked = [['rank the tenants of', keys]] as const;
    const { code, shown } = await typed('churn train --promote', asked, world.dir, join(world.dir, 'home'));
    // Who ends the input answers nothing at all.
    if (keys !== CTRL_D) expect(code, shown).toBe(exits[ranks ? 'ok' : 'paused'].code);
    expect(shown).toContain('Let logit-2 rank the tenants of Hill Street Homes?');
    // What is to be answered for is shown before it is asked.
    expect(shown.indexOf('learned from')).toBeLessThan(shown.indexOf('Let logit-2 rank'));
    const { owners } = await ask<{ owners: { models: { version: number; state: string }[] }[] }>(
      'churn models list',
      world,
    );
    const states = owners[0]?.models.map(({ version, state }) => ({ version, ranks: state === 'active' }));
    expect(states, shown).toContainEqual({ version: 2, ranks });
  });
});

test('churn train --promote, where nobody can be asked, needs --yes', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  await giveAPast(world);
  const refused = await runSophia('churn train --promote', world);
  expect(refused).toMatchObject({ code: 8, stdout: expect.stringContaining('sophia churn models promote 2') });
  expect((await runSophia('churn models list --json', world)).stdout).not.toContain('"active"');
  expect(await ask('churn train --promote --yes', world)).toMatchObject({ owners: [{ promoted: true }] });
});

/** Each of `keys` once what stands before it is shown. */
function typed(
  line: string,
  keys: readonly (readonly [string, string])[],
  cwd: string,
  HOME: string,
): Promise<{ code: number | null; shown: string }> {
  const command = `stty cols 100; '${process.execPath}' '${join(packageRoot, 'bin/sophia.cjs')}' ${line}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: { PATH: process.env.PATH, HOME } });
  let shown = '';
  child.stdout.on('data', (chunk) => {
    const before = shown;
    shown += chunk;
    for (const [when, pressed] of keys) if (!before.includes(when) && shown.includes(when)) child.stdin.write(pressed);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, shown })));
}
