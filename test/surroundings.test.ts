import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { isWhole } from './every-point.ts';
import { build, live, openFolders } from './kill/life.ts';
import { openWorld, packageRoot, runSophia } from './sophia.ts';

// What a machine, a container or a terminal may be like on the first day. Files of settings that are odd: config.test.ts.

/** Longer than any command here takes. */
const HANGS_MS = 60_000;

build();
const root = mkdtempSync(join(tmpdir(), 'sophia-surroundings-'));
const folders = openFolders();
const workspace = folders.workspace();
await live(workspace, ['portfolio', 'import', 'data']);
afterAll(() => {
  folders.remove();
  rmSync(root, { recursive: true });
});
const folder = () => mkdtempSync(join(root, 'at-'));
const launcher = join(packageRoot, 'bin/sophia.cjs');

/** One command as a process that knows of its surroundings what stands here, and nothing else. */
function sophia(line: string, { cwd = folder(), env = {}, system = '' }) {
  const node = system ? ['--import', `data:text/javascript,${encodeURIComponent(system)}`] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, launcher, ...line.split(' ')], {
    ...{ cwd, encoding: 'utf8', timeout: HANGS_MS, env: { PATH: process.env.PATH, ...env } },
  });
  return { code: status, stdout, stderr, left: readdirSync(cwd) };
}

/** A system that tells this of its user. */
const knowing = (told: string) => `import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const unknown = () => { throw new Error('no such user'); };
  const { homedir } = os;
  os.userInfo = ${told === '' ? 'unknown' : `() => ({ username: 'Ada Lane', homedir: ${JSON.stringify(told)} })`};
  os.homedir = () => process.env.HOME === undefined ? os.userInfo().homedir : homedir();
  syncBuiltinESMExports();`;

describe('a home', () => {
  test('with none of the XDG folders gets the one that is needed, for this user alone', () => {
    const home = folder();
    expect(sophia('portfolio list', { env: { HOME: home } })).toMatchObject({ code: 0, left: [] });
    expect(readdirSync(home, { recursive: true }).sort()).toEqual([
      ...['.local', '.local/share', '.local/share/sophia', '.local/share/sophia/demo'],
      '.local/share/sophia/demo/sophia.db',
    ]);
    expect(statSync(join(home, '.local/share/sophia/demo')).mode & 0o777).toBe(0o700);
  });

  test.each<[string, Record<string, string>]>([
    ['not set', {}],
    ['empty', { HOME: '' }],
    ['no absolute path', { HOME: 'here' }],
  ])('in a HOME that is %s is where the system says, and never the folder in which one stands', (_what, env) => {
    const home = folder();
    const line = 'config explain color --debug';
    expect(sophia(line, { env, system: knowing(home) })).toMatchObject({ code: 0, left: [] });
    expect(readdirSync(join(home, '.local'))).toEqual(['state']);
    const nowhere = sophia(line, { env, system: knowing('') });
    expect(nowhere).toMatchObject({ code: exits.config.code, stdout: '', left: [] });
    expect(nowhere.stderr).toMatch(
      /^sophia: HOME is not set, .*\n {2}try: set HOME .*\n {2}try: or set XDG_DATA_HOME,/,
    );
  });

  test('of which nobody knows is needed by nobody who names the XDG folders, nor for help', () => {
    const system = knowing('');
    const [XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME] = [folder(), folder(), folder()];
    const env = { XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME };
    expect(sophia('config explain color', { env, system })).toMatchObject({ code: 0, left: [] });
    for (const line of ['--help', '--version', 'churn --help', 'help churn analyze'])
      expect(sophia(line, { system })).toMatchObject({ code: 0, stderr: '' });
  });

  test.each<[string, () => string]>([
    ['is a file', () => join(folder(), 'home')],
    ['has a file where a folder is to be', () => folder()],
  ])('that %s is told by name, with where else the data can be', (_what, at) => {
    const home = at();
    writeFileSync(home.endsWith('home') ? home : join(home, '.local'), '');
    const { code, stdout, stderr } = sophia('portfolio list', { env: { HOME: home } });
    expect({ code, stdout }).toEqual({ code: exits.config.code, stdout: '' });
    expect(stderr).toContain(`${home}/.local`);
    expect(stderr).toMatch(/try: sophia init <folder> .*\n {2}try: or set XDG_DATA_HOME/);
  });

  test('that can only be read is told by name, and is no matter to who has a workspace', () => {
    const [home, own] = [folder(), folder()];
    chmodSync(home, 0o555);
    for (const dir of [root, own]) chmodSync(dir, 0o777);
    writeFileSync(join(own, 'sophia.yaml'), elmConfig);
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', unprivileged], {
      ...{
        cwd: packageRoot,
        encoding: 'utf8',
        timeout: HANGS_MS,
        env: { PATH: process.env.PATH, DIR: home, OWN: own },
      },
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining(
        `sophia: ${home}/share: you may not read or write it\n  try: sophia init <folder>`,
      ),
    });
  });
});

