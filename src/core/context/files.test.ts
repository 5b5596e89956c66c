import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFiles } from './files.ts';

function seenFrom(dir: string) {
  return {
    ...{ cwd: dir, packageRoot: dir, dataHome: dir, configHome: dir, stateHome: dir },
    userId: 0,
    random: () => 0.5,
  };
}

/** A folder, and the product's files as seen from it. */
function open() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-files-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return { dir, files: openFiles(seenFrom(dir)) };
}

test('a file is laid down once, for this user only, and over nothing', async () => {
  const { dir, files } = open();
  const path = join(dir, 'out/task.md');
  expect(await files.place(path, 'call Ada')).toBe(true);
  expect(await files.place(path, 'call Ben')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('call Ada');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, 'out'))).toEqual(['task.md']);
});

test('nothing is written through a link, be it the folder, the file or what is written beside it', async () => {
  const { dir, files } = open();
  mkdirSync(join(dir, 'elsewhere'));
  writeFileSync(join(dir, 'precious'), 'precious');
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'linked'));
  await expect(files.place(join(dir, 'linked/task.md'), 'call Ada')).rejects.toMatchObject({ exit: 'refused' });
  expect(readdirSync(join(dir, 'elsewhere'))).toEqual([]);

  mkdirSync(join(dir, 'out'));
  symlinkSync(join(dir, 'elsewhere/new'), join(dir, 'out/task.md'));
  expect(await files.place(join(dir, 'out/task.md'), 'call Ada')).toBe(false);
  expect(readdirSync(join(dir, 'elsewhere'))).toEqual([]);

  // Even where the name was foreseen.
  const part = `message.md.${(2 ** 47).toString(36).padStart(10, '0')}.part`;
  symlinkSync(join(dir, 'precious'), join(dir, 'out', part));
  await expect(files.place(join(dir, 'out/message.md'), 'Dear Ada')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('precious');
});

test('what a killed process left of this very file is cleared away, and nothing else', async () => {
  const { dir, files } = open();
  for (const name of ['task.md.0123456789.part', 'task.md.part', 'message.md.0123456789.part', 'task.md.notes'])
    writeFileSync(join(dir, name), 'half');
  await files.place(join(dir, 'task.md'), 'call Ada');
  expect(readdirSync(dir).sort()).toEqual(['message.md.0123456789.part', 'task.md', 'task.md.notes', 'task.md.part']);
});

test('a text that finds no room leaves nothing behind', () => {
  const { dir } = open();
  const program = `
    import { openFiles } from ${JSON.stringify(join(import.meta.dirname, 'files.ts'))};
    const here = ${JSON.stringify(dir)};
    const files = openFiles({ cwd: here, packageRoot: here, dataHome: here, configHome: here, stateHome: here, random: () => 0.5 });
    await files.place(here + '/task.md', 'x'.repeat(5000)).catch(({ code }) => console.log(code));`;
  // No file of this process may grow beyond a kilobyte.
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, program], { encoding: 'utf8' });
  expect({ stdout, stderr }).toMatchObject({ stdout: 'EFBIG\n' });
  expect(readdirSync(dir)).toEqual([]);
});
