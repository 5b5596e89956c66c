import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { everything, withoutNote } from './kill/checker.ts';
import { build, live, openFolders, store } from './kill/life.ts';
import { packageRoot } from './sophia.ts';

// The end of a disk, as a process sees it: no file may grow beyond some blocks. A full /dev/full: store.test.ts and
// context/files.test.ts; in the midst of an import: launcher.test.ts.

build();
const folders = openFolders();
afterAll(() => folders.remove());
const kept = folders.workspace();
await live(kept, ['portfolio', 'import', 'data']);
await live(kept, ['store', 'backup', 'kept.db']);
await live(kept, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-20']);

/** One command on a disk on which no file may be longer. */
function onDiskOf(kilobytes: number, dir: string, line: string) {
  const words = `ulimit -f ${kilobytes}; exec "${process.execPath}" "${join(packageRoot, 'bin/sophia.cjs')}" ${line}`;
  const env = { PATH: process.env.PATH, HOME: dir };
  return spawnSync('bash', ['-c', words], { cwd: dir, env, encoding: 'utf8', timeout: 60_000 });
}

const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => !/-(wal|shm)$/.test(name));

describe.each([40, 64, 128])('on a disk that takes %i kB', (kilobytes) => {
  const meets = (dir: string, line: string) => {
    const [files, rows] = [filesIn(dir), everything(dir)];
    const { status, stdout, stderr } = onDiskOf(kilobytes, dir, line);
    expect({ status, stdout }, stderr).toEqual({ status: exits.config.code, stdout: '' });
    expect(stderr).toMatch(/^sophia: .*\n( {2}try: .*\n)+$/);
    expect(filesIn(dir)).toEqual(files);
    expect(everything(dir)).toEqual(rows);
    return stderr;
  };

  test('a backup leaves no half file, and names what could not be written', async () => {
    const dir = folders.copyOf(kept);
    expect(meets(dir, 'store backup copy.db')).toContain('copy.db');
    expect(meets(dir, 'store backup')).toContain('.backup-');
    expect(await live(dir, ['store', 'backup', 'copy.db'])).toMatchObject({ code: 0 });
  });

  test('a restore leaves the store as it was, and no half copy', async () => {
    const dir = folders.copyOf(kept);
    const line = `store restore kept.db --confirm ${basename(dir)}`;
    meets(dir, line);
    expect(await live(dir, line.split(' '))).toMatchObject({ code: 0 });
    expect(withoutNote(everything(dir))).toEqual(withoutNote(everything(dir, 'kept.db')));
  });

  test('a purge first takes away the copies that are to go, and says what it could not do', async () => {
    const dir = folders.copyOf(kept);
    await live(dir, ['store', 'backup']);
    const { status, stderr } = onDiskOf(kilobytes, dir, `store purge --older-than 0 --confirm ${basename(dir)}`);
    expect(status, stderr).toBe(exits.config.code);
    expect(readdirSync(join(dir, '.sophia')).filter((name) => name.includes('.backup-'))).toEqual([]);
    expect(await live(dir, ['store', 'purge', '--older-than', '0', '--confirm', basename(dir)])).toMatchObject({
      code: 0,
    });
  });

  test('an upgrade changes nothing without its copy', async () => {
    const dir = folders.workspace();
    mkdirSync(join(dir, '.sophia'), { mode: 0o700 });
    copyFileSync(join(packageRoot, 'fixtures/db/0.1.0/sophia.db'), store(dir));
    for (const line of ['store migrate', 'runs list']) expect(meets(dir, line)).toContain('.backup-');
    expect(await live(dir, ['store', 'migrate'])).toMatchObject({ code: 0 });
  });
});
