import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context, Host } from '../src/core/context/index.ts';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

const USER = 'config-home/sophia/config.yaml';

interface Told {
  readonly value: unknown;
  readonly from?: string;
  readonly at?: string;
  readonly over: readonly { value: unknown; from: string; at: string }[];
}

/** What `config explain` says of one setting, with the folder of the world left out of paths. */
async function explained(world: World, key: string, flags = ''): Promise<Told> {
  const { settings } = await ask<{ settings: Told[] }>(`config explain ${key} ${flags}`, world);
  return JSON.parse(JSON.stringify(settings[0]).replaceAll(`${world.dir}/`, ''));
}

const at = (told: Told) => [told.at, ...told.over.map((each) => each.at)];

describe('a setting', () => {
  test('comes from the strongest layer that says it: flag, environment, .env, own file, default', async () => {
    using world = openWorld({
      files: { 'sophia.yaml': elmConfig, '.env': 'A=1\nSOPHIA_COLOR=never\n', [USER]: 'quiet: false\ncolor: always\n' },
    });
    world.env.SOPHIA_COLOR = 'auto';
    const layers = ['--color', 'SOPHIA_COLOR', '.env:2', `${USER}:2`, 'default'];
    expect(at(await explained(world, 'color', '--color never'))).toEqual(layers);
    expect(at(await explained(world, 'color'))).toEqual(layers.slice(1));
    delete world.env.SOPHIA_COLOR;
    expect(await explained(world, 'color')).toMatchObject({ value: 'never', from: '.env', at: '.env:2' });
    rmSync(join(world.dir, '.env'));
    expect(await explained(world, 'color')).toMatchObject({ value: 'always', from: 'user', at: `${USER}:2` });
    rmSync(join(world.dir, USER));
    expect(await explained(world, 'color')).toMatchObject({ value: 'auto', from: 'default', over: [] });
  });

  test('of the screens is the wish of a person', async () => {
    const said = 'read_only: true\nplain: true\ntui:\n  keys:\n    run.goOn: [o]\n';
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, [USER]: said } });
    expect(await explained(world, 'tui.keys.run.goOn')).toMatchObject({ value: ['o'], from: 'user', at: `${USER}:5` });
    expect((await runSophia('runs list', world)).code).toBe(exits.ok.code);
  });

  test('is not said by a variable that is empty, be it in the environment or in .env', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': 'SOPHIA_COLOR=\n', [USER]: 'quiet: true' } });
    for (const name of [
      'RETENTION_CAPACITY',
      'CALLS_KEEP_TRANSCRIPTS',
      'DATABASE_URL',
      'COLOR',
      'QUIET',
      'CWD',
      'OWNER',
    ])
      world.env[`SOPHIA_${name}`] = '';
    for (const key of ['retention.capacity', 'calls.keep_transcripts', 'color'])
      expect(at(await explained(world, key))).toEqual(['default']);
    expect(at(await explained(world, 'quiet'))).toEqual([`${USER}:1`, 'default']);
    expect(await explained(world, 'store.url')).toEqual({ key: 'store.url', over: [] });
    expect((await runSophia('runs list', world)).code).toBe(0);
  });

  test('of the workspace overrules what its user wishes everywhere, and is overruled by variables', async () => {
    const capacity = 'retention:\n  capacity: 7\n';
    using world = openWorld({
      files: { 'sophia.yaml': elmConfig, '.env': 'SOPHIA_RETENTION_CAPACITY=8', [USER]: 'retention: {capacity: 9}' },
    });
    const key = 'retention.capacity';
    world.env.SOPHIA_RETENTION_CAPACITY = '6';
    expect(at(await explained(world, key))).toEqual(['SOPHIA_RETENTION_CAPACITY', '.env:1', `${USER}:1`, 'default']);
    writeFileSync(join(world.dir, 'sophia.yaml'), `${elmConfig}${capacity}`);
    delete world.env.SOPHIA_RETENTION_CAPACITY;
    rmSync(join(world.dir, '.env'));
    expect(await explained(world, key)).toMatchObject({
      value: 7,
      from: 'project',
      over: [{ value: 9, from: 'user' }, { from: 'default' }],
    });
  });

  test('counts as it is explained: words of calls are kept by the own file, unless the workspace says otherwise', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    for (const [says, kept] of [
      ['', true],
      ['calls:\n  keep_transcripts: false\n', false],
    ] as const) {
      const files = { ...elmHouse, 'sophia.yaml': `${elmConfig}${says}`, [USER]: 'calls: {keep_transcripts: true}' };
      using world = openWorld({ files });
      expect(await explained(world, 'calls.keep_transcripts')).toMatchObject({ value: kept });
      await ask('portfolio import data', world);
      const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'), { readOnly: true });
      const bodies = JSON.stringify(db.prepare("select body from portfolio_row where kind = 'call'").all());
      db.close();
      expect(bodies.includes('heating is terrible')).toBe(kept);
    }
  });

  test("that init leaves open is its user's, until the workspace decides; what is written as a comment is the default", async () => {
    using world = openWorld({ files: { [USER]: 'retention: {capacity: 9}\ncalls: {keep_transcripts: true}' } });
    await ask('init', world);
    const file = join(world.dir, 'sophia.yaml');
    expect(await explained(world, 'retention.capacity')).toMatchObject({ value: 9, from: 'user' });
    expect(await explained(world, 'calls.keep_transcripts')).toMatchObject({ value: true, from: 'user' });
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(/^( *)# ((?: *)(?:capacity|calls|keep_transcripts):)/gm, '$1$2'),
    );
    expect(await runSophia('portfolio list', world)).toMatchObject({ code: 0 });
    for (const key of ['retention.capacity', 'calls.keep_transcripts']) {
      const { value, from, over } = await explained(world, key);
      expect({ from, value }).toEqual({ from: 'project', value: over.at(-1)?.value });
    }
  });

  test('of a negated flag is told as the flag has it', async () => {
    using world = openWorld();
    expect(await explained(world, 'no-input')).toMatchObject({ key: 'no_input', value: false, from: 'default' });
    world.env.SOPHIA_NO_INPUT = '1';
    expect(await explained(world, 'no_input')).toMatchObject({ value: true, at: 'SOPHIA_NO_INPUT' });
  });

  test('is explained without a workspace, and in words', async () => {
    using world = openWorld();
    expect(await explained(world, 'owners')).toMatchObject({ from: 'demo' });
    const { stdout } = await runSophia('config explain color --color never', world);
    expect(stdout).toBe('color  never\n  from --color\n  overrules auto, from default\n');
    expect((await runSophia('config explain', world)).stdout).toMatch(/^retention\.capacity {2,}5 +default$/m);
  });

  test('that does not exist is told with the nearest ones', async () => {
    using world = openWorld();
    const { code, stderr } = await runSophia('config explain capacity', world);
    expect({ code, near: stderr.includes('sophia config explain retention.capacity') }).toEqual({
      code: exits.usage.code,
      near: true,
    });
  });

  test('is explained while it is wrong, wherever it stands, for then it is asked about', async () => {
    const wrong = `${elmConfig}retention:\n  capacity: lots\n`;
    const owners = 'owners: [null, 5]\n';
    using world = openWorld({
      files: { 'sophia.yaml': wrong, '.env': 'SOPHIA_CALLS_KEEP_TRANSCRIPTS=2', [USER]: 'retention: {capacity: -1}' },
    });
    const { code, stderr } = await runSophia('runs list', world);
    expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('capacity: must be') });
    expect(await explained(world, 'retention.capacity')).toMatchObject({
      ...{ value: 'lots', from: 'project' },
      over: [
        { value: -1, from: 'user' },
        { value: 5, from: 'default' },
      ],
    });
    expect(await explained(world, 'calls.keep_transcripts')).toMatchObject({ value: '2', at: '.env:1' });
    writeFileSync(join(world.dir, 'sophia.yaml'), owners);
    expect((await runSophia('config explain', world)).stdout).toMatch(/^owners {2,}null, 5 /m);
  });

  test('that salts the draw is not shown', async () => {
    const salted = `${elmConfig}retention:\n  holdout: 0.2\n  holdout_salt: pepper-and-more\n`;
    using world = openWorld({ files: { 'sophia.yaml': salted } });
    const { stdout } = await runSophia('config explain --json', world);
    expect(stdout).toContain('"retention.holdout_salt"');
    expect(stdout).not.toContain('pepper');
  });
});

