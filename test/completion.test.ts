import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elmConfig, elmHouse } from './elm-house.ts';
import { build } from './kill/life.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

/** What is offered after `line`; a space at its end begins a new word. */
async function offered(line: string, world: World): Promise<string[]> {
  const words = line.replace(/ $/, ' ""');
  const { stdout, stderr, code } = await runSophia(`completion --complete -- ${words}`, world);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout.split('\n').flatMap((each) => (each === '' ? [] : [each.replace(/\t.*/, '')]));
}

describe('at the press of TAB', () => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  let [runId, asking, importId] = ['', '', ''];
  beforeAll(async () => {
    ({ importId } = await ask<{ importId: string }>('portfolio import data', world));
    ({ runId } = await ask<{ runId: string }>('churn analyze elm-house --as-of 2026-11-20', world));
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    asking = proposals[0]?.run ?? '';
  });
  afterAll(() => world[Symbol.dispose]());

  test.each([
    ['ru', ['runs']],
    ['runs re', ['reject', 'resume', 'retry', 'reply']],
    ['runs list --st', ['--status']],
    ['runs list --status w', ['waiting']],
    ['runs list --status=w', ['--status=waiting']],
    ['runs list --status = w', ['waiting']],
    ['runs list --color never --color', []],
    ['runs list --help', ['--help']],
    ['runs list -- --s', []],
    ['--v', ['--version']],
    ['help ch', ['churn']],
    ['help churn an', ['analyze']],
    ['completion f', ['fish']],
    ['portfolio import ', [':file']],
    ['init --cwd ', [':folder']],
    ['churn analyze ', ['elm-house']],
    ['churn analyze --top 3 el', ['elm-house']],
    ['churn analyze x el', []],
    ['runs list --owner ', ['hill-street']],
    ['churn analyze --owner nobody ', []],
    ['nonsense ', []],
    ['config ', ['explain']],
    ['config e', ['explain']],
    ['events ', ['verify']],
    ['events --fo', ['--follow']],
    ['events verify --fo', []],
    ['store re', ['restore']],
    ['store restore ', [':file']],
    ['churn report elm-house -o ', [':file']],
    ['portfolio import --map r', ['rent-roll', ':file']],
    ['portfolio import --map=led', ['--map=ledger', ':file']],
    ['config explain re', ['retention.holdout', 'retention.holdout_salt', 'retention.capacity']],
    ['config explain q', ['quiet']],
    ['store purge --con', ['--confirm']],
    ['store info --con', []],
    ['runs approve --y', ['--yes']],
    ['workflow run ', ['churn']],
  ])('%j offers %j', async (line, words) => {
    expect(await offered(line, world)).toEqual(words);
  });

  test('runs and imports are offered by id, with what they are', async () => {
    expect(await offered('runs show ', world)).toContain(runId);
    expect(await offered('portfolio undo ', world)).toEqual([importId]);
    const { stdout } = await runSophia('completion --complete -- portfolio undo imp', world);
    expect(stdout).toMatch(/^imp-\w+\tlive, \d+ rows, 2026-11-22\n$/);
  });

  test('only what something can still be done with is offered for it', async () => {
    expect(asking).toMatch(/^run-/);
    expect(await offered('runs show ', world)).toEqual(expect.arrayContaining([asking, runId]));
    expect(await offered('runs approve ', world)).toContain(asking);
    for (const line of ['runs approve ', 'runs reject ']) expect(await offered(line, world)).not.toContain(runId);
    expect(await offered('runs resume ', world)).toEqual([]);
    using undone = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const { importId: gone } = await ask<{ importId: string }>('portfolio import data', undone);
    expect(await offered('portfolio undo ', undone)).toEqual([gone]);
    await ask(`portfolio undo ${gone}`, undone);
    expect(await offered('portfolio undo ', undone)).toEqual([]);
  });

  test('copies beside the store are offered before other files', async () => {
    await ask('store backup', world);
    const [copy, ...others] = await offered('store restore ', world);
    expect(copy).toMatch(/^\.sophia\/sophia\.db\.backup-/);
    expect(others).toEqual([':file']);
  });

  test('a command that is the noun of others is told by its own summary', async () => {
    const { stdout } = await runSophia('completion --complete -- ev', world);
    expect(stdout).toBe('events\tPrint the journal, and follow it\n');
  });

  test('another owner is not looked at', async () => {
    world.env.SOPHIA_OWNER = 'nobody';
    expect(await offered('churn analyze ', world)).toEqual([]);
    delete world.env.SOPHIA_OWNER;
  });

  test('nothing is made or changed, even where there is only the demo', async () => {
    using bare = openWorld();
    expect(await offered('churn analyze ', bare)).toEqual([]);
    expect(globSync('**', { cwd: bare.dir })).toEqual(['.']);
    const before = globSync('.sophia/*', { cwd: world.dir });
    await offered('runs show ', world);
    expect(globSync('.sophia/*', { cwd: world.dir })).toEqual(before);
  });

  test('what is amiss is not told', async () => {
    using broken = openWorld({ files: { 'sophia.yaml': 'version: [', '.sophia/sophia.db': 'no database' } });
    expect(await offered('churn analyze ', broken)).toEqual([]);
    broken.env.SOPHIA_DEBUG = '1';
    expect((await runSophia('completion --complete -- churn analyze x', broken)).stderr).toContain('sophia.yaml');
  });
});

/** The shells of this machine. CI has bash; who has the others tests them too. */
const present = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe('the script for', () => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  beforeAll(async () => {
    build();
    await ask('portfolio import data', world);
    mkdirSync(join(world.dir, 'bin'));
    const launcher = join(world.dir, 'bin/sophia');
    writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${packageRoot}/bin/sophia.cjs" "$@"\n`);
    chmodSync(launcher, 0o755);
  });
  afterAll(() => rmSync(world.dir, { recursive: true }));

  test.each(['bash', 'zsh', 'fish'])('%s is one that it can read', (shell) => {
    const script = join(packageRoot, 'templates/completion', `sophia.${shell}`);
    if (present(shell)) execFileSync(shell, ['-n', script]);
  });

  test.each([
    ['runs re', 'reject resume retry reply'],
    ['churn analyze ', 'elm-house'],
    ['churn analyze $(touch evil) ', ''],
    ['runs list --status = wa', 'waiting'],
    ['portfolio import ', ''],
  ])('bash completes %j, and runs nothing of what was typed', (line, words) => {
    const typed = line.split(' ').map((word) => `'${word}'`);
    const asked = [
      'enable -n compopt', // as in bash 3.2, which macOS has
      'source <(sophia completion bash)',
      `COMP_WORDS=(sophia ${typed.join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))`,
      `_sophia; echo "\${COMPREPLY[*]}"`,
    ].join('\n');
    const env = { ...process.env, PATH: `${join(world.dir, 'bin')}:${process.env.PATH}`, XDG_DATA_HOME: world.dir };
    const { stdout, stderr } = spawnSync('bash', ['-c', asked], { cwd: world.dir, env, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: `${words}\n`, stderr: '' });
    expect(globSync('evil', { cwd: world.dir })).toEqual([]);
  });
});
