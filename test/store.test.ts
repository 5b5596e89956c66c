import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { type Beyond, lookAtStore } from '../src/core/store/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, copyOf, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

const storeOf = ({ dir }: World) => join(dir, '.sophia/sophia.db');
const nameOf = ({ dir }: World) => basename(dir);
const backupsIn = ({ dir }: World) => readdirSync(join(dir, '.sophia')).filter((name) => name.includes('.backup-'));

/** A workspace with one import and one finished run. */
function filled(config = elmConfig): Promise<World> {
  return copyOf(`filled ${config}`, () => fill(config));
}

async function fill(config: string): Promise<World> {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
  const [, owner = ''] = /- id: (\S+)/.exec(config) ?? [];
  await ask(`portfolio import data --owner ${owner}`, world);
  await ask('churn analyze elm-house --as-of 2026-11-21', world);
  return world;
}

function change(world: World, sql: string, file = storeOf(world)): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** Every row of the store but leases, and what `store restore` adds. */
function rowsIn(file: string): unknown {
  const db = new DatabaseSync(file);
  const tables = db
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not in ('lease', 'sqlite_sequence', 'audit_head') order by 1",
    )
    .all()
    .map(({ name }) => String(name));
  const rows = tables.map((name) => {
    const all = db.prepare(`select * from ${name}`).all();
    return [name, all.filter(({ kind }) => kind !== 'store.restored')];
  });
  db.close();
  return rows;
}

/** The last number that a line of the journal got, be that line there or not. */
function lastGiven(file: string): number {
  const db = new DatabaseSync(file);
  const { n } = db.prepare("select seq as n from sqlite_sequence where name = 'event'").get() ?? {};
  db.close();
  return Number(n);
}

interface Checks {
  readonly checks: readonly { readonly name: string; readonly state: string; readonly evidence: string }[];
}

/** What `store check` finds wrong. */
async function faultsIn(world: World): Promise<Record<string, string>> {
  const { stdout, code } = await runSophia('store check --json', world);
  const faulty = (JSON.parse(stdout) as Checks).checks.filter(({ state }) => state === 'fail');
  expect(code).toBe(faulty.length > 0 ? exits.check.code : 0);
  return Object.fromEntries(faulty.map(({ name, evidence }) => [name, evidence]));
}

describe('store info', () => {
  test('tells file, size, schema, rows in words, owners and copies', async () => {
    using world = await filled();
    const { file: copy } = await ask<{ file: string }>('store backup', world);
    const { stdout, code } = await runSophia('store info', world);
    expect(code).toBe(0);
    for (const part of [
      storeOf(world),
      'kB',
      'Schema: 0013-sightings',
      '1  imports',
      '1  runs',
      'Hill Street Homes',
      copy,
    ])
      expect(stdout).toContain(part);
    expect(stdout).not.toMatch(/migration|due|portfolio_row/);
  });

  test('makes nothing where there is no store', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    expect(await ask('store info', world)).toMatchObject({ found: null, backups: [] });
    expect(existsSync(join(world.dir, '.sophia'))).toBe(false);
  });

  test('names an owner whom nobody serves', async () => {
    using world = await filled();
    writeFileSync(join(world.dir, 'sophia.yaml'), elmConfig.replace('hill-street', 'oak-lane'));
    expect((await runSophia('store info', world)).stdout).toContain('hill-street  not in sophia.yaml');
  });
});

