import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig } from './elm-house.ts';
import { type Check, everything, examined, type Found, healthy, storeOf, unsound } from './examined.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

const two = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;

function change(world: World, sql: string): void {
  const db = new DatabaseSync(storeOf(world));
  db.exec(sql);
  db.close();
}

/** What else `init` keeps out of version control, wherever it lies. */
const OWN = ['.env', '*.db', '*.db.backup-*'];

describe('sophia doctor', () => {
  test('finds nothing wrong with a workspace in use, and says what it looked at', async () => {
    using world = await healthy();
    const found = await examined(world);
    expect(unsound(found)).toEqual([]);
    expect(Object.keys(found)).toEqual(
      'node,terminal,folders,config,settings,time zone,place,modes,store,audit,runs,disk,backups,ignored'.split(','),
    );
    expect(found.node?.evidence).toBe('24.1.0, /usr/bin/node');
    expect(found.config?.evidence).toContain(join(world.dir, 'sophia.yaml'));
    expect(found['time zone']?.evidence).toBe('America/Chicago, where today is 2026-11-22; this machine stands in UTC');
    expect(found.store?.evidence).toContain(storeOf(world));
    expect(found.audit?.evidence).toContain(': 2');
    expect(found.runs?.evidence).toContain(': 1');
    expect(found.disk?.evidence).toContain('20 GB');
    expect(await ask('doctor', world)).not.toHaveProperty('synthetic');
  });

  test.each(['in use', 'new', 'absent'])('makes and changes nothing where the workspace is %s', async (which) => {
    using world =
      which === 'in use' ? await healthy() : openWorld({ files: which === 'new' ? { 'sophia.yaml': elmConfig } : {} });
    const before = everything(world);
    const found = await examined(world);
    expect(unsound(found)).toEqual([]);
    expect(everything(world)).toEqual(before);
    if (which === 'in use') return;
    expect(found.store?.evidence).toMatch(/^none yet; .*sophia\.db$/);
    expect(found.audit).toBeUndefined();
  });

  test('looks at the demo where there is no workspace, and says that it is invented', async () => {
    using world = openWorld();
    expect(await ask('doctor', world)).toMatchObject({ synthetic: true });
    await ask('churn analyze maple-court --as-of 2026-10-30', world);
    const found = await examined(world);
    expect(unsound(found)).toEqual([]);
    expect(found.config?.evidence).toContain('the demo portfolio stands in');
    expect(found.store?.evidence).toContain('data-home/sophia/demo/sophia.db');
    expect(found.ignored).toBeUndefined();
  });

  test('says where a workspace holds invented rows', async () => {
    using world = await healthy();
    await ask('portfolio demo --seed 3 --properties 1 --units 6', world);
    expect(await ask('doctor', world)).toMatchObject({ synthetic: true });
  });

  test('says the same in colour and without', async () => {
    using world = await healthy();
    rmSync(join(world.dir, '.gitignore'));
    const plain = await runSophia('doctor --color never', world);
    const coloured = await runSophia('doctor --color always', world);
    expect(coloured.stdout).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout.replace('colour off', 'colour on'));
  });

  test('sees what a killed process has written and not yet taken into the database', async () => {
    using world = await healthy();
    const crashed = join(world.dir, 'crashed.db');
    const db = new DatabaseSync(storeOf(world));
    db.exec("update event set body = '{}' where hash is not null");
    // As they lay when it was killed.
    for (const end of ['', '-wal', '-shm']) copyFileSync(storeOf(world) + end, crashed + end);
    db.close();
    for (const end of ['', '-wal', '-shm']) {
      copyFileSync(crashed + end, storeOf(world) + end);
      chmodSync(storeOf(world) + end, 0o600);
    }
    const wal = readFileSync(`${storeOf(world)}-wal`);
    expect((await examined(world)).audit?.state).toBe('fail');
    expect(readFileSync(`${storeOf(world)}-wal`)).toEqual(wal);
  });
});