describe('.env', () => {
  test('sets options of any command, whatever the byte-order mark, and only by names of sophia', async () => {
    const text = '\ufeffSOPHIA_JSON=1\nTOP=2\nSOPHIA_((=1\nexport SOPHIA_TOP="1"\nnonsense\n';
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig, '.env': text } });
    await ask('portfolio import data', world);
    const { stdout } = await runSophia('churn analyze elm-house --cwd data', world);
    expect(JSON.parse(stdout).tenants).toHaveLength(1);
  });

  test('is read from the workspace alone', async () => {
    using world = openWorld({ files: { '.env': 'SOPHIA_COLOR=purple\n' } });
    expect(await runSophia('portfolio list', world)).toMatchObject({ code: 0 });
  });

  test('does not say where the workspace is', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': '\nSOPHIA_CWD=/\n' } });
    const { code, stderr } = await runSophia('runs list', world);
    expect({ code, stderr }).toEqual({
      code: exits.config.code,
      stderr: expect.stringContaining('.env:2: SOPHIA_CWD'),
    });
  });

  test.each(['SOPHIA_CONFIRM=hill-street', 'SOPHIA_YES=1', 'SOPHIA_YES=0', 'export SOPHIA_YES = "on"'])(
    'does not answer for a human, and nothing is done where it would: %s',
    async (line) => {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig, '.env': `A=1\n${line}\n` } });
      const [name] = /SOPHIA_\w+/.exec(line) ?? [];
      for (const called of ['portfolio import data', 'store purge --all', 'init data'])
        expect(await runSophia(called, world)).toEqual({
          ...{ code: exits.config.code, stdout: '' },
          stderr: expect.stringContaining(`.env:2: ${name}: cannot be set here`),
        });
      expect(readdirSync(world.dir).sort()).toEqual(['.env', 'data', 'sophia.yaml']);
    },
  );

  test('makes errors JSON, too', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': 'SOPHIA_JSON=1' } });
    const { stderr } = await runSophia('runs show run-nothing', world);
    expect(JSON.parse(stderr)).toMatchObject({ error: { exit: 'usage' } });
  });
});