/** Commands of somebody who is not root, in whose home nothing can be made. */
const unprivileged = `
  import { rmSync } from 'node:fs';
  const { main, processHost } = await import('./src/cli.ts');
  const home = process.env.DIR;
  const host = { ...processHost('.'), cwd: home, argv: ['portfolio', 'list'], configHome: home, stateHome: home };
  const here = { ...host, dataHome: home + '/share', cwd: process.env.OWN };
  await main({ ...here, stdout: { write() {} } }); // loads all
  rmSync(process.env.OWN + '/.sophia', { recursive: true });
  if (process.getuid() === 0) process.setgroups([]), process.setgid(65534), process.setuid(65534);
  const refused = await main({ ...host, dataHome: home + '/share' });
  const own = await main(here);
  process.exitCode = refused === ${exits.config.code} && own === 0 ? 0 : 1;`;

describe('a locale', () => {
  test.each(['C', 'POSIX', 'xx_XX.ISO-8859-1'])('%s changes no byte of what is said', (locale) => {
    const said = (LANG: string) =>
      sophia('churn explain ada --as-of 2026-11-20', { cwd: workspace, env: { HOME: workspace, LANG, LC_ALL: LANG } });
    expect(said(locale)).toMatchObject({ code: 0, stderr: '', stdout: said('en_US.UTF-8').stdout });
  });
});

describe('a terminal', () => {
  /** Of util-linux, which every Linux has: it runs a command at a terminal of its own. */
  const script = '/usr/bin/script';
  const inTerminal = (line: string, columns: number) => {
    const words = `stty cols ${columns} rows 10; exec "${process.execPath}" "${launcher}" ${line}`;
    return ['-qec', words, '/dev/null'];
  };
  const bare = () => ({ PATH: process.env.PATH, SHELL: '/bin/bash', HOME: folder(), TERM: 'xterm' });
  /** What a terminal of so many columns is sent. */
  const shown = (line: string, columns: number, cwd = workspace, env = {}) => {
    const { status, stdout } = spawnSync(script, inTerminal(line, columns), {
      ...{ cwd, encoding: 'utf8', input: '', timeout: HANGS_MS, env: { ...bare(), ...env } },
    });
    return { code: status, text: stdout };
  };

  test('of 20 columns is sent the same as one of 40: nothing can be laid out in less', () => {
    const day = '--as-of 2026-11-20';
    for (const line of ['portfolio list', '--help', `churn explain ada ${day}`, 'nonsense']) {
      const [narrow, wide] = [20, 40].map((columns) => shown(line, columns, workspace, { CI: '1' }));
      expect(narrow).toEqual(wide);
      expect(narrow?.code).toBe(line === 'nonsense' ? exits.usage.code : 0);
    }
  });

  test('of 20 columns is asked in lines of 20', async () => {
    const child = spawn(script, inTerminal('init', 20), { cwd: folder(), env: bare() });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((done) => child.on('close', done));
    let text = '';
    for await (const chunk of child.stdout) {
      text += chunk;
      // Ctrl-C, once the question stands there.
      if (text.includes('--owner-name')) child.stdin.end('\u0003');
    }
    expect(await ended).toBe(exits.sigint.code);
    const asked = stripVTControlCharacters(text).split(/\r?\n/);
    // What is said beside a question is laid out for 40 columns at least.
    expect(asked.filter((line) => line.length > 20 && !/^(sophia:| {2}try:| {7})/.test(line))).toEqual([]);
  });

  test('that is watched is told what takes long, and no other is', () => {
    // The demo is imported first: long enough to say so.
    const told = (term: string, ci?: string) => shown('portfolio list', 80, folder(), { TERM: term, CI: ci });
    const HIDDEN = '\u001b[?25l';
    expect(told('xterm')).toMatchObject({ code: 0, text: expect.stringContaining(HIDDEN) });
    if (isWhole) expect(told('xterm', '1')).toMatchObject({ code: 0, text: expect.not.stringContaining(HIDDEN) });
    expect(told('dumb')).toMatchObject({ code: 0, text: expect.not.stringContaining('\u001b') });
    // What is done at once says nothing but its result.
    expect(shown('config explain color', 80, folder()).text).not.toContain(HIDDEN);
  });
});

describe('a clock', () => {
  test.each(['1970-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'])(
    'at %s ends no command as a fault',
    async (clock) => {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig }, clock });
      const fine = [
        'portfolio import data',
        'portfolio list',
        'runs list',
        'store backup',
        'store check',
        'events verify',
      ];
      for (const line of fine) expect(await runSophia(line, world), line).toMatchObject({ code: 0 });
      const { code, stderr } = await runSophia('churn analyze elm-house', world);
      // Whoever lives there now did not then.
      if (clock < '2025')
        expect({ code, stderr }).toMatchObject({ code: exits.insufficient.code, stderr: /1969-12-31/ });
      else expect(code).toBe(0);
    },
  );

  test('that was put right after an import is told by the import, which can be withdrawn', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig }, clock: '2100-01-01T00:00:00.000Z' });
    await runSophia('portfolio import data', world);
    world.clock = '2026-11-22T15:00:00.000Z';
    expect(await runSophia('portfolio import data', world)).toMatchObject({ code: 0 });
    expect(await runSophia('churn analyze elm-house', world)).toMatchObject({ code: 0 });
  });
});