describe('store backup', () => {
  test('is whole while another process writes, and for this user alone', async () => {
    using world = await filled();
    const before = rowsIn(storeOf(world));
    const writer = new DatabaseSync(storeOf(world));
    writer.exec('pragma journal_mode = wal; begin immediate; delete from event; delete from run');
    const { file } = await ask<{ file: string }>('store backup kept.db', world);
    writer.exec('rollback');
    writer.close();
    expect(file).toBe(join(world.dir, 'kept.db'));
    expect(rowsIn(file)).toEqual(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(world.dir).filter((name) => name.includes('.part-'))).toEqual([]);
  });

  test('is never written over a file, and leaves the mode of its folder alone', async () => {
    using world = await filled();
    mkdirSync(join(world.dir, 'stick'));
    chmodSync(join(world.dir, 'stick'), 0o755);
    writeFileSync(join(world.dir, 'stick/kept.db'), 'mine');
    expect(await runSophia('store backup stick/kept.db', world)).toMatchObject({ code: exits.refused.code });
    expect(readFileSync(join(world.dir, 'stick/kept.db'), 'utf8')).toBe('mine');
    expect(await runSophia('store backup stick/other.db', world)).toMatchObject({ code: 0 });
    expect(statSync(join(world.dir, 'stick')).mode & 0o777).toBe(0o755);
  });

  test.each(['backup', 'restore kept.db', 'check', 'info', 'migrate'])(
    'store %s is of the whole file, and refuses to be of one owner',
    async (line) => {
      using world = await filled();
      const { code, stderr } = await runSophia(`store ${line} --owner hill-street`, world);
      expect(code).toBe(exits.usage.code);
      expect(stderr).toContain('with the rows of every owner in it');
      expect(backupsIn(world)).toEqual([]);
    },
  );

  test('that was killed half-way is swept away by the next one to that file', async () => {
    using world = await filled();
    writeFileSync(join(world.dir, 'kept.db.part-par-0123456789ab'), 'half of it');
    await ask('store backup kept.db', world);
    expect(readdirSync(world.dir).filter((name) => name.startsWith('kept'))).toEqual(['kept.db']);
  });

  test('is told of where git would take it in', async () => {
    using world = await filled();
    mkdirSync(join(world.dir, '.git'));
    writeFileSync(join(world.dir, '.gitignore'), '*.db\n');
    const { stderr: quiet } = await runSophia('store backup kept.db', world);
    expect(quiet).toBe('');
    const { stderr } = await runSophia('store backup kept.sqlite', world);
    expect(stderr).toContain(`keeps out ${join(world.dir, 'kept.sqlite')}: people's data may be committed`);
  });

  test('says where it would be, and writes nothing, when it rehearses', async () => {
    using world = await filled();
    const { stdout, code } = await runSophia('store backup kept.db --dry-run', world);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(join(world.dir, 'kept.db')) });
    expect(existsSync(join(world.dir, 'kept.db'))).toBe(false);
    writeFileSync(join(world.dir, 'kept.db'), 'mine');
    const refused = await runSophia('store backup kept.db --dry-run', world);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: exits.refused.code, stdout: '' });
  });

  test('wants a store, and a folder that is there', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    expect(await runSophia('store backup', world)).toMatchObject({ code: exits.insufficient.code });
    using full = await filled();
    expect(await runSophia('store backup nowhere/kept.db', full)).toMatchObject({ code: exits.usage.code });
  });

  test('says when nobody could put the copy back, and why', async () => {
    using world = await filled();
    expect(await ask('store backup sound.db', world)).toMatchObject({ doubt: null });
    change(world, "delete from event where hash is not null and kind = 'portfolio.imported'");
    const { code, stdout } = await runSophia('store backup kept.db', world);
    expect(code).toBe(exits.check.code);
    for (const part of ['kept.db', 'would refuse it', 'audit stream is broken', 'sophia store check'])
      expect(stdout).toContain(part);
  });

  test.each(['.sophia/sophia.db-wal', '.sophia/sophia.db-journal', 'kept.db-shm'])(
    'is not made as %s',
    async (name) => {
      using world = await filled();
      const { code, stderr } = await runSophia(`store backup ${name}`, world);
      expect({ code, stderr }).toEqual({
        code: exits.usage.code,
        stderr: expect.stringContaining('log of a database'),
      });
    },
  );

  test('on a full disk says so, and names the copy', async () => {
    using world = await filled();
    await using look = await lookAtStore(storeOf(world), { still: false, signal: new AbortController().signal });
    await expect(look.copyTo('/dev/full')).rejects.toMatchObject({ exit: 'config', message: /^\/dev\/full: / });
  });
});

describe('a store of owners of whom none is served here', () => {
  /** With the rows of a workspace whose owner has another id. */
  async function renamed(): Promise<World> {
    const world = await filled();
    writeFileSync(join(world.dir, 'sophia.yaml'), elmConfig.replace('hill-street', 'oak-lane'));
    return world;
  }

  test('is told of by whoever reads it', async () => {
    using world = await renamed();
    const { stderr, code } = await runSophia('portfolio list', world);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('does not serve: hill-street') });
  });

  test('takes nothing in', async () => {
    using world = await renamed();
    const before = rowsIn(storeOf(world));
    const { stderr, code } = await runSophia('portfolio import data', world);
    expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('name them in') });
    expect(rowsIn(storeOf(world))).toEqual(before);
  });
});

describe('a store of another owner that an older sophia wrote', () => {
  test.each(['portfolio list', 'portfolio import data --dry-run', 'store migrate', 'runs list'])(
    'is not brought up to date by %s',
    async (line) => {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig.replace('hill-street', 'oak-lane') } });
      mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
      copyFileSync(join(packageRoot, 'fixtures/db/0.2.0/sophia.db'), storeOf(world));
      const before = readFileSync(storeOf(world));
      const { code, stderr } = await runSophia(line, world);
      expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('hill-street') });
      expect(readFileSync(storeOf(world)).equals(before)).toBe(true);
      expect(backupsIn(world)).toEqual([]);
    },
  );
});

describe('what is left of a store that is gone', () => {
  test.each([
    ['its log', (world: World) => writeFileSync(`${storeOf(world)}-wal`, 'x'.repeat(9000))],
    ['a damaged one', (world: World) => writeFileSync(`${storeOf(world)}.damaged-2026-11-22T15-00-00.000Z`, 'x')],
  ])('is not lost by beginning anew: %s', async (_what, leave) => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
    leave(world);
    const before = readdirSync(join(world.dir, '.sophia'));
    for (const line of ['portfolio list', 'portfolio import data', 'worker --once']) {
      const { code, stderr } = await runSophia(line, world);
      expect({ code, stderr }, line).toEqual({ code: exits.config.code, stderr: expect.stringContaining('is gone') });
    }
    expect(readdirSync(join(world.dir, '.sophia'))).toEqual(before);
  });
});

test('who was killed while it made the store finds it as it was: there is none yet', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
  writeFileSync(storeOf(world), '', { mode: 0o600 });
  writeFileSync(`${storeOf(world)}-journal`, Buffer.alloc(512), { mode: 0o600 });
  expect(await runSophia('runs list', world)).toMatchObject({ code: 0 });
  await ask('portfolio import data', world);
});

describe('what was killed in the midst of a copy', () => {
  test('is told of, with how to be rid of it', async () => {
    using world = await filled();
    writeFileSync(join(world.dir, '.sophia/sophia.db.part-par-0123456789ab'), 'half of it');
    expect((await runSophia('store info', world)).stdout).toContain('1 file. Next: sophia store purge');
    expect((await runSophia('doctor', world)).stdout).toMatch(/warn +backups +1 files, 1 MB, were left/);
    await ask(`store purge --confirm ${nameOf(world)}`, world);
    expect((await runSophia('store info', world)).stdout).not.toContain('Left by');
  });
});