describe('a wrong value names what is wrong, where, and what mends it', () => {
  test.each<[string, Record<string, string>, Record<string, string>, keyof typeof exits, string]>([
    ['churn analyze elm-house --top x', {}, {}, 'usage', '--top: must be'],
    ['churn analyze elm-house', {}, { SOPHIA_TOP: 'x' }, 'usage', 'SOPHIA_TOP: must be'],
    ['churn analyze elm-house', { '.env': 'A=1\nSOPHIA_TOP=x' }, {}, 'config', '.env:2: SOPHIA_TOP: must be'],
    ['runs list', { '.env': 'SOPHIA_QUIET=maybe' }, {}, 'config', '.env:1: SOPHIA_QUIET: "maybe" is neither'],
    ['runs list', {}, { SOPHIA_RETENTION_CAPACITY: '-1' }, 'usage', 'SOPHIA_RETENTION_CAPACITY: is "-1"'],
    ['runs list', { '.env': 'SOPHIA_CALLS_KEEP_TRANSCRIPTS=2' }, {}, 'config', '.env:1: SOPHIA_CALLS_KEEP_TRANS'],
    ['runs list', { [USER]: 'quiet: yes' }, {}, 'config', `${USER}:1: quiet`],
    ['runs list', { [USER]: '\ncolor: purple' }, {}, 'config', `${USER}:2: color`],
    ['runs list', { [USER]: 'owners: []' }, {}, 'config', `${USER}:1: the file: "owners" is of one workspace`],
    ['runs list', { [USER]: 'retention:\n  holdout: 0.2' }, {}, 'config', `${USER}:2: retention: "holdout" is of one`],
    [
      'runs list',
      { [USER]: 'colour: red' },
      {},
      'config',
      `${USER}:1: the file: unknown key "colour": is color meant?`,
    ],
    ['runs list', { [USER]: 'color: [' }, {}, 'config', `${USER}:1`],
    ['runs list', { 'sophia.yaml': `${elmConfig}\ntui: {}` }, {}, 'config', '"tui" is of a person'],
    [
      'runs list',
      { [USER]: 'tui:\n  keys:\n    runs.sort: s' },
      {},
      'config',
      `${USER}:3: tui.keys.runs.sort: must be a list`,
    ],
    [
      'runs list',
      { [USER]: 'tui:\n  keys:\n    runs.sort: [1]' },
      {},
      'config',
      `${USER}:3: tui.keys.runs.sort.0: must be text`,
    ],
  ])('%s with %o and %o', async (line, files, env, exit, says) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, ...files } });
    Object.assign(world.env, env);
    const { code, stdout, stderr } = await runSophia(line, world);
    expect({ code, stdout }).toEqual({ code: exits[exit].code, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^ {2}try: /m);
  });
});

