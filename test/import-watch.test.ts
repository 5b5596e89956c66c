import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Drop } from '../src/core/ops/watch.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { openWorld, runSophia, type World } from './sophia.ts';

const names = Object.keys(elmHouse).map((path) => path.slice('data/'.length));
const whole = ({ dir }: World, name: string, to = 'in') =>
  writeFileSync(join(dir, to, name), elmHouse[`data/${name}`] ?? '');

function watched(): World {
  const world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  mkdirSync(join(world.dir, 'in'));
  return world;
}

/** Watches; before each look, the next of `looks` is done, and after the last it is interrupted. */
async function watch(world: World, ...looks: (() => void)[]) {
  return watchWith(world, '', ...looks);
}

async function watchWith(world: World, more: string, ...looks: (() => void)[]) {
  world.meanwhile = async (waited) => {
    looks[waited - 1]?.();
    return waited > looks.length ? 'stop' : 'go on';
  };
  const { stdout, stderr, code } = await runSophia(`portfolio import --watch in --json${more}`, world);
  const drops = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Drop]));
  return { drops, stderr, code };
}

function rows({ dir }: World) {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true });
  const { n, imports } = db
    .prepare('select count(*) as n, (select count(*) from portfolio_import) as imports from portfolio_row')
    .get() as { n: number; imports: number };
  db.close();
  return { n, imports };
}

const report = { dryRun: false, files: [], rejected: 0, rejections: [], rejectFiles: [], notRead: [], unread: [] };
const nothing = () => undefined;
const at = ({ dir }: World, ...path: string[]) => join(dir, 'in', ...path);

