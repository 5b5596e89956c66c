import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openFiles } from '../../context/files.ts';
import { copyInto } from '../../store/copy.ts';
import { writeWhole } from './beside.ts';

function open() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-beside-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const random = () => 0.5;
  const folders = { cwd: dir, packageRoot: dir, dataHome: dir, configHome: dir, stateHome: dir, userId: undefined };
  return { path: join(dir, 'kept.db'), dir, deps: { files: openFiles({ ...folders, random }), random } };
}

test('a copy takes the place of nothing, not even of what came while it was written', async () => {
  const { path, dir, deps } = open();
  const late = async (empty: string) => {
    await writeFile(empty, 'a copy');
    writeFileSync(path, 'mine');
  };
  expect(await writeWhole(deps, path, late)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect(readdirSync(dir)).toEqual(['kept.db']);
});

test('a copy that fails half-way leaves nothing', async () => {
  const { path, dir, deps } = open();
  const failing = async (empty: string) => {
    await writeFile(empty, 'half a');
    throw new Error('no room');
  };
  await expect(writeWhole(deps, path, failing)).rejects.toThrow('no room');
  expect(readdirSync(dir)).toEqual([]);
});

test('a copy that another process has swept away says so, and no empty one is made of it', async () => {
  const { path, dir, deps } = open();
  const from = new DatabaseSync(join(dir, 'store.db'));
  onTestFinished(() => from.close());
  from.exec('create table lease (unit)');
  const swept = async (empty: string) => {
    const copied = copyInto(from, empty, {});
    rmSync(empty);
    await copied;
  };
  await expect(writeWhole(deps, path, swept)).rejects.toMatchObject({
    exit: 'held',
    message: expect.stringContaining('another process'),
  });
  expect(readdirSync(dir)).toEqual(['store.db']);
});
