import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig } from './elm-house.ts';
import { examined, healthy, unsound } from './examined.ts';
import { openWorld, runSophia, type World } from './sophia.ts';

const workspace = (files: Readonly<Record<string, string>> = {}) =>
  openWorld({ files: { 'sophia.yaml': elmConfig, ...files } });

describe('terminal', () => {
  test.each<[string, boolean, Readonly<Record<string, string>>, string]>([
    ['a terminal', true, { LANG: 'de_DE.UTF-8' }, '100x40; colour on; LANG=de_DE.UTF-8'],
    ['none', false, { LANG: 'C' }, 'none is listening; colour off; LANG=C'],
    ['one without colour', true, { LC_ALL: 'C.utf8', NO_COLOR: '1' }, '100x40; colour off, by NO_COLOR; LC_ALL=C.utf8'],
    ['a dumb one', true, { LANG: 'C.UTF-8', TERM: 'dumb' }, 'colour off; LANG=C.UTF-8; TERM=dumb'],
    ['a variable that counts more', true, { LC_ALL: 'C.UTF-8', LANG: 'C' }, 'LC_ALL=C.UTF-8'],
  ])('%s is told', async (_, isTTY, env, says) => {
    using world = workspace();
    Object.assign(world, { isTTY });
    Object.assign(world.env, env);
    expect((await examined(world)).terminal).toMatchObject({ state: 'ok', evidence: expect.stringContaining(says) });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['no locale is set', {}],
    ['LC_ALL=C', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }],
    ['LANG=POSIX', { LC_ALL: '', LANG: 'POSIX' }],
  ])('a locale without letters beyond ASCII is warned of: %s', async (says, env) => {
    using world = workspace();
    world.isTTY = true;
    Object.assign(world.env, env);
    const { terminal } = await examined(world);
    expect(terminal).toMatchObject({ state: 'warn', evidence: expect.stringContaining(`${says}: names with letters`) });
    expect(terminal?.fix).toEqual([expect.stringMatching(/^export LC_ALL=C.UTF-8 /)]);
  });
});

describe('folders', () => {
  test('that are there or can be made, with a home that is not set', async () => {
    using world = workspace();
    expect((await examined(world)).folders).toMatchObject({
      state: 'ok',
      evidence: expect.stringMatching(/^HOME is not set; writable, not made yet: 3; .*\/data-home\/sophia, /),
      facts: { missing: 3 },
    });
    world.env.HOME = world.dir;
    for (const name of ['data', 'config', 'state'])
      mkdirSync(join(world.dir, `${name}-home/sophia`), { recursive: true });
    expect((await examined(world)).folders?.evidence).toMatch(/^writable; /);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['HOME is "homes/ada"', { HOME: 'homes/ada' }],
    ['HOME is ""', { HOME: '' }],
    ['XDG_STATE_HOME is "state"', { XDG_STATE_HOME: 'state' }],
  ])('that are named from nowhere: %s', async (says, env) => {
    using world = workspace();
    Object.assign(world.env, env);
    const { folders } = await examined(world);
    const [name] = Object.keys(env);
    expect(folders).toMatchObject({
      state: 'warn',
      evidence: expect.stringContaining(`${says}, which is no absolute path`),
      fix: [`unset ${name}, or give it an absolute path`],
    });
  });

  test('in whose place a file lies', async () => {
    using world = workspace({ 'data-home': '', 'config-home/sophia': '' });
    const { folders } = await examined(world);
    expect(folders).toMatchObject({ state: 'warn' });
    expect(folders?.evidence).toMatch(/data: .*data-home: something else .*; config: .*config-home\/sophia: something/);
    expect(folders?.fix?.[0]).toMatch(/XDG_DATA_HOME=<folder>$/);
  });
});