describe('a rehearsal over a store of an older sophia', () => {
  test('tells what would come of it there', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
    copyFileSync(join(packageRoot, 'fixtures/db/0.2.0/sophia.db'), storeOf(world));
    const { files } = await ask<{ files: { new: number; unchanged: number }[] }>(
      'portfolio import data --dry-run',
      world,
    );
    // The very rows are in it already.
    expect(files.map((file) => file.new)).toEqual(files.map(() => 0));
    expect(files.every((file) => file.unchanged > 0)).toBe(true);
    expect(readdirSync(join(world.dir, '.sophia')).filter((name) => !/-(shm|wal)$/.test(name))).toEqual(['sophia.db']);
  });
});

describe('a store that is gone while copies of it are there', () => {
  async function lost(): Promise<World> {
    const world = await filled();
    await ask('store backup', world);
    rmSync(storeOf(world));
    return world;
  }

  test.each(['portfolio list', 'portfolio import data', 'events verify', 'store purge --dry-run', 'store check'])(
    'is not begun anew by %s',
    async (line) => {
      using world = await lost();
      const { code, stderr } = await runSophia(line, world);
      expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('store restore') });
      expect(existsSync(storeOf(world))).toBe(false);
    },
  );

  test('counts as gone where its file is empty, and comes back without a copy of nothing', async () => {
    using world = await lost();
    writeFileSync(storeOf(world), '');
    for (const line of ['portfolio list', 'store check', 'portfolio import data --dry-run'])
      expect(await runSophia(line, world), line).toMatchObject({ code: exits.config.code });
    expect((await runSophia('doctor', world)).stdout).toContain('is gone');
    const [copy, ...more] = backupsIn(world);
    await ask(`store restore .sophia/${copy} --confirm ${nameOf(world)}`, world);
    expect([backupsIn(world), more]).toEqual([[copy], []]);
    expect(await ask('portfolio list', world)).toMatchObject({ properties: [{ key: 'elm-house' }] });
  });

  test('is told of by doctor and by store info, and comes back', async () => {
    using world = await lost();
    const { stdout, code } = await runSophia('doctor', world);
    expect({ code, stdout }).toEqual({ code: exits.check.code, stdout: expect.stringContaining('is gone') });
    expect((await runSophia('store info', world)).stdout).toContain('is gone');
    const [copy] = backupsIn(world);
    await ask(`store restore .sophia/${copy} --confirm ${nameOf(world)}`, world);
    expect(await ask('portfolio list', world)).toMatchObject({ properties: [{ key: 'elm-house' }] });
  });

  test('or damaged, with a log beside it: all of it goes', async () => {
    using world = await lost();
    for (const end of ['', '-wal', '-shm', '-journal']) writeFileSync(storeOf(world) + end, 'x'.repeat(9000));
    await ask(`store purge --all --confirm ${nameOf(world)}`, world);
    expect(readdirSync(join(world.dir, '.sophia'))).toEqual([]);
  });

  test('or damaged, with a log beside it: a copy takes its place, and takes nothing from that log', async () => {
    using world = await lost();
    for (const end of ['', '-wal', '-journal']) writeFileSync(storeOf(world) + end, 'x'.repeat(9000));
    const [copy] = backupsIn(world);
    const { stdout } = await runSophia(`store restore .sophia/${copy} --confirm ${nameOf(world)}`, world);
    expect(stdout).toContain('is not known');
    const kept = readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.damaged-'));
    expect(kept.some((name) => name.endsWith('-journal'))).toBe(true);
    expect(await faultsIn(world)).toEqual({});
    expect(await ask('portfolio list', world)).toMatchObject({ properties: [{ key: 'elm-house' }] });
  });

  test('comes back without what its own log would do to it', async () => {
    using world = await lost();
    const other = await filled();
    copyFileSync(storeOf(other), `${storeOf(world)}-journal`);
    writeFileSync(`${storeOf(world)}-wal`, 'x'.repeat(9000));
    const [copy] = backupsIn(world);
    await ask(`store restore .sophia/${copy} --confirm ${nameOf(world)}`, world);
    expect(existsSync(`${storeOf(world)}-journal`)).toBe(false);
    expect(await faultsIn(world)).toEqual({});
    other[Symbol.dispose]();
  });

  test('goes with all copies when that is asked for', async () => {
    using world = await lost();
    await ask(`store purge --all --confirm ${nameOf(world)}`, world);
    expect(readdirSync(join(world.dir, '.sophia'))).toEqual([]);
  });
});

/** What lines say of restoring. */
async function told(world: World, flags = ''): Promise<unknown[]> {
  const { stdout } = await runSophia(`events --kind store.restored --json ${flags}`, world);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { body: unknown }).body);
}

describe('a store whose last writer was killed while it wrote without a log', () => {
  test.each([
    'portfolio list',
    'store check',
    'store info',
    'store backup copy.db',
    'store migrate --dry-run',
    'doctor',
  ])('is read as it was before that: sophia %s', async (line) => {
    await using world = await filled();
    const before = rowsIn(storeOf(world));
    leaveJournal(storeOf(world));
    const { code, stdout, stderr } = await runSophia(line, world);
    expect({ code, stderr: stripVTControlCharacters(stderr) }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/cannot be opened/);
    expect(rowsIn(storeOf(world))).toEqual(before);
  });
});