describe('what fails', () => {
  test('a Node that is too old', async () => {
    using world = await healthy();
    const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    for (const [version, state] of [
      ['22.18.1', 'fail'],
      ['20.19.0', 'fail'],
      ['22.19.0', 'ok'],
      ['26.0.0', 'ok'],
    ] as const) {
      world.machine = { ...world.machine, node: { version, file: '/opt/node' } };
      const { node } = await examined(world);
      expect(node).toMatchObject({ state, evidence: expect.stringContaining(`${version}, /opt/node`) });
      if (state === 'fail') expect(node?.evidence).toContain(engines.node.replace('>=', '>= '));
    }
  });

  test.each([
    [`${elmConfig}colour: blue\n`, 'sophia.yaml:6: the file: unknown key "colour"; known here: version, time_zone'],
    ['version: 1\ntime_zone: Mars\n', 'sophia.yaml:2: time_zone: is no IANA time zone'],
    ['version: 1\nowners: [', 'sophia.yaml:2: '],
  ])('a wrong sophia.yaml, with file, line and key: %j; the rest is looked at', async (config, says) => {
    using world = await healthy();
    writeFileSync(join(world.dir, 'sophia.yaml'), config);
    const found = await examined(world);
    expect(unsound(found)).toEqual([expect.objectContaining({ name: 'config', state: 'fail' })]);
    expect(found.config?.evidence).toContain(join(world.dir, says));
    expect(Object.keys(found)).toEqual(
      'node,terminal,folders,config,settings,place,modes,store,disk,backups,ignored'.split(','),
    );
  });

  test('a store that others may read: the folder, the database, and what lies beside it', async () => {
    using world = await healthy();
    const folder = join(world.dir, '.sophia');
    for (const name of ['sophia.db-wal', 'sophia.db-shm']) writeFileSync(join(folder, name), '', { mode: 0o644 });
    chmodSync(folder, 0o755);
    chmodSync(storeOf(world), 0o640);
    const before = everything(world);
    const { modes } = await examined(world);
    expect(modes).toMatchObject({ state: 'fail', fix: [`chmod -R go= ${folder}`] });
    for (const each of ['.sophia (0755)', 'sophia.db (0640)', 'sophia.db-wal (0644)', 'sophia.db-shm (0644)'])
      expect(modes?.evidence).toContain(each);
    expect(everything(world)).toEqual(before);
    world.machine = { ...world.machine, platform: 'win32' };
    world.env.SOPHIA_QUIET = '1';
    expect((await examined(world)).modes).toMatchObject({ state: 'ok', evidence: expect.stringContaining('Windows') });
  });

  test('a store of which no row is seen by anybody: its owner has another id now', async () => {
    using world = await healthy();
    writeFileSync(join(world.dir, 'sophia.yaml'), elmConfig.replace('hill-street', 'oak-lane'));
    const found = await examined(world);
    expect(unsound(found).map(({ name }) => name)).toEqual(['store']);
    expect(found.store).toMatchObject({
      state: 'fail',
      evidence: expect.stringContaining('does not serve: hill-street'),
    });
  });

  test.each(['create table strange (word text)', 'drop table approval', 'drop trigger event_audit_head'])(
    'a store that another program made something of: %s',
    async (sql) => {
      using world = await healthy();
      change(world, sql);
      const found = await examined(world);
      expect(unsound(found).map(({ name }) => name)).toEqual(['store']);
      expect(found.store?.evidence).toContain('not as sophia makes them');
      expect(found.audit).toBeUndefined();
    },
  );

  test('a store that belongs to another user', async () => {
    using world = await healthy();
    world.userId = 54321;
    const { modes } = await examined(world);
    expect(modes).toMatchObject({ state: 'fail', evidence: expect.stringContaining('belongs to another user') });
    expect(modes?.evidence).toContain(storeOf(world));
  });

  test('a path with spaces is one word of the command that mends it', async () => {
    using world = openWorld({ files: { "it's mine/sophia.yaml": elmConfig, "it's mine/.sophia/note": '' } });
    const { modes } = await examined(world, `--cwd "it's mine"`);
    expect(modes?.fix).toEqual([`chmod -R go= '${world.dir}/it'\\''s mine/.sophia'`]);
  });

  test.each<[string, string, (world: World) => void]>([
    [
      'from a newer sophia',
      'was written by a newer sophia',
      (world) => change(world, "insert into kysely_migration values ('9999-future', 'x')"),
    ],
    [
      'that is no database',
      'is damaged, or is not a database',
      (world) => writeFileSync(storeOf(world), 'x'.repeat(9000)),
    ],
    ['with damaged pages', 'is damaged, or is not a database', (world) => spoil(storeOf(world))],
    ['of another program', 'is a database of another program', (world) => foreign(storeOf(world))],
    ['that is a folder', 'it is a folder, and a file is needed', (world) => replaceByFolder(storeOf(world))],
  ])('a store %s, in the words of other commands; the rest is looked at', async (_, says, harm) => {
    using world = await healthy();
    harm(world);
    const before = everything(world);
    const found = await examined(world);
    expect(unsound(found).map(({ name }) => name)).toEqual(['store']);
    expect(found.store).toMatchObject({ state: 'fail', evidence: expect.stringContaining(says) });
    expect(found.audit).toBeUndefined();
    expect(found.disk).toBeDefined();
    expect(everything(world)).toEqual(before);
    const elsewhere = await runSophia('runs list', world);
    expect(elsewhere.stderr).toContain(`sophia: ${found.store?.evidence}`);
    for (const step of found.store?.fix ?? []) expect(elsewhere.stderr).toContain(step);
  });

  test('a file in the way of the folder of the store', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.sophia': '' } });
    const { store } = await examined(world);
    expect(store).toMatchObject({ state: 'fail', evidence: expect.stringContaining('.sophia: something else') });
    expect((await runSophia('runs list', world)).stderr).toContain(store?.evidence);
  });

  test('an audit stream that was tampered with, by owner and seq', async () => {
    using world = await healthy({ 'sophia.yaml': two });
    for (const property of ['maple', 'ash']) {
      writeFileSync(join(world.dir, 'properties.csv'), `property_id,name\n${property},Name\n`);
      await ask('portfolio import properties.csv --owner oak-lane', world);
    }
    expect((await examined(world)).audit).toMatchObject({ state: 'ok', evidence: expect.stringContaining(': 4') });
    const db = new DatabaseSync(storeOf(world));
    const { seq } = db
      .prepare("select max(seq) as seq from event where owner = 'oak-lane' and hash is not null")
      .get() as { seq: number };
    db.exec(`update event set body = '{"rows":2}' where seq = ${seq}`);
    db.close();
    const { audit } = await examined(world);
    expect(audit).toMatchObject({
      state: 'fail',
      evidence: expect.stringContaining(`owner oak-lane: the line with seq ${seq} `),
    });
    expect(audit?.evidence).not.toContain('hill-street');
    // Whoever acts for one owner hears of that one.
    expect((await examined(world, '--owner hill-street')).audit).toMatchObject({ state: 'ok' });
  });

  test('a report to be piped on, as a copy: it would be a file called -', async () => {
    using world = await healthy();
    for (const line of ['doctor --bundle -', 'store backup -', 'store backup - --dry-run'])
      expect(await runSophia(line, world), line).toMatchObject({
        ...{ code: exits.usage.code, stdout: '' },
        stderr: expect.stringContaining('must be a file'),
      });
    expect(existsSync(join(world.dir, '-'))).toBe(false);
  });

  test('an owner that is not there is a misspelt command, and no finding', async () => {
    using world = await healthy();
    const { code, stderr } = await runSophia('doctor --owner nobody', world);
    expect({ code, stderr }).toEqual({ code: exits.usage.code, stderr: expect.stringContaining('no owner "nobody"') });
  });
});