describe.each(['sophia.yaml', '.env', USER])('%s', (name) => {
  const prepared = () => {
    const world = openWorld({ files: { 'sophia.yaml': elmConfig, [USER]: '' } });
    const file = join(world.dir, name);
    rmSync(file, { force: true });
    return { world, file };
  };
  const refused = async (world: World, why: string) => {
    const { code, stdout, stderr } = await runSophia('runs list', world);
    expect({ code, stdout, stderr }).toEqual({
      code: exits.config.code,
      stdout: '',
      stderr: expect.stringContaining(why),
    });
    expect(stderr).toContain(name);
    expect(stderr.match(/^sophia: /gm)).toHaveLength(1);
  };

  test.each<[string, (file: string) => unknown, string]>([
    ['is 10 MB long', (file) => writeFileSync(file, '#'.repeat(10e6)), '10.0 MB long'],
    ['is a folder', (file) => mkdirSync(file), 'is a folder'],
    ['is a link to itself', (file) => symlinkSync(file, file), 'round in a circle'],
    ['is a pipe', (file) => spawnSync('bash', ['-c', `mkfifo ${file}`]), 'pipe'],
    ['is a device without end', (file) => symlinkSync('/dev/zero', file), 'device'],
  ])('that %s is refused', async (_what, make, why) => {
    const { world, file } = prepared();
    using _gone = world;
    make(file);
    await refused(world, why);
  });

  test('that may not be read is refused', () => {
    const { world, file } = prepared();
    using _gone = world;
    writeFileSync(file, '');
    chmodSync(file, 0);
    chmodSync(world.dir, 0o755);
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', unprivileged], {
      ...{ cwd: packageRoot, encoding: 'utf8' },
      env: { ...process.env, XDG_CONFIG_HOME: join(world.dir, 'config-home'), DIR: world.dir },
    });
    expect({ status, stderr }).toEqual({
      status: exits.config.code,
      stderr: expect.stringContaining(`sophia: ${file}: you may not read`),
    });
  });
});

/** A command as a real process on the real machine; root, who may read everything, steps down. */
const unprivileged = `
  const { main, processHost } = await import('./src/cli.ts');
  const host = { ...processHost('.'), cwd: process.env.DIR, argv: ['config', 'explain'] };
  await main({ ...host, cwd: '/', env: {}, configHome: '/', stdout: { write() {} } }); // loads all
  if (process.getuid() === 0) process.setgroups([]), process.setgid(65534), process.setuid(65534);
  process.exitCode = await main(host);`;

