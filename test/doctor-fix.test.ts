import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { type Check, everything, examined, healthy, storeOf, unsound } from './examined.ts';
import { openWorld, runSophia, type World } from './sophia.ts';

interface Mend {
  readonly check: string;
  readonly path: string;
  readonly state: 'done' | 'would' | 'left';
  readonly why?: string;
}

interface Fixed {
  readonly code: number;
  readonly checks: readonly Check[];
  /** But for folders that were made. */
  readonly mended: readonly Mend[];
  readonly made: readonly string[];
}

async function fix(world: World, flags = ''): Promise<Fixed> {
  const { stdout, stderr, code } = await runSophia(`doctor --fix --json ${flags}`, world);
  expect(stderr).toBe('');
  const { checks, mended } = JSON.parse(stdout) as { checks: Check[]; mended: Mend[] };
  const made = mended.filter(({ check }) => check === 'folders').map(({ path }) => path);
  return { code, checks, mended: mended.filter(({ check }) => check !== 'folders'), made };
}

const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Open to everybody, and about to be committed. */
async function careless(): Promise<World> {
  const world = await healthy({ '.env': 'OTHER=1\n', '.gitignore': 'node_modules/' });
  chmodSync(join(world.dir, '.sophia'), 0o755);
  chmodSync(storeOf(world), 0o664);
  chmodSync(join(world.dir, '.env'), 0o644);
  return world;
}

