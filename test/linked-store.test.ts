import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { examined } from './examined.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const storeOf = ({ dir }: World) => join(dir, '.sophia/sophia.db');

/** A workspace as a cloned repository may bring it, and what lies elsewhere. */
function cloned(): World & { readonly elsewhere: string } {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig, 'elsewhere/notes.txt': 'mine' } });
  const elsewhere = join(world.dir, 'elsewhere');
  chmodSync(elsewhere, 0o755);
  chmodSync(join(elsewhere, 'notes.txt'), 0o644);
  return Object.assign(world, { elsewhere });
}

const lines = ({ dir }: World) => [
  'runs list',
  'portfolio import data',
  'store info',
  'store check',
  'store backup',
  'store migrate',
  'store restore kept.db',
  'store purge --dry-run',
  `store purge --all --confirm ${basename(dir)}`,
];

/** Each command refuses, names `told`, and nothing is said to be done. */
async function allRefuse(world: World, told: string): Promise<void> {
  for (const line of lines(world)) {
    const { code, stdout, stderr } = await runSophia(line, world);
    expect({ code, stdout, stderr }, line).toEqual({
      ...{ code: exits.config.code, stdout: '' },
      stderr: expect.stringContaining(told),
    });
  }
  expect((await examined(world)).store).toMatchObject({ state: 'fail', evidence: expect.stringContaining(told) });
  const report = join(world.dir, 'report.json');
  expect((await runSophia(`doctor --bundle ${report}`, world)).code).toBe(exits.check.code);
  expect(existsSync(report)).toBe(true);
}

describe('a store is kept through no link', () => {
  test('in the place of its folder', async () => {
    using world = cloned();
    symlinkSync(world.elsewhere, join(world.dir, '.sophia'));
    await allRefuse(world, `${join(world.dir, '.sophia')} is a link to ${world.elsewhere}`);
    expect(readdirSync(world.elsewhere)).toEqual(['notes.txt']);
    expect(statSync(world.elsewhere).mode & 0o777).toBe(0o755);
  });

  test.each(['', '-wal', '-journal', '-shm'])('in the place of sophia.db%s', async (end) => {
    using world = cloned();
    mkdirSync(join(world.dir, '.sophia'));
    symlinkSync(join(world.elsewhere, 'notes.txt'), storeOf(world) + end);
    await allRefuse(world, `${storeOf(world)}${end} is a link to ${join(world.elsewhere, 'notes.txt')}`);
    expect(readFileSync(join(world.elsewhere, 'notes.txt'), 'utf8')).toBe('mine');
    expect(statSync(join(world.elsewhere, 'notes.txt')).mode & 0o777).toBe(0o644);
  });

  test('that leads nowhere yet', async () => {
    using world = cloned();
    mkdirSync(join(world.dir, '.sophia'));
    symlinkSync('../elsewhere/new.db', storeOf(world));
    await allRefuse(world, `is a link to ${join(world.elsewhere, 'new.db')}`);
    expect(readdirSync(world.elsewhere)).toEqual(['notes.txt']);
  });

  test('to a store, which is not deleted, and not said to be', async () => {
    using world = cloned();
    await ask('portfolio import data', world);
    renameSync(storeOf(world), join(world.elsewhere, 'real.db'));
    symlinkSync(join(world.elsewhere, 'real.db'), storeOf(world));
    await allRefuse(world, 'is a link to');
    expect(lstatSync(storeOf(world)).isSymbolicLink()).toBe(true);
    expect(existsSync(join(world.elsewhere, 'real.db'))).toBe(true);
  });

  test('and a workspace that lies behind a link works', async () => {
    using world = cloned();
    symlinkSync(world.dir, join(world.elsewhere, 'here'));
    expect(await ask('portfolio import data --cwd elsewhere/here', world)).toHaveProperty('importId');
  });
});

test('no command waits at a pipe', async () => {
  using world = cloned();
  mkdirSync(join(world.dir, '.sophia'));
  execFileSync('mkfifo', [storeOf(world)]);
  await allRefuse(world, `${storeOf(world)} is no file`);
});

test('who finds the store open to others is told once that it was', async () => {
  using world = cloned();
  await ask('portfolio import data', world);
  chmodSync(join(world.dir, '.sophia'), 0o755);
  chmodSync(storeOf(world), 0o644);
  expect((await runSophia('runs list', world)).stderr).toContain('was open to other users of this machine');
  expect(statSync(storeOf(world)).mode & 0o777).toBe(0o600);
  expect((await runSophia('runs list', world)).stderr).toBe('');
  // Nobody else came through its folder.
  chmodSync(storeOf(world), 0o644);
  expect((await runSophia('runs list', world)).stderr).toBe('');
  writeFileSync(join(world.dir, 'kept.db'), '');
});