describe('a variable that says nothing', () => {
  test('is told once, with the one that may be meant and where it stands', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': '\nSOPHIA_RETENTION_CAPACTY=3\n' } });
    Object.assign(world.env, {
      SOPHIA_COLR: 'never',
      SOPHIA_RETENTION_CAPACTY: '4',
      SOPHIA_XQZ_WVU_KJH: '',
      COLR: '1',
    });
    const { code, stderr } = await runSophia('runs list', world);
    expect({ code, told: stderr.split('\n') }).toEqual({
      code: 0,
      told: [
        'SOPHIA_COLR says nothing to sophia: is SOPHIA_COLOR meant?',
        'SOPHIA_RETENTION_CAPACTY says nothing to sophia: is SOPHIA_RETENTION_CAPACITY meant?',
        'SOPHIA_XQZ_WVU_KJH says nothing to sophia',
        '',
      ],
    });
    for (const name of Object.keys(world.env)) delete world.env[name];
    expect((await runSophia('runs list', world)).stderr).toBe(
      `${join(world.dir, '.env')}:2: SOPHIA_RETENTION_CAPACTY says nothing to sophia: is SOPHIA_RETENTION_CAPACITY meant?\n`,
    );
    expect((await runSophia('runs list --quiet', world)).stderr).toBe('');
  });
});

describe('a workspace of another user', () => {
  test('cannot keep back the warning of it: only who calls sophia can', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': 'SOPHIA_QUIET=1' } });
    const said = async (line: string) => (await runSophia(line, world)).stderr;
    world.userId = (process.getuid?.() ?? 0) + 1;
    // Root's own files are beyond doubt.
    if (process.getuid?.() === 0)
      for (const each of ['sophia.yaml', '.env']) chownSync(join(world.dir, each), 4242, -1);
    expect(await said('runs list')).toContain('.env belongs to another user');
    expect(await said('runs list --quiet')).toBe('');
    world.env.SOPHIA_QUIET = '1';
    expect(await said('runs list')).toBe('');
  });

  test.each(['sophia.yaml', '.env'])('is worked in with a warning of %s, but for root', async (name) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': '' } });
    const file = join(world.dir, name);
    if (process.getuid?.() === 0)
      for (const each of ['sophia.yaml', '.env']) chownSync(join(world.dir, each), 4242, -1);
    const owner = statSync(file).uid;
    const warned = async (userId: number | undefined, line = 'runs list') => {
      world.userId = userId;
      const { code, stderr } = await runSophia(line, world);
      expect(code).toBe(0);
      return stderr.includes(`${file} belongs to another user`);
    };
    expect(await warned(owner + 1)).toBe(true);
    expect(await warned(owner + 1, 'config explain')).toBe(true);
    expect(await warned(owner)).toBe(false);
    expect(await warned(0)).toBe(false);
    expect(await warned(undefined)).toBe(false);
  });
});

describe('--quiet', () => {
  test.each([
    ['portfolio list --quiet', {}, ''],
    ['portfolio list', { SOPHIA_QUIET: '1' }, ''],
    ['portfolio list', {}, 'quiet: true'],
  ])('%s with %o and "%s" of the own file says the result alone', async (line, env, own) => {
    using world = openWorld({ files: { [USER]: '' } });
    const loud = await runSophia('portfolio list', world);
    expect(loud.stderr).toMatch(/^Demo portfolio/);
    Object.assign(world.env, env);
    writeFileSync(join(world.dir, USER), own);
    expect(await runSophia(line, world)).toEqual({ ...loud, stderr: '' });
    expect((await runSophia(`${line} --owner nobody`, world)).stderr).toMatch(/^sophia: no owner "nobody"/);
  });
});