describe('a folder that is watched', () => {
  test('is taken in when nothing in it changes any more, as one import, and is moved away', async () => {
    using world = watched();
    const half = elmHouse['data/tenants.csv']?.slice(0, 40) ?? '';
    const { drops, stderr, code } = await watch(
      world,
      () => writeFileSync(at(world, 'tenants.csv'), half),
      // The ledger is whole, and what it refers to is still being written.
      () => whole(world, 'ledger.csv'),
      () => whole(world, 'tenants.csv'),
      nothing,
      nothing,
    );
    expect(code).toBe(130);
    expect(stderr).toContain(`watching ${at(world)}`);
    for (const said of ['has stood still', 'done/ or failed/', '.part or .tmp', 'Ctrl-C ends the watch'])
      expect(stderr).toContain(said);
    expect(drops).toMatchObject([{ files: ['ledger.csv', 'tenants.csv'], new: 78, rejected: 0, error: null }]);
    const [{ importId, movedTo }] = drops as [Drop];
    expect(movedTo).toBe(`done/2026-11-22-${importId}`);
    expect(readdirSync(at(world, movedTo))).toEqual(['ledger.csv', 'tenants.csv']);
    expect(readdirSync(at(world))).toEqual(['done']);
  });

  test('each drop is an import; notes, and what is called unfinished, stay', async () => {
    using world = watched();
    for (const name of ['README.md', 'ledger.csv.part', '.hidden.csv']) writeFileSync(at(world, name), 'x');
    const drop = (name: string) => () => whole(world, name);
    const { drops } = await watch(world, drop('tenants.csv'), nothing, drop('ledger.csv'), nothing, nothing);
    expect(drops.map(({ files }) => files)).toEqual([['tenants.csv'], ['ledger.csv']]);
    expect(rows(world)).toEqual({ n: 78, imports: 2 });
    expect(readdirSync(at(world))).toEqual(['.hidden.csv', 'README.md', 'done', 'ledger.csv.part']);
  });

  test('what cannot be read lies in failed/ with the reason, and the next drop is taken in', async () => {
    using world = watched();
    writeFileSync(at(world, 'tenants.csv'), 'tenant_id\nada\n');
    const put = () => whole(world, 'tenants.csv');
    const { drops } = await watch(world, nothing, put, nothing, nothing);
    expect(drops).toMatchObject([{ error: expect.stringContaining('lacks the column name') }, { new: 6 }]);
    const failed = at(world, 'failed/2026-11-22-usage');
    expect(readFileSync(join(failed, 'reason.md'), 'utf8')).toContain('lacks the column name');
    // Mended and put back, the note is no export.
    for (const name of readdirSync(failed)) renameSync(join(failed, name), at(world, name));
    whole(world, 'tenants.csv');
    expect((await watch(world, nothing, nothing)).drops).toMatchObject([{ files: ['tenants.csv'], error: null }]);
  });

  test('what comes before all that it refers to is no drop that said nothing: it has failed, with the reasons', async () => {
    using world = watched();
    whole(world, 'ledger.csv');
    const { drops } = await watch(world, nothing, nothing);
    const [drop] = drops as [Drop];
    expect(drop).toMatchObject({ new: 0, rejected: 72, movedTo: 'failed/2026-11-22-rejected' });
    expect(drop.error).toBe('all 72 rows were rejected');
    expect(drop.rejectFiles).toEqual([expect.stringMatching(/rejected-imp-\w+-ledger\.csv$/)]);
    expect(readFileSync(at(world, drop.movedTo, 'reason.md'), 'utf8')).toMatch(/ledger\.csv:2: .*tenant/);
    // What it refers to has come, and it is put back.
    whole(world, 'tenants.csv');
    renameSync(at(world, drop.movedTo, 'ledger.csv'), at(world, 'ledger.csv'));
    expect((await watch(world, nothing, nothing)).drops).toMatchObject([{ new: 78, rejected: 0, rejectFiles: [] }]);
  });

  test('a map that is broken, before or while it is watched, leaves the folder as it was', async () => {
    using world = watched();
    whole(world, 'tenants.csv');
    const map = join(world.dir, 'my.yaml');
    writeFileSync(map, 'broken: [');
    const watchMapped = (...looks: (() => void)[]) => watchWith(world, ' --map ./my.yaml', ...looks);
    expect(await watchMapped(nothing, nothing)).toMatchObject({ code: 3, drops: [] });
    expect(readdirSync(at(world))).toEqual(['tenants.csv']);
    writeFileSync(map, readFileSync('templates/maps/ledger.yaml', 'utf8'));
    expect(await watchMapped(() => writeFileSync(map, 'broken: ['), nothing)).toMatchObject({ code: 3, drops: [] });
    expect(readdirSync(at(world))).toEqual(['tenants.csv']);
    writeFileSync(map, readFileSync('templates/maps/ledger.yaml', 'utf8'));
    expect(await watchMapped(() => rmSync(map), nothing)).toMatchObject({ code: 2, drops: [] });
    expect(readdirSync(at(world))).toEqual(['tenants.csv']);
  });

  test('killed while a drop is gathered, the drop is whole: what is referred to comes with what refers to it', async () => {
    using world = watched();
    mkdirSync(at(world, '.gathered'));
    whole(world, 'tenants.csv', 'in/.gathered');
    whole(world, 'ledger.csv');
    const { drops } = await watch(world, nothing, nothing);
    expect(drops).toMatchObject([{ files: ['ledger.csv', 'tenants.csv'], new: 78, rejected: 0 }]);
  });

  test('killed before or after it was taken in, the drop is neither lost nor taken in twice', async () => {
    using world = watched();
    mkdirSync(at(world, '.taken'));
    for (const name of names) whole(world, name, 'in/.taken');
    const { drops } = await watch(world);
    expect(drops).toMatchObject([{ rejected: 0, error: null }]);
    const before = rows(world);
    // Of a sophia that left no note: it is read again.
    renameSync(at(world, drops[0]?.movedTo ?? ''), at(world, '.taken'));
    expect((await watch(world)).drops).toMatchObject([{ new: 0, changed: 0, movedTo: 'done/2026-11-22-nothing-new' }]);
    expect(rows(world)).toEqual(before);
    expect(existsSync(at(world, '.taken'))).toBe(false);
  });

  test('ended between taking a drop in and moving it away, it moves it then, and tells the import that took it in', async () => {
    using world = watched();
    for (const name of ['ledger.csv', 'tenants.csv']) whole(world, name);
    writeFileSync(at(world, 'tenants.csv'), `${elmHouse['data/tenants.csv']},Nobody\n`);
    // Nothing can be moved there: what lies on the disk is what a kill at that moment would leave.
    symlinkSync('/dev/null', at(world, 'done'));
    const first = await watch(world, nothing, nothing);
    expect(first.drops).toEqual([]);
    const before = rows(world);
    expect(before).toEqual({ n: 78, imports: 1 });
    expect(readdirSync(at(world, '.taken'))).toEqual(['.taken-in', 'ledger.csv', 'tenants.csv']);
    expect(statSync(at(world, '.taken/.taken-in')).mode & 0o777).toBe(0o600);
    rmSync(at(world, 'done'));
    const { drops } = await watch(world);
    expect(drops).toMatchObject([
      { files: ['ledger.csv', 'tenants.csv'], new: 78, rejected: 1, takenBefore: true, error: null },
    ]);
    const [drop] = drops as [Drop];
    expect(drop.movedTo).toBe(`done/2026-11-22-${drop.importId}`);
    expect(existsSync(drop.rejectFiles[0] ?? '')).toBe(true);
    expect(readdirSync(at(world, drop.movedTo))).toEqual(['ledger.csv', 'tenants.csv']);
    expect(rows(world)).toEqual(before);
    // What somebody has taken back since does not come again by itself.
    const [{ importId }] = drops as [Drop];
    renameSync(at(world, drop.movedTo), at(world, '.taken'));
    writeFileSync(at(world, '.taken/.taken-in'), JSON.stringify({ ...report, importId }));
    await runSophia(`portfolio undo ${importId}`, world);
    expect((await watch(world)).drops).toMatchObject([{ importId, takenBefore: true }]);
    expect(rows(world)).toEqual(before);
  });

  test.each([
    ['of an import that was never shown', JSON.stringify({ ...report, importId: 'imp-0123456789ab' })],
    ['half written', '{"importId":"imp-01'],
  ])('a note %s is no reason to leave a drop unread', async (_what, note) => {
    using world = watched();
    mkdirSync(at(world, '.taken'));
    whole(world, 'tenants.csv', 'in/.taken');
    writeFileSync(at(world, '.taken/.taken-in'), note);
    const { drops } = await watch(world);
    expect(drops).toMatchObject([{ new: 6, error: null }]);
    expect(drops[0]).not.toHaveProperty('takenBefore');
    expect(readdirSync(at(world, drops[0]?.movedTo ?? ''))).toEqual(['tenants.csv']);
  });

  test('what nobody can read is not moved as if it had been taken in: it has failed, and is told', async () => {
    using world = watched();
    whole(world, 'tenants.csv');
    for (const name of ['Residents.csv', 'tickets-oct.xlsx']) writeFileSync(at(world, name), 'x', { mode: 0o644 });
    const { drops } = await watch(world, nothing, nothing);
    const to = 'failed/2026-11-22-not-read';
    expect(drops).toMatchObject([{ new: 6, error: null, notRead: [`${to}/Residents.csv`, `${to}/tickets-oct.xlsx`] }]);
    expect(readdirSync(at(world, drops[0]?.movedTo ?? ''))).toEqual(['tenants.csv']);
    expect(readFileSync(at(world, to, 'reason.md'), 'utf8')).toMatch(
      /^Residents\.csv: its name does not say what it holds.*\ntickets-oct\.xlsx: a spreadsheet must be saved as CSV/,
    );
    // A human hears of it, too.
    writeFileSync(at(world, 'tenants.csv'), 'tenant_id,name\nzoe,Zoe\n');
    writeFileSync(at(world, 'Residents.csv'), 'x');
    world.meanwhile = async (waited) => (waited > 2 ? 'stop' : 'go on');
    const { stdout } = await runSophia('portfolio import --watch in', world);
    expect(stdout).toContain(`not read: ${to}-2/Residents.csv`);
  });

  test('what lies in done/ and failed/ can be read by this user alone', async () => {
    using world = watched();
    mkdirSync(at(world, 'done'), { mode: 0o755 });
    writeFileSync(at(world, 'tenants.csv'), elmHouse['data/tenants.csv'] ?? '', { mode: 0o644 });
    writeFileSync(at(world, 'Residents.csv'), 'x', { mode: 0o644 });
    const broken = () => writeFileSync(at(world, 'ledger.csv'), 'line_id\n1\n', { mode: 0o644 });
    const { drops } = await watch(world, nothing, broken, nothing, nothing);
    const [first, second] = drops as [Drop, Drop];
    const lying = [`${first.movedTo}/tenants.csv`, ...first.notRead, 'failed/2026-11-22-not-read/reason.md'];
    for (const path of [...lying, `${second.movedTo}/ledger.csv`, `${second.movedTo}/reason.md`])
      expect(statSync(at(world, path)).mode & 0o777, path).toBe(0o600);
  });

  test('what is written to after it was taken in is put back, and read again', async () => {
    using world = watched();
    const lines = (elmHouse['data/tenants.csv'] ?? '').trim().split('\n');
    const half = () => writeFileSync(at(world, 'tenants.csv'), `${lines.slice(0, 3).join('\n')}\n`);
    const on = () => {
      const [done = ''] = readdirSync(at(world, 'done'));
      appendFileSync(at(world, 'done', done, 'tenants.csv'), `${lines.slice(3).join('\n')}\n`);
    };
    const { drops, stderr } = await watch(world, half, nothing, nothing, on, nothing, nothing);
    expect(drops).toMatchObject([{ new: 2 }, { files: ['tenants.csv'], new: 4, changed: 0 }]);
    expect(stderr.match(/tenants\.csv was written to after it was read: it is read again/g)).toHaveLength(1);
    // Of the first drop nothing is left, and so no folder.
    expect(readdirSync(at(world, 'done'))).toHaveLength(1);
    // Nobody writes to it any more.
    expect((await watch(world, nothing, nothing)).drops).toEqual([]);
  });

  test('waits while somebody else imports, and says so once', async () => {
    using world = watched();
    await runSophia('portfolio list', world);
    whole(world, 'tenants.csv');
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    const hold = db.prepare(
      `insert into lease values ('import:hill-street', 'hill-street', 'os:ben', 'elsewhere', '1@1', 1, '2026-11-22T16:00:00.000Z')`,
    );
    const { drops, stderr } = await watch(
      world,
      () => void hold.run(),
      nothing,
      nothing,
      () => {
        db.exec("delete from lease where name like 'import:%'");
      },
    );
    db.close();
    expect(drops).toMatchObject([{ new: 6 }]);
    expect(stderr.match(/the drop waits until that is over/g)).toHaveLength(1);
  });

  test.each([
    ['by another way', 'in2', ' --owner hill-street'],
    ['for another owner', 'in', ' --owner oak-lane'],
  ])('cannot be watched by two, %s either', async (_how, folder, more) => {
    using world = watched();
    const two = `${elmConfig}  - { id: oak-lane, name: Oak Lane }\n`;
    writeFileSync(join(world.dir, 'sophia.yaml'), two);
    symlinkSync('in', join(world.dir, 'in2'));
    let second: Promise<{ code: number; stderr: string }> | undefined;
    world.meanwhile = async (waited) => {
      second ??= runSophia(`portfolio import --watch ${folder}${more}`, world);
      if (waited === 1) await second;
      return 'stop';
    };
    await runSophia('portfolio import --watch in --owner hill-street', world);
    expect(await second).toMatchObject({ code: 10 });
  });

  test('cannot be watched by two, nor rehearsed, nor be no folder', async () => {
    using world = watched();
    let second: Promise<{ code: number; stderr: string }> | undefined;
    world.meanwhile = async (waited) => {
      second ??= runSophia('portfolio import --watch in', world);
      if (waited === 1) await second;
      return 'stop';
    };
    await runSophia('portfolio import --watch in', world);
    expect((await second)?.code).toBe(10);
    expect(await runSophia('portfolio import --watch in --dry-run', world)).toMatchObject({ code: 2 });
    expect(await runSophia('portfolio import --watch nowhere', world)).toMatchObject({ code: 2 });
  });
});