describe('what is warned of', () => {
  test('a disk that is nearly full', async () => {
    using world = await healthy();
    for (const [free, state, says] of [
      [499e6, 'warn', '499 MB'],
      [500e6, 'ok', '500 MB'],
    ] as const) {
      world.machine = { ...world.machine, freeBytes: async () => free };
      expect((await examined(world)).disk).toMatchObject({ state, evidence: expect.stringContaining(says) });
    }
  });

  test('a store that an older sophia wrote; it is left as it is', async () => {
    using world = await healthy();
    change(world, "delete from kysely_migration where name like '0003%'; drop table run");
    const before = everything(world);
    const found = await examined(world);
    expect(found.store).toMatchObject({ state: 'warn', evidence: expect.stringContaining('it lacks 0003-runs') });
    expect(found.runs).toBeUndefined();
    expect(everything(world)).toEqual(before);
  });

  test('runs that wait, that lost their process, and that another version began', async () => {
    using world = await healthy();
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house --as-of 2026-11-20', world);
    const others = ['waiting', 'running'].map((status, at) => {
      const copied = `'run-00000000000${at}', owner, actor, workflow, version`;
      return `insert into run select ${copied}, fingerprint, 'key-${at}', input, '${status}', null, created_at, '2026-11-0${at + 1}T00:00:00.000Z', null, null, null, null from run where id = '${runId}';`;
    });
    change(world, `${others.join('')} update run set status = 'waiting', version = 99 where id = '${runId}'`);
    const { runs } = await examined(world);
    expect(runs).toMatchObject({
      state: 'warn',
      evidence: 'waiting: 1, since 2026-10-31 19:00; stalled: 1; incompatible: 1',
      fix: ['sophia runs resume run-000000000001', expect.stringMatching(/^sophia runs list --status incompatible /)],
    });
    change(world, "delete from run where id <> 'run-000000000001'");
    expect((await examined(world)).runs).toMatchObject({
      evidence: 'stalled: 1',
      fix: ['sophia runs resume run-000000000001'],
    });
    change(world, "update run set status = 'failed', failure = 'insufficient'");
    expect((await examined(world)).runs).toMatchObject({
      ...{ state: 'ok', evidence: 'failed: 1', next: [expect.stringMatching(/^sophia runs list --status failed /)] },
    });
  });

  test('a question whose time is over, and none that can still be answered', async () => {
    using world = await healthy();
    await ask('churn analyze elm-house', world);
    expect((await ask<{ runs: object[] }>('runs list --status waiting', world)).runs).toHaveLength(1);
    expect((await examined(world)).runs).toMatchObject({
      state: 'ok',
      evidence: 'waiting: 1, since 2026-11-22 09:00: as it should be',
    });
    const { stdout } = await runSophia('doctor', world);
    expect(stdout).toMatch(/^ok +runs .*\n +next: sophia runs list --status waiting /m);
    change(world, "update approval set expires_at = '2026-11-22T14:00:00.000Z'");
    expect((await examined(world)).runs).toMatchObject({
      state: 'warn',
      evidence: expect.stringContaining('unanswered when the time for it was over: 1'),
    });
  });

  test('a moment that a run waited for, when nobody works', async () => {
    using world = await healthy();
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house --as-of 2026-11-20', world);
    change(
      world,
      `update run set status = 'waiting' where id = '${runId}';
       insert into timer values ('${runId}', 't', 'sleep:0', 'hill-street', '2026-11-22T08:00:00.000Z', '2026-11-21T08:00:00.000Z', null)`,
    );
    expect((await examined(world)).runs).toMatchObject({
      state: 'warn',
      evidence: expect.stringMatching(/^waiting: 1, .*; due, and no worker works: 1$/),
      fix: ['sophia worker --once   carries on what is due'],
    });
    const soon = new Date(Date.parse(world.clock) + 20_000).toISOString();
    change(world, `insert into lease values ('worker:hill-street:1', 'hill-street', 'os:ada', 'w', '1', 1, '${soon}')`);
    const attended = (await examined(world)).runs;
    expect([attended?.state, attended?.evidence]).toEqual(['ok', expect.not.stringContaining('no worker')]);
    change(world, "update lease set name = 'worker:hill-street-homes:1' where name like 'worker:%'");
    expect((await examined(world)).runs?.evidence).toContain('no worker');
  });

  test.each<[string, string | undefined, string, readonly string[]]>([
    ['no .gitignore at all', undefined, '', ['.sophia/', 'data/', 'out/', ...OWN]],
    ['copies, and what a machine is told', '.sophia/\ndata/\nout/\n!.env\n!*.db\n!*.db.backup-*\n', '', OWN],
    ['a line that is missing', '.sophia/\n/out\n', '', ['data/']],
    ['a line that is taken back', '/*\n!data/\n', '', ['data/']],
    ['some files only', '.sophia/\nout/\ndata/*.csv\n', '', ['data/']],
    ['patterns', '/.soph*\n**/dat?/\n[no]ut\n', '', []],
    ['another folder of that name', 'elsewhere/data/\n.sophia\nout\n', '', ['data/']],
    ['a line above the workspace', 'homes/.sophia/\n/homes/data/\nout/\n', 'homes', []],
    ['all of the workspace', 'homes/\n', 'homes', []],
  ])('what git would take in: %s', async (_, ignored, folder, open) => {
    const config = join(folder, 'sophia.yaml');
    using world = openWorld({
      files: {
        [config]: elmConfig,
        '.git/HEAD': '',
        ...(ignored !== undefined && { '.gitignore': `${OWN.join('\n')}\n${ignored}` }),
      },
    });
    const found = await examined(world, `--cwd "${folder || '.'}"`);
    expect(found.ignored?.state).toBe(open.length > 0 ? 'warn' : 'ok');
    if (open.length > 0)
      expect(found.ignored?.fix).toEqual([`add to ${world.dir}/.gitignore, a line each: ${open.join(' ')}`]);
  });
});