describe('--debug', () => {
  const logs = (world: World) => {
    const folder = join(world.dir, 'state-home/sophia/log');
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  };

  test('writes what ran and how it ended, for this user alone, and says where', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { code, stderr } = await runSophia('runs list --debug', world);
    const [file = ''] = logs(world);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `debug: what is done is noted in ${file}\n` });
    expect([statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    const [started, opened, ended] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(started).toMatchObject({ event: 'started', run: 'sophia runs list', options: [{ key: 'debug' }] });
    expect(opened).toMatchObject({ event: 'opened', ms: expect.any(Number) });
    expect(ended).toMatchObject({ event: 'ended', code: 0, ms: expect.any(Number) });
  });

  test('notes no word that was typed, neither as an argument nor in an option nor in an error', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': 'SOPHIA_DEBUG=1' } });
    world.env.SOPHIA_REASON = 'SECRET in a reason';
    for (const line of [
      'churn explain "SECRET person"',
      'runs list --owner SECRET',
      'runs reject SECRET --reason SECRET',
    ])
      expect((await runSophia(line, world)).code).toBe(exits.usage.code);
    const texts = logs(world).map((file) => readFileSync(file, 'utf8'));
    expect(texts).toHaveLength(3);
    for (const text of texts) {
      expect(text).not.toContain('SECRET');
      expect(text).toMatch(/"error":\{"kind":"usage","exit":"usage".*"frames":\["at /);
    }
  });

  test.each([
    'churn analyse SECRET',
    'SECRET',
    'runs',
    'runs list --SECRET',
    'runs list --json --color SECRET',
    'runs show',
    'runs list --cwd SECRET',
  ])('notes what came to no command, too: %s', async (line) => {
    using world = openWorld();
    for (const [flag, env] of [
      ['--debug', {}],
      ['', { SOPHIA_DEBUG: '1' }],
    ] as const) {
      Object.assign(world.env, env);
      const { code, stderr } = await runSophia(`${line} ${flag}`, world);
      const file = logs(world).find((each) => stderr.startsWith(`debug: what is done is noted in ${each}\n`)) ?? '';
      expect(code).toBe(exits.usage.code);
      const text = readFileSync(file, 'utf8');
      expect(text).not.toContain('SECRET');
      expect(text).toMatch(/"event":"ended".*"kind":"usage","exit":"usage".*"frames":\["at .*src\//);
      // Sophia may be installed in a home, whose name is somebody's.
      expect(text).not.toContain(packageRoot);
    }
    expect(await runSophia('runs --help --debug', world)).toMatchObject({ code: 0, stderr: '' });
    expect(logs(world)).toHaveLength(2);
  });

  test('names no home in a stack', async () => {
    const { openLog } = await import('../src/commands/debug.ts');
    const thrown = Object.assign(new Error('no'), {
      stack: 'Error: no\n    at go (file:///home/ada/app/dist/cli.js:1:2)\n    at /home/ada/lib/x.js:3:4',
    });
    const written: string[] = [];
    const files = { append: async (_file: string, text: string) => void written.push(text), list: async () => [] };
    const rest = { keepPrivate: async () => undefined, places: { state: '/s' } };
    const clock = { now: () => '2026-11-22T15:00:00.000Z' };
    const context = { files: { ...files, ...rest }, clock, random: () => 0 } as unknown as Context;
    const machine = { node: {} };
    const host = { packageRoot: '/home/ada/app', env: { HOME: '/home/ada' }, stderr: { write: () => true }, machine };
    const log = await openLog(context, host as unknown as Host, { command: 'sophia', words: 0, options: [] });
    await log.end(1, thrown);
    expect(JSON.parse(written.at(-1) ?? '').error.frames).toEqual(['at go (dist/cli.js:1:2)', 'at ~/lib/x.js:3:4']);
  });

  test('keeps the newest 20 logs', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    for (let minute = 10; minute < 33; minute++) {
      world.clock = `2026-11-22T15:${minute}:00.000Z`;
      await runSophia('config explain color --debug', world);
    }
    const kept = logs(world).sort();
    expect(kept).toHaveLength(20);
    expect(kept[0]).toContain('T15-13-00');
  });

  test('that has nowhere to write says so, and the command goes on', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'state-home': '' } });
    const { code, stdout, stderr } = await runSophia('runs list --debug', world);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('No runs') });
    expect(stderr).toMatch(/^no log is written: .*state-home.*\n$/);
  });

  test('is not done unless asked for', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await runSophia('runs list', world);
    expect(logs(world)).toEqual([]);
  });
});
