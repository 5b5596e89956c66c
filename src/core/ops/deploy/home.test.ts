import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../cloud/index.ts';
import { openFiles } from '../../context/files.ts';
import { birthsFor, birthsOf } from './home.ts';

const place = (folder: string) => ({ folder, environment: 'production' });
const THREE = ['node-0', 'node-1', 'node-2'];

function opened() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-home-'));
  const folders = { cwd: dir, packageRoot: dir, dataHome: dir, configHome: dir, stateHome: dir, userId: undefined };
  const deps = { files: openFiles({ ...folders, random: () => 0.5 }), random: () => 0.5 };
  const file = join(dir, 'production/births.json');
  const write = (path: string, what: object) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(what));
  };
  return {
    ...{ file, deps, place: place(dir) },
    /** As it was kept before: one for all. */
    keepOld(old: object) {
      write(file, old);
    },
    /** What the engine has written down, and what it was about to do. */
    record(names: readonly string[], pending = 0) {
      const resources = names.map((name) => ({
        urn: `urn:pulumi:production::sophia::sophialambda:index:Instance::${name}`,
        ...{ type: 'sophialambda:index:Instance', id: name, inputs: {}, outputs: {} },
      }));
      const pending_operations = Array.from({ length: pending }, () => ({ type: 'creating', resource: {} }));
      write(join(dir, 'state/.pulumi/stacks/sophia/production.json'), {
        ...{ version: 3, checkpoint: { latest: { resources, pending_operations } } },
      });
    },
    births: (names = THREE) => birthsFor(deps, place(dir), names),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
}

const old = { login: newSshKeyPair('sophia'), host: newSshKeyPair('sophia-host'), userData: '#cloud-config of before' };

test('three machines have three host keys, which stay theirs, and one key to log in with', async () => {
  using world = opened();
  await birthsOf(world.deps, world.place, false);
  const births = await world.births();
  expect(new Set(THREE.map((name) => births[name]?.gate.hostKey)).size).toBe(3);
  expect(new Set(THREE.map((name) => births[name]?.userData)).size).toBe(3);
  expect(new Set(THREE.map((name) => births[name]?.gate.privateKey)).size).toBe(1);
  world.record(THREE);
  expect(await world.births([...THREE, 'node-3'])).toMatchObject(births);
  expect(statSync(world.file).mode & 0o777).toBe(0o600);
});

test('what lives keeps the key that was one for all, and what comes new has its own: nothing is replaced for it', async () => {
  using world = opened();
  world.keepOld(old);
  world.record(['node-0', 'node-1', 'node-3']);
  const births = await world.births();
  for (const name of ['node-0', 'node-1', 'node-3'])
    expect(births[name]).toEqual({
      userData: old.userData,
      gate: { hostKey: old.host.publicKey, privateKey: old.login.privateKey },
    });
  expect(births['node-2']?.gate.hostKey).not.toBe(old.host.publicKey);
  // Written down: it is the same the next time.
  expect(await world.births()).toEqual(births);
  // Where none lives any more nobody shares one.
  world.record([]);
  await birthsOf(world.deps, world.place, false);
  expect(new Set(Object.values(await world.births()).map(({ gate }) => gate.hostKey)).size).toBe(3);
});

test('what may have been launched when an engine was killed keeps the old key, whichever it is', async () => {
  using world = opened();
  world.keepOld(old);
  world.record([], 2);
  const births = await world.births();
  for (const name of THREE) expect(births[name]?.userData).toBe(old.userData);
});

test('where nothing lives the file of before goes on with its login alone', async () => {
  using world = opened();
  world.keepOld(old);
  expect(await birthsOf(world.deps, world.place, false)).toEqual({ login: old.login, nodes: {} });
  expect(readFileSync(world.file, 'utf8')).not.toContain('of before');
});

test('one that is recorded, and whose key is in no file, is not given another: it would be replaced', async () => {
  using world = opened();
  await birthsOf(world.deps, world.place, false);
  world.record(['node-0']);
  await expect(world.births()).rejects.toMatchObject({ exit: 'config' });
});

test('keys that cannot be read are as good as gone: nothing that lives is given others, and it is said which file it is', async () => {
  using world = opened();
  await birthsOf(world.deps, world.place, false);
  writeFileSync(world.file, readFileSync(world.file, 'utf8').slice(0, 300));
  world.record(['node-0']);
  await expect(world.births()).rejects.toMatchObject({ exit: 'config', message: expect.stringContaining(world.file) });
  // Where nothing lives there is nothing that they opened.
  world.record([]);
  await birthsOf(world.deps, world.place, false);
  expect(Object.keys(await world.births())).toEqual(THREE);
});