describe('sophia doctor --fix', () => {
  test('mends what is safe, looks again, and ends as the second look says', async () => {
    using world = await careless();
    expect((await runSophia('doctor', world)).stdout).toMatch(
      /\nNext: sophia doctor --fix {3}mends modes and ignored\n$/,
    );
    const { code, checks, mended, made } = await fix(world);
    expect({ code, unsound: checks.filter(({ state }) => state !== 'ok') }).toEqual({ code: 0, unsound: [] });
    expect(mended.map(({ check, path, state }) => `${state} ${check} ${path.replace(world.dir, '')}`)).toEqual([
      'done modes /.sophia',
      'done modes /.sophia/sophia.db',
      'done modes /.env',
      'done ignored /.gitignore',
    ]);
    expect(['.sophia', '.sophia/sophia.db', '.env'].map((name) => rightsOf(join(world.dir, name)))).toEqual([
      ...['700', '600', '600'],
    ]);
    // Nothing that stood there is gone, and a line without an end is not run into.
    expect(readFileSync(join(world.dir, '.gitignore'), 'utf8')).toBe(
      'node_modules/\n.sophia/\ndata/\nout/\n.env\n*.db\n*.db.backup-*\n',
    );
    expect(made).toHaveLength(3);
    for (const folder of made) expect(rightsOf(folder)).toBe('700');
    // Once more there is nothing to do.
    const before = everything(world);
    expect(await fix(world)).toMatchObject({ code: 0, mended: [], made: [] });
    expect(everything(world)).toEqual(before);
    expect((await runSophia('doctor --fix', world)).stdout).toMatch(
      /^There is nothing that could be mended safely\.\n/,
    );
  });

  test('says in words what was done', async () => {
    using world = await careless();
    const { stdout } = await runSophia('doctor --fix', world);
    expect(stdout).toMatch(/^done {2}\/.*: a folder for you alone\n/);
    expect(stdout).toContain('.gitignore: with the lines');
    expect(stdout).not.toContain('Next:');
  });

  test('with --dry-run says what it would do, and does none of it', async () => {
    using world = await careless();
    const before = everything(world);
    const { code, mended, made } = await fix(world, '--dry-run');
    expect(everything(world)).toEqual(before);
    expect(code).toBe(exits.check.code);
    expect([mended.length, made.length]).toEqual([4, 3]);
    expect(new Set(mended.map(({ state }) => state))).toEqual(new Set(['would']));
    const { stdout } = await runSophia('doctor --fix --dry-run', world);
    expect(stdout).toMatch(/^would make \/.*: a folder for you alone\n/);
    expect(stdout).toMatch(/^would shut \/.*: for you alone$/m);
    expect(stdout).toMatch(/^would add to \/.*\.gitignore: with the lines/m);
    expect(stdout).toMatch(/\nNothing was written: this was a dry run\.\n$/);
  });

  test('makes a .gitignore where there is none', async () => {
    using world = await healthy();
    rmSync(join(world.dir, '.gitignore'));
    expect((await fix(world, '--dry-run')).mended).toMatchObject([{ check: 'ignored', state: 'would' }]);
    expect((await fix(world)).code).toBe(0);
    expect(readFileSync(join(world.dir, '.gitignore'), 'utf8')).toBe(
      '.sophia/\ndata/\nout/\n.env\n*.db\n*.db.backup-*\n',
    );
  });

  test('leaves what needs a human, and says that it is still amiss', async () => {
    using world = await healthy();
    writeFileSync(join(world.dir, '.env'), 'SOPHIA_QUIET=perhaps\n', { mode: 0o600 });
    const { code, mended } = await fix(world);
    expect({ code, mended }).toEqual({ code: exits.check.code, mended: [] });
    expect(unsound(await examined(world)).map(({ name }) => name)).toEqual(['settings']);
  });

  test('follows no link: of a file, of the folder of the store, of a .gitignore that leads nowhere', async () => {
    using world = await careless();
    const elsewhere = join(world.dir, 'elsewhere');
    mkdirSync(elsewhere);
    const moved = (name: string) => {
      renameSync(join(world.dir, name), join(elsewhere, name.replace('/', '-')));
      symlinkSync(join(elsewhere, name.replace('/', '-')), join(world.dir, name));
    };
    moved('.env');
    moved('.sophia/sophia.db');
    rmSync(join(world.dir, '.gitignore'));
    symlinkSync(join(elsewhere, 'new'), join(world.dir, '.gitignore'));
    for (const flags of ['--dry-run', '']) {
      const { mended } = await fix(world, flags);
      expect(
        mended.filter(({ state }) => state === 'left').map(({ path, why }) => [path.replace(world.dir, ''), why]),
      ).toEqual(
        ['/.sophia/sophia.db', '/.env', '/.gitignore'].map((path) => [path, 'it is a link, and may lead anywhere']),
      );
    }
    expect([rightsOf(join(elsewhere, '.env')), rightsOf(join(elsewhere, '.sophia-sophia.db'))]).toEqual(['644', '664']);
    expect(statSync(join(elsewhere, 'new'), { throwIfNoEntry: false })).toBeUndefined();

    moved('.sophia');
    chmodSync(join(elsewhere, '.sophia'), 0o755);
    writeFileSync(join(elsewhere, '.sophia/sophia.db-wal'), '');
    const { code, mended } = await fix(world);
    expect(mended.map(({ state, path }) => `${state} ${path.replace(world.dir, '')}`)).toContain('left /.sophia');
    expect(mended.map(({ path }) => path.replace(world.dir, ''))).not.toContain('/.sophia/sophia.db-wal');
    expect([rightsOf(join(elsewhere, '.sophia')), rightsOf(join(elsewhere, '.sophia/sophia.db-wal'))]).toEqual([
      ...['755', '644'],
    ]);
    expect(code).toBe(exits.check.code);
  });

  test('touches nothing of another user', async () => {
    using world = await careless();
    world.userId = 54321;
    const { mended, code } = await runSophia('doctor --fix --json --quiet', world).then(({ stdout, code }) => ({
      ...(JSON.parse(stdout) as { mended: Mend[] }),
      code,
    }));
    expect(code).toBe(exits.check.code);
    const left = mended.filter(({ check }) => check !== 'folders');
    expect(left.map(({ path }) => path.replace(world.dir, ''))).toEqual(['/.sophia', '/.env', '/.gitignore']);
    for (const { state, why } of left)
      expect({ state, why }).toEqual({ state: 'left', why: 'it belongs to another user of this machine' });
    expect([rightsOf(join(world.dir, '.sophia')), rightsOf(join(world.dir, '.env'))]).toEqual(['755', '644']);
    expect(readFileSync(join(world.dir, '.gitignore'), 'utf8')).toBe('node_modules/');
  });

  test('mends the demo too, and makes no .gitignore there', async () => {
    using world = openWorld();
    await runSophia('portfolio list', world);
    chmodSync(join(world.dir, 'data-home/sophia/demo'), 0o755);
    expect(await fix(world)).toMatchObject({ code: 0, mended: [{ check: 'modes', state: 'done' }] });
  });

  test('says what keeps a folder from being made', async () => {
    using world = openWorld({ files: { 'state-home': '' } });
    const { stdout, code } = await runSophia('doctor --fix --json', world);
    const { mended } = JSON.parse(stdout) as { mended: Mend[] };
    expect(code).toBe(0);
    expect(mended.filter(({ state }) => state === 'left')).toEqual([
      expect.objectContaining({ check: 'folders', why: expect.stringContaining('state-home') }),
    ]);
  });
});