test('the copies beside the store are counted, and the newest is named', async () => {
  using world = await healthy();
  for (const day of ['2026-01-01', '2026-03-01', '2026-02-01'])
    writeFileSync(`${storeOf(world)}.backup-${day}T00-00-00.000Z`, '', { mode: 0o600 });
  const { backups } = await examined(world);
  expect(backups).toMatchObject({ state: 'ok', evidence: expect.stringMatching(/: 3, .*backup-2026-03-01T/) });
});

describe('in a folder that cannot be written to', () => {
  test('says so, and looks at everything else', async () => {
    using world = await healthy();
    const found = examinedByStranger(world);
    expect(unsound(found)).toEqual([
      expect.objectContaining({ state: 'fail', evidence: `${storeOf(world)}: you may not read or write it` }),
    ]);
    expect([found.audit?.state, found.runs?.state]).toEqual(['ok', 'ok']);
  });

  test('says so where there is no store yet', () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { store } = examinedByStranger(world);
    expect(store).toMatchObject({ state: 'fail', evidence: `${world.dir}: you may not read or write it` });
  });
});

/** Examines as a real process on the real machine; where that is root's, who may write everywhere, it steps down. */
const stepDown = `
  const { main, processHost } = await import('./src/cli.ts');
  const host = { ...processHost('.'), cwd: process.env.DIR, argv: ['doctor', '--json'] };
  await main({ ...host, stdout: { write() {} } }); // all is loaded that only root might read
  if (process.getuid() === 0) process.setgroups([]), process.setgid(65534), process.setuid(65534);
  process.exitCode = await main(host);`;