/** As somebody leaves it who was killed in the midst of a transaction without a log. */
function leaveJournal(file: string): void {
  const copy = `${file}.left`;
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = delete; pragma cache_size = 5; begin exclusive; delete from checkpoint_value');
  db.exec('create table unfinished (text); insert into unfinished select randomblob(1000) from event, event as more');
  for (const end of ['', '-journal']) copyFileSync(file + end, copy + end);
  db.close();
  for (const end of ['', '-journal']) renameSync(copy + end, file + end);
}

describe('store restore', () => {
  /** A workspace whose store was copied to kept.db, and then got another run. */
  async function moved(config = elmConfig): Promise<World & { readonly old: unknown; readonly kept: unknown }> {
    const world = await filled(config);
    await ask('store backup kept.db', world);
    await ask('churn analyze elm-house --as-of 2026-11-20', world);
    return Object.assign(world, { old: rowsIn(storeOf(world)), kept: rowsIn(join(world.dir, 'kept.db')) });
  }

  test('puts the copy back, keeps what was there, and takes no log of it for its own', async () => {
    using world = await moved();
    // A log that nobody took in yet: it must not come back.
    const reader = new DatabaseSync(storeOf(world), { readOnly: true });
    change(world, "update run set key = 'changed since'");
    reader.close();
    const old = rowsIn(storeOf(world));
    const { backup } = await ask<{ backup: string }>(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect(rowsIn(storeOf(world))).toEqual(world.kept);
    expect(rowsIn(backup)).toEqual(old);
    expect(statSync(storeOf(world)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.part-'))).toEqual([]);
    expect(await faultsIn(world)).toEqual({});
    // Numbers go on where they were: none is given twice.
    await ask('churn analyze elm-house --as-of 2026-11-20', world);
    expect(await faultsIn(world)).toEqual({});
  });

  test('leaves a line for each owner who is served, with what that owner loses', async () => {
    const two = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;
    using world = await moved(two);
    await ask('portfolio import data --owner oak-lane', world);
    await ask(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect(await told(world, '--owner hill-street')).toEqual([{ imports: 0, runs: 1, answers: 0 }]);
    expect(await told(world, '--owner oak-lane')).toEqual([{ imports: 1, runs: 0, answers: 0 }]);
    expect(await faultsIn(world)).toEqual({});
  });

  test('gives no number twice that the copy had given', async () => {
    using world = await moved();
    change(
      world,
      'delete from event where seq = (select max(seq) from event) and hash is null',
      join(world.dir, 'kept.db'),
    );
    const given = lastGiven(join(world.dir, 'kept.db'));
    await ask(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect(lastGiven(storeOf(world))).toBe(given + 1);
  });

  test('examines what it puts in place, whatever becomes of the copy after it was looked at', async () => {
    using world = await moved();
    const copy = join(world.dir, 'kept.db');
    // The name of the private copy is drawn after the copy was looked at.
    const random = () => {
      change(world, 'create table if not exists strange (word text)', copy);
      return world.random();
    };
    const { code, stderr } = await runSophia(`store restore kept.db --confirm ${nameOf(world)}`, { ...world, random });
    expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('strange') });
    expect(rowsIn(storeOf(world))).toEqual(world.old);
    expect(readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.part-'))).toEqual([]);
  });

  test('takes over no lease of whoever worked when the copy was made, and waits at no pipe', async () => {
    using world = await moved();
    const lease =
      "insert into lease values ('run:x', 'hill-street', 'os:eve', 'elsewhere', '1@1', 3, '2026-11-22T15:00:20.000Z')";
    change(world, lease, join(world.dir, 'kept.db'));
    await ask(`store restore kept.db --confirm ${nameOf(world)}`, world);
    await ask(`store purge --all --confirm ${nameOf(world)}`, world);
    execFileSync('mkfifo', [join(world.dir, 'pipe.db')]);
    expect(await runSophia('store restore pipe.db', world)).toMatchObject({ code: exits.usage.code });
  });

  test('says what is gone with it: imports, runs, and answers, which will be asked for again', async () => {
    using world = await moved();
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    const [{ run = '' } = {}] = proposals;
    await ask(`runs reject ${run} --reason "not now" --yes`, world);
    writeFileSync(
      join(world.dir, 'ledger-late.csv'),
      'line_id,tenant_id,date,type,amount\nx,ben,2026-10-25,fee,85.00\n',
    );
    const { importId } = await ask<{ importId: string }>('portfolio import ledger-late.csv', world);
    const { beyond } = await ask<{ beyond: Beyond }>('store restore kept.db --dry-run', world);
    expect(beyond).toMatchObject({ imports: [importId], answers: [run] });
    expect(beyond.runs).toHaveLength(proposals.length + 2);
    const asked = await runSophia('store restore kept.db', world);
    expect(asked.stderr).toContain(`1 import: ${importId}`);
    expect(asked.stderr).toContain(`1 answer: ${run}`);
    const { stdout } = await runSophia(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect(stdout).toContain('What was answered will be asked again');
    expect(await told(world)).toEqual([{ imports: 1, runs: proposals.length + 2, answers: 1 }]);
    expect(await faultsIn(world)).toEqual({});
    const again = await runSophia('store restore kept.db --dry-run', world);
    expect(again.stdout).toContain('Nothing was imported, run or answered since that copy');
  });

  test('wants the name of the workspace, typed or handed over: --yes is none', async () => {
    using world = await moved();
    for (const flags of ['', '--yes', '--no-input']) {
      const { code, stderr } = await runSophia(`store restore kept.db ${flags}`, world);
      expect({ code, stderr }).toMatchObject({ code: exits.paused.code, stderr: expect.stringContaining('--confirm') });
    }
    expect(await runSophia('store restore kept.db --confirm other', world)).toMatchObject({ code: exits.usage.code });
    expect(await runSophia('store restore kept.db --dry-run', world)).toMatchObject({ code: 0 });
    expect(rowsIn(storeOf(world))).toEqual(world.old);
    expect(backupsIn(world)).toEqual([]);
  });

  test.each([
    ['another program', 'create table mine (word text)', exits.incompatible.code],
    ['nobody', '', exits.config.code],
  ])('refuses a database of %s', async (_whose, sql, code) => {
    using world = await moved();
    writeFileSync(join(world.dir, 'other.db'), '');
    change(world, sql, join(world.dir, 'other.db'));
    expect(await runSophia(`store restore other.db --confirm ${nameOf(world)}`, world)).toMatchObject({ code });
    expect(rowsIn(storeOf(world))).toEqual(world.old);
  });

  test.each([
    ['a newer sophia wrote it', "insert into kysely_migration values ('9999-future', 'x')", exits.incompatible.code],
    ['a trigger was put into it', 'create trigger t after insert on run begin delete from run; end', exits.config.code],
    ['a table was taken out of it', 'drop table proposal', exits.config.code],
    ['its audit stream was cut', 'delete from event where hash is not null', exits.config.code],
    ['its audit stream was cleared', 'update event set hash = null; delete from audit_head', exits.config.code],
    ['it holds rows of what is not there', 'delete from checkpoint', exits.config.code],
    ['it holds what cannot be read', "update event set body = 'no' where hash is null", exits.config.code],
  ])('refuses a copy when %s', async (_why, sql, code) => {
    using world = await moved();
    change(world, sql, join(world.dir, 'kept.db'));
    expect(await runSophia(`store restore kept.db --confirm ${nameOf(world)}`, world)).toMatchObject({ code });
    expect(rowsIn(storeOf(world))).toEqual(world.old);
  });

  test('refuses a sound copy of owners whom this workspace does not serve', async () => {
    using world = await moved();
    using elsewhere = await filled(elmConfig.replace('hill-street', 'stranger'));
    await ask('store backup kept.db', elsewhere);
    copyFileSync(join(elsewhere.dir, 'kept.db'), join(world.dir, 'theirs.db'));
    const { code, stderr } = await runSophia(`store restore theirs.db --confirm ${nameOf(world)}`, world);
    expect(code).toBe(exits.incompatible.code);
    expect(stderr).toContain('of owners whom this workspace does not serve: stranger');
    expect(rowsIn(storeOf(world))).toEqual(world.old);
  });

  test('refuses what is no database, is damaged, is not there, or is the store itself', async () => {
    using world = await moved();
    const bytes = readFileSync(join(world.dir, 'kept.db'));
    writeFileSync(join(world.dir, 'text.db'), 'not a database at all'.repeat(500));
    for (let page = 3; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 200);
    writeFileSync(join(world.dir, 'damaged.db'), bytes);
    const ends = async (file: string) =>
      (await runSophia(`store restore ${file} --confirm ${nameOf(world)}`, world)).code;
    expect(await ends('text.db')).toBe(exits.config.code);
    expect(await ends('damaged.db')).toBe(exits.config.code);
    expect(await ends('nowhere.db')).toBe(exits.usage.code);
    expect(await ends('.')).toBe(exits.usage.code);
    expect(await ends('.sophia/sophia.db')).toBe(exits.usage.code);
    expect(rowsIn(storeOf(world))).toEqual(world.old);
  });

  test('waits for nobody: while another process has the store open or a lease it is held', async () => {
    using world = await moved();
    const line = `store restore kept.db --confirm ${nameOf(world)}`;
    const other = new DatabaseSync(storeOf(world));
    other.prepare('select count(*) from run').all();
    expect(await runSophia(line, world)).toMatchObject({ code: exits.held.code });
    other.close();
    change(world, "update lease set process = 'other', expires_at = '2026-11-22T15:00:30.000Z'");
    expect(await runSophia(line, world)).toMatchObject({ code: exits.held.code });
    expect(rowsIn(storeOf(world))).toEqual(world.old);
    world.dead.add('other');
    expect(await runSophia(line, world)).toMatchObject({ code: 0 });
    expect(rowsIn(storeOf(world))).toEqual(world.kept);
  });

  test('replaces a damaged store and one that is gone', async () => {
    using world = await moved();
    writeFileSync(storeOf(world), 'x'.repeat(9000));
    const line = `store restore kept.db --confirm ${nameOf(world)}`;
    const { backup } = await ask<{ backup: string }>(line, world);
    expect(rowsIn(storeOf(world))).toEqual(world.kept);
    expect(readFileSync(backup, 'utf8')).toBe('x'.repeat(9000));
    expect(await told(world)).toEqual([{}]);
    expect(await faultsIn(world)).toEqual({});
    // Not taken for a copy, and gone with all else.
    expect(basename(backup)).toMatch(/^sophia\.db\.damaged-/);
    expect(await ask('store info', world)).toMatchObject({ backups: [] });
    const all = await ask<{ files: { file: string }[] }>('store purge --all --dry-run', world);
    expect(all.files.map(({ file }) => file)).toEqual([storeOf(world), backup]);
    world.clock = '2027-03-22T15:00:00.000Z';
    const old = await ask<{ files: { file: string }[] }>('store purge --dry-run', world);
    expect(old.files.map(({ file }) => file)).toEqual([backup]);

    using fresh = openWorld({ files: { 'sophia.yaml': elmConfig } });
    copyFileSync(join(world.dir, 'kept.db'), join(fresh.dir, 'kept.db'));
    expect(await ask(`store restore kept.db --confirm ${nameOf(fresh)}`, fresh)).toMatchObject({ backup: null });
    expect(rowsIn(storeOf(fresh))).toEqual(world.kept);
    expect(statSync(storeOf(fresh)).mode & 0o777).toBe(0o600);
  });

  test('speaks of a damaged copy as of a copy', async () => {
    using world = await moved();
    writeFileSync(join(world.dir, 'kept.db'), 'not a database at all'.repeat(500));
    const { stderr } = await runSophia('store restore kept.db', world);
    expect(stderr).toContain('kept.db is damaged');
    expect(stderr).toContain('sophia store info   lists the copies');
    expect(stderr).not.toMatch(/sophia store restore <file>|import your files again/);
  });

  test('never takes the place of what another program keeps there', async () => {
    using world = await moved();
    const mine = openWorld({ files: { 'sophia.yaml': elmConfig } });
    using fresh = mine;
    mkdirSync(join(fresh.dir, '.sophia'));
    change(fresh, 'create table mine (word text)');
    copyFileSync(join(world.dir, 'kept.db'), join(fresh.dir, 'kept.db'));
    const told = await runSophia(`store restore kept.db --confirm ${nameOf(fresh)}`, fresh);
    expect(told).toMatchObject({ code: exits.config.code, stderr: expect.stringContaining('another program') });
    expect(rowsIn(storeOf(fresh))).toEqual([['mine', []]]);
  });
});

describe('store check', () => {
  test.each([
    ['audit', "update event set actor = 'os:eve' where hash is not null", 'does not follow'],
    ['audit', 'delete from event where seq = (select max(seq) from event where hash is not null)', 'lines written: '],
    ['structure', 'create table strange (word text)', 'strange'],
    ['structure', 'drop index event_run', 'event_run'],
    ['owners', "update run set owner = 'stranger'", 'stranger'],
    ['audit', 'update event set hash = null; delete from audit_head', 'the line with seq 1 does not follow'],
    ['audit', 'delete from event where hash is not null; delete from audit_head', 'of which no line tells: 1'],
    ['audit', "update audit_head set hash = 'of another line'", 'does not follow'],
    ['values', "update event set body = 'not json' where seq = 2", 'no JSON, the first 2: 1'],
    ['values', "update event set body = '[1]' where seq = 2", 'no JSON, the first 2: 1'],
    ['values', "update run set input = '{'", 'inputs of runs that are no JSON'],
    ['values', "update run set status = 'asleep'", 'runs of an unknown status: 1'],
    ['values', "update portfolio_row set body = '' where seq = 3", 'versions of rows that are no JSON, the first 3: 1'],
    ['orphans', 'delete from portfolio_import', 'rows of unknown imports'],
    ['orphans', "update portfolio_sighting set import_id = 'imp-none'", 'sightings of unknown imports: 2'],
    [
      'orphans',
      "insert into effect select id, 't', 'k', owner, 'done', 1, null, '', null, null from run; delete from run",
      'effects of unknown runs: 1',
    ],
    [
      'orphans',
      "insert into draft select id, owner, 't', 't', 'm', '' from run; delete from run",
      'drafts of unknown runs: 1',
    ],
    ['orphans', 'delete from checkpoint', 'runs without checkpoints: 1'],
    ['orphans', 'delete from run', 'checkpoints of unknown runs'],
  ])('finds what is wrong with %s: %s', async (name, sql, says) => {
    using world = await filled();
    expect(await faultsIn(world)).toEqual({});
    change(world, sql);
    expect((await faultsIn(world))[name]).toContain(says);
  });

  test('finds an audit stream that was cut, of an owner whom nobody serves any more', async () => {
    using world = await filled();
    change(world, 'delete from event where hash is not null');
    writeFileSync(join(world.dir, 'sophia.yaml'), elmConfig.replace('hill-street', 'oak-lane'));
    expect((await faultsIn(world)).audit).toContain('owner hill-street: lines there: 0, lines written: 2');
  });

  test('finds a damaged page', async () => {
    using world = await filled();
    const bytes = readFileSync(storeOf(world));
    for (let page = 3; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 200);
    writeFileSync(storeOf(world), bytes);
    expect((await faultsIn(world)).store).toContain('damaged');
  });
});

test('a line of the journal that cannot be read is named by its seq, and not quoted', async () => {
  using world = await filled();
  change(world, "update event set body = 'Ben Miller' where seq = 2");
  for (const flags of ['', '--json']) {
    const { code, stderr } = await runSophia(`events ${flags}`, world);
    expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('with seq 2') });
    expect(stderr).not.toContain('Miller');
  }
});

describe('events verify', () => {
  const two = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;

  test('finds a changed and a missing line, also the last, and whose it is', async () => {
    using world = await filled(two);
    await ask('portfolio import data --owner oak-lane', world);
    const told = async () => {
      const { stdout, code } = await runSophia('events verify --json', world);
      return { code, ...JSON.parse(stdout) };
    };
    const whole = (owner: string, lines: number) => ({ owner, lines, whole: true });
    expect(await told()).toEqual({ code: 0, streams: [whole('hill-street', 2), whole('oak-lane', 1)] });
    change(world, "delete from event where hash is not null and owner = 'oak-lane'");
    const cut = { owner: 'oak-lane', lines: 0, written: 1, untold: 1, whole: false };
    expect(await told()).toEqual({ code: exits.check.code, streams: [whole('hill-street', 2), cut] });
    // What is written afterwards does not heal it.
    const { imports } = await ask<{ imports: { id: string }[] }>('portfolio imports --owner oak-lane', world);
    await ask(`portfolio undo ${imports[0]?.id}`, world);
    expect(await told()).toMatchObject({
      code: exits.check.code,
      streams: [{ whole: true }, { whole: false, lines: 1 }],
    });
    expect((await runSophia('events verify', world)).stdout).toMatch(
      /^whole +hill-street: 2 lines\nbroken +owner oak-lane/,
    );
  });
});

describe('store migrate', () => {
  const older = () => {
    const world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock: '2027-06-01T12:00:00.000Z' });
    mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
    copyFileSync(join(packageRoot, 'fixtures/db/0.1.0/sophia.db'), storeOf(world));
    return world;
  };

  test('names what is due, keeps a copy, and is done once', async () => {
    using world = older();
    const before = rowsIn(storeOf(world));
    const { due } = await ask<{ due: string[] }>('store migrate --dry-run', world);
    expect(due.at(-1)).toBe('0013-sightings');
    expect(rowsIn(storeOf(world))).toEqual(before);
    expect(backupsIn(world)).toEqual([]);

    const { backup } = await ask<{ backup: string }>('store migrate', world);
    expect(rowsIn(backup)).toEqual(before);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(await ask('store migrate', world)).toMatchObject({ due: [], backup: null });
    expect(await faultsIn(world)).toEqual({});
    expect(await ask('events verify', world)).toMatchObject({ streams: [{ whole: true }] });
  });

  test('an older store is told of, checked and backed up as it is, and put back', async () => {
    using world = older();
    const before = rowsIn(storeOf(world));
    expect((await runSophia('store info', world)).stdout).toContain('sophia store migrate');
    expect(await faultsIn(world)).toEqual({});
    await ask('store backup kept.db', world);
    expect(rowsIn(join(world.dir, 'kept.db'))).toEqual(before);
    await ask('store migrate', world);
    const migrated = within(storeOf(world));
    await ask(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect(within(storeOf(world))).toEqual(migrated);
    expect(await ask('store migrate', world)).toMatchObject({ due: [] });
    expect(await told(world)).toEqual([{ imports: 0, runs: 0, answers: 0 }]);
  });

  test('an older copy that was changed is seen through as well', async () => {
    using world = older();
    await ask('store backup kept.db', world);
    change(world, "update event set body = replace(body, '1', '2') where hash is not null", join(world.dir, 'kept.db'));
    const before = rowsIn(storeOf(world));
    const { code, stderr } = await runSophia(`store restore kept.db --confirm ${nameOf(world)}`, world);
    expect({ code, stderr }).toEqual({ code: exits.config.code, stderr: expect.stringContaining('audit stream') });
    expect(rowsIn(storeOf(world))).toEqual(before);
    expect(readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.part-'))).toEqual([]);
  });

  /** Rows, but for when each migration was made. */
  function within(file: string): unknown {
    return (rowsIn(file) as [string, unknown][]).filter(([table]) => table !== 'kysely_migration');
  }
});

describe('store purge', () => {
  /** One run that ended long ago, one that came to a proposal, and an import that was withdrawn. */
  async function aged(): Promise<World> {
    const world = await filled();
    writeFileSync(
      join(world.dir, 'ledger-late.csv'),
      'line_id,tenant_id,date,type,amount\nben-fee,ben,2026-10-25,fee,85.00\n',
    );
    const { importId } = await ask<{ importId: string }>('portfolio import ledger-late.csv', world);
    await ask(`portfolio undo ${importId}`, world);
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    await ask(`runs reject ${proposals[0]?.run} --reason "not now" --yes`, world);
    await ask('store backup', world);
    world.clock = '2027-03-22T15:00:00.000Z';
    return world;
  }

  test('lists first, and deletes nothing without the name', async () => {
    using world = await aged();
    const before = rowsIn(storeOf(world));
    const { code, stderr } = await runSophia('store purge', world);
    expect(code).toBe(exits.paused.code);
    expect(stderr).toContain('2 ended runs, 1 draft, the words of 1 answer, 1 row of withdrawn or stopped imports');
    expect(stderr).toContain('.backup-2026-11-22');
    expect((await runSophia('store purge --yes', world)).code).toBe(exits.paused.code);
    expect(JSON.parse((await runSophia('store purge --json', world)).stderr).error.exit).toBe('paused');
    const { code: good, stdout: rehearsed } = await runSophia('store purge --dry-run', world);
    expect(good).toBe(0);
    expect(rehearsed).toContain('Not touched: data/, out/, done/ and failed/ of folders that are watched, and copies');
    expect((await runSophia(`store purge --older-than 365 --confirm ${nameOf(world)}`, world)).stdout).toContain(
      'Nothing',
    );
    expect(rowsIn(storeOf(world))).toEqual(before);
    expect(backupsIn(world)).toHaveLength(1);
  });

  test('deletes what is old from the file itself, and leaves a sound store that says so', async () => {
    using world = await aged();
    await ask('churn analyze elm-house --as-of 2026-11-19', world);
    await ask(`store purge --confirm ${nameOf(world)}`, world);
    expect(backupsIn(world)).toEqual([]);
    expect(readFileSync(storeOf(world)).includes('ben-fee')).toBe(false);
    expect(readFileSync(storeOf(world)).includes('not now')).toBe(false);
    expect(await faultsIn(world)).toEqual({});
    expect(await ask('events --kind store.purged', world)).toMatchObject({
      body: { runs: 2, drafts: 1, answers: 1, rows: 1 },
    });
    // The proposal that was rejected is still known, and the run of today still there.
    const { runs } = await ask<{ runs: { id: string; workflow: string }[] }>('runs list', world);
    expect(runs.map(({ workflow }) => workflow).toSorted()).toEqual(['churn', 'retention']);
    expect((await ask<{ proposals: unknown[] }>('churn proposals', world)).proposals).toHaveLength(1);
    const rejected = runs.find(({ workflow }) => workflow === 'retention')?.id;
    expect((await runSophia(`runs show ${rejected}`, world)).stdout).toContain('rejected by os:ada');
    expect((await runSophia('store purge', world)).stdout).toContain('Nothing is older');
  });

  test('leaves alone what is not named as it names its own, however old, and copies when one owner is asked for', async () => {
    using world = await aged();
    const names = ['sophia.db.backup-before-audit', 'sophia.db.backup-notes.txt', 'sophia.db-part2.part-list.txt'];
    for (const name of names) writeFileSync(join(world.dir, '.sophia', name), 'mine');
    await ask(`store purge --owner hill-street --confirm ${nameOf(world)}`, world);
    expect(backupsIn(world)).toHaveLength(3);
    writeFileSync(join(world.dir, '.sophia/sophia.db.part-par-0123456789ab'), 'half');
    await ask(`store purge --confirm ${nameOf(world)}`, world);
    expect(readdirSync(join(world.dir, '.sophia')).filter((name) => /part|backup/.test(name))).toEqual(names.sort());
    await ask(`store purge --all --confirm ${nameOf(world)}`, world);
    expect(readdirSync(join(world.dir, '.sophia'))).toEqual(names.sort());
  });

  test.each(['', '--all'])('waits for whoever holds a lease, be it on another machine: %s', async (flags) => {
    using world = await aged();
    const line = `store purge ${flags} --confirm ${nameOf(world)}`;
    change(world, "update lease set world = 'elsewhere', expires_at = '2027-03-22T15:00:30.000Z'");
    const before = rowsIn(storeOf(world));
    expect(await runSophia(line, world)).toMatchObject({ code: exits.held.code });
    expect(rowsIn(storeOf(world))).toEqual(before);
    change(world, "update lease set expires_at = '2027-03-22T14:59:59.000Z'");
    expect(await runSophia(line, world)).toMatchObject({ code: 0 });
  });

  test('leaves nothing of a run that is gone', async () => {
    using world = await aged();
    change(
      world,
      "insert into checkpoint_write select owner, id, '', 'c', 't', 0, '', 'channel', x'00' from run where workflow = 'churn'",
    );
    await ask(`store purge --confirm ${nameOf(world)}`, world);
    const db = new DatabaseSync(storeOf(world));
    const left =
      db.prepare(`select (select count(*) from checkpoint_write where thread_id not in (select id from run)) as writes,
      (select count(*) from directory where kind = 'run' and id not in (select id from run)) as names`);
    expect(left.get()).toEqual({ writes: 0, names: 0 });
    db.close();
  });

  test('takes what a killed import left behind, which no reader ever saw', async () => {
    using world = await filled();
    change(world, "update portfolio_import set state = 'staging', finished_at = null");
    const plan = await ask<{ of: { rows: number }[] }>('store purge --older-than 1 --dry-run', world);
    expect(plan.of.map(({ rows }) => rows)).toEqual([0]);
    world.clock = '2026-11-25T15:00:00.000Z';
    await ask(`store purge --older-than 1 --confirm ${nameOf(world)}`, world);
    const db = new DatabaseSync(storeOf(world));
    const left = db.prepare(
      `select (select count(*) from portfolio_import) + (select count(*) from portfolio_row)
        + (select count(*) from portfolio_sighting) as n`,
    );
    expect(left.get()).toEqual({ n: 0 });
    db.close();
    expect(await faultsIn(world)).toEqual({});
  });

  test('--all removes the store and its copies, and whatever was exported stays', async () => {
    using world = await aged();
    expect((await runSophia('store purge --all', world)).code).toBe(exits.paused.code);
    expect((await runSophia('store purge --all --older-than 3', world)).code).toBe(exits.usage.code);
    expect((await runSophia('store purge --all --owner hill-street', world)).code).toBe(exits.usage.code);
    const other = new DatabaseSync(storeOf(world));
    other.prepare('select count(*) from run').all();
    const line = `store purge --all --confirm ${nameOf(world)}`;
    expect((await runSophia(line, world)).code).toBe(exits.held.code);
    other.close();
    await ask(line, world);
    expect(readdirSync(join(world.dir, '.sophia'))).toEqual([]);
    expect(existsSync(join(world.dir, 'data/tenants.csv'))).toBe(true);
    expect((await runSophia('portfolio list', world)).code).toBe(0);
  });

  test.each(['x', '-1', '1.5', '99999'])('%s is no number of days', async (days) => {
    using world = await filled();
    const { code, stderr } = await runSophia(`store purge --older-than ${days}`, world);
    expect({ code, stderr }).toMatchObject({ code: exits.usage.code, stderr: expect.stringContaining('--older-than') });
  });

  test('of one owner leaves the rows of another', async () => {
    const two = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;
    using world = await filled(two);
    world.clock = '2027-03-22T15:00:00.000Z';
    await ask(`store purge --owner oak-lane --confirm ${nameOf(world)}`, world);
    expect((await ask<{ runs: unknown[] }>('runs list', world)).runs).toHaveLength(1);
  });
});

test('nothing that a store says reaches the terminal as a command', async () => {
  using world = await filled();
  change(world, 'create table "\u001b[2Jstrange" (word text)');
  const { stdout } = await runSophia('store check', world);
  expect(stdout).toContain('strange');
  expect(stdout).toBe(stripVTControlCharacters(stdout));
});