describe('settings', () => {
  test('are counted and named by who says them', async () => {
    using world = workspace({ '.env': 'SOPHIA_QUIET=1\n', 'config-home/sophia/config.yaml': 'color: never\n' });
    chmodSync(join(world.dir, '.env'), 0o600);
    world.env.SOPHIA_RETENTION_CAPACITY = '3';
    const { settings } = await examined(world);
    expect(settings?.state).toBe('ok');
    for (const says of [
      '.env: 1 (quiet)',
      'user: 1 (color)',
      'env: 1 (retention.capacity)',
      'project: 2 (time_zone, owners)',
    ])
      expect(settings?.evidence).toContain(says);
  });

  test.each<[string, string, string, string]>([
    ['.env', 'SOPHIA_OWNER=x\nSOPHIA_CWD=/\n', '.env:2: SOPHIA_CWD: cannot be set here', 'mend that line'],
    ['.env', '\nSOPHIA_QUIET=perhaps\n', '.env:2: SOPHIA_QUIET: "perhaps" is neither on nor off', 'mend that line'],
    ['.env', 'SOPHIA_COLOR=mauve\n', '.env:1: SOPHIA_COLOR: must be one of auto', 'mend that line'],
    [
      'config-home/sophia/config.yaml',
      'quiet: true\ncolour: never\n',
      'config.yaml:2: the file: unknown key "colour"',
      'mend that line',
    ],
    ['config-home/sophia/config.yaml', 'quiet: [\n', 'config.yaml:2: ', 'mend that line'],
    ['config-home/sophia/config.yaml/x', '', 'config.yaml: it is a folder', 'put a file of settings there'],
  ])('that cannot be used are a finding, and the rest is looked at: %s %j', async (file, text, says, mend) => {
    using world = await healthy();
    mkdirSync(dirname(join(world.dir, file)), { recursive: true });
    writeFileSync(join(world.dir, file), text, { mode: 0o600 });
    // No other command goes on.
    expect((await runSophia('runs list', world)).code).toBe(exits.config.code);
    const found = await examined(world);
    expect(unsound(found)).toEqual([expect.objectContaining({ name: 'settings', state: 'fail' })]);
    expect(found.settings?.evidence).toContain(says);
    expect(found.settings?.fix?.[0]).toContain(mend);
    expect(found.audit?.state).toBe('ok');
  });

  test('whose sophia.yaml is a link to itself are a finding, and the rest is looked at', async () => {
    using world = openWorld();
    symlinkSync('sophia.yaml', join(world.dir, 'sophia.yaml'));
    const { config, disk } = await examined(world);
    expect(config).toMatchObject({ state: 'fail', evidence: expect.stringContaining('round in a circle') });
    expect(disk?.state).toBe('ok');
  });

  test('of which two files are at fault are told of both', async () => {
    using world = workspace({ '.env': 'SOPHIA_CONFIRM=x\n', 'config-home/sophia/config.yaml': 'no: yes\n' });
    const { settings } = await examined(world);
    expect(settings?.evidence).toMatch(/\.env:1: SOPHIA_CONFIRM.*config\.yaml:1: the file/);
  });

  test.each<[string, (world: World) => void, string]>([
    ['.env', ({ dir }) => writeFileSync(join(dir, '.env'), 'SOPHIA_RETENTION_CAPACITY=few\n'), '.env:1: SOPHIA_RET'],
    ['the environment', ({ env }) => Object.assign(env, { SOPHIA_RETENTION_CAPACITY: 'few' }), 'SOPHIA_RETENTION_CAP'],
  ])('of a workspace that %s overrules with what they cannot be', async (_, harm, says) => {
    using world = workspace();
    harm(world);
    expect((await examined(world)).config).toMatchObject({ state: 'fail', evidence: expect.stringContaining(says) });
  });

  test('that a flag or a variable has wrong are a misspelt command', async () => {
    using world = workspace();
    world.env.SOPHIA_QUIET = 'perhaps';
    expect(await runSophia('doctor', world)).toMatchObject({ code: exits.usage.code, stdout: '' });
  });
});

describe('place', () => {
  test.each<[string, number]>([
    ['NFS', 0x6969],
    ['SMB', 0xff534d42],
    ['SMB', 0xff534d42 | 0],
    ['SMB', 0xfe534d42],
    ['9P', 0x01021997],
    ['FUSE', 0x65735546],
  ])('on a disk that other machines may write to is warned of: %s, %i', async (disk, fileSystem) => {
    using world = workspace();
    world.machine = { ...world.machine, whereabouts: async (path) => ({ path, fileSystem }) };
    const { place } = await examined(world);
    expect(place).toMatchObject({
      state: 'warn',
      evidence: expect.stringContaining(`lies on ${disk}, `),
      fix: [expect.stringMatching(/^move the workspace to a disk of this machine/)],
      facts: { disk },
    });
    // Numbers are told as Linux has them.
    world.machine = { ...world.machine, platform: 'darwin' };
    expect((await examined(world)).place).toMatchObject({ state: 'ok', facts: { disk: 'unknown' } });
  });

  test.each([
    ['/home/ada/Dropbox/hill', 'Dropbox'],
    ['/home/ada/Dropbox (Hill Street)/x', 'Dropbox'],
    ['/mnt/c/Users/ada/OneDrive - Hill Street/x', 'OneDrive'],
    ['/Users/ada/Google Drive/x', 'Google Drive'],
    ['/Users/ada/Library/CloudStorage/GoogleDrive-ada@hill.example/My Drive/x', 'Google Drive'],
    ['/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x', 'iCloud'],
    ['/home/ada/Nextcloud', 'Nextcloud'],
    ['/Users/ada/Box/x', 'Box'],
    ['/Users/ada/Library/CloudStorage/Other/x', 'cloud'],
  ])('in a synced folder is warned of, wherever links lead: %s', async (path, synced) => {
    using world = workspace();
    world.machine = { ...world.machine, whereabouts: async () => ({ path, fileSystem: 0xef53 }) };
    const { place } = await examined(world);
    expect(place).toMatchObject({
      state: 'warn',
      evidence: expect.stringContaining(`${path} lies in`),
      facts: { synced },
    });
    expect(place?.fix).toEqual([expect.stringMatching(/^move the workspace out of it/)]);
  });

  test.each(['/home/ada/Boxes/x', '/home/dropbox-team/x', '/home/ada/OneDriver', '/srv/My Box/x'])(
    'that only sounds like one is none: %s',
    async (path) => {
      using world = workspace();
      world.machine = { ...world.machine, whereabouts: async () => ({ path, fileSystem: 0xef53 }) };
      expect((await examined(world)).place).toMatchObject({ state: 'ok', facts: { disk: 'local', synced: 'none' } });
    },
  );
});

describe('modes of .env', () => {
  test('that others may read are warned of, for it may hold keys', async () => {
    using world = workspace({ '.env': 'OTHER=1\n' });
    chmodSync(join(world.dir, '.env'), 0o640);
    const { modes } = await examined(world);
    expect(modes).toMatchObject({ state: 'warn', fix: [`chmod go= ${world.dir}/.env`] });
    rmSync(join(world.dir, '.env'));
    expect((await examined(world)).modes?.state).toBe('ok');
  });
});

test('Windows itself is told of at the start, once, and not in quiet', async () => {
  using world = workspace();
  world.machine = { ...world.machine, platform: 'win32' };
  for (const line of ['config explain', 'config explain --json', '--help'])
    expect((await runSophia(line, world)).stderr).toMatch(/^sophia is neither tested nor expected .* WSL.*\n$/);
  expect((await runSophia('config explain --quiet', world)).stderr).toBe('');
});