/** Folders that whoever runs may make. */
const homeless = { HOME: tmpdir(), XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' };

/** What doctor finds for who may read the world and write nothing in it. */
function examinedByStranger(world: World): Found {
  const all = readdirSync(world.dir, { recursive: true, withFileTypes: true });
  const paths = [world.dir, ...all.map((each) => join(each.parentPath, each.name))];
  for (const path of paths) {
    if (process.getuid?.() === 0) chownSync(path, 65534, 65534);
    chmodSync(path, statSync(path).isDirectory() ? 0o500 : 0o400);
  }
  const before = everything(world);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', stepDown], {
    ...{ cwd: packageRoot, encoding: 'utf8' },
    env: { ...process.env, ...homeless, DIR: world.dir },
  });
  expect({ status, stderr }).toEqual({ status: exits.check.code, stderr: '' });
  expect(everything(world)).toEqual(before);
  for (const path of paths) if (statSync(path).isDirectory()) chmodSync(path, 0o700);
  return Object.fromEntries((JSON.parse(stdout) as { checks: Check[] }).checks.map((check) => [check.name, check]));
}

function spoil(file: string): void {
  const bytes = readFileSync(file);
  for (let page = 2; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 200);
  writeFileSync(file, bytes);
}

function foreign(file: string): void {
  rmSync(file);
  const db = new DatabaseSync(file);
  db.exec("create table event (mine text); insert into event values ('x')");
  db.close();
  chmodSync(file, 0o600);
}

function replaceByFolder(file: string): void {
  rmSync(file);
  mkdirSync(file, { mode: 0o700 });
}
