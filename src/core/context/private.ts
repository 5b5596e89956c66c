import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors/index.ts';

/** Rights of anybody but the owner. */
const OTHERS = 0o077;

/**
 * Makes sure that `path` exists and only this user can read it. What is looked at and what is changed is one open thing,
 * and never what a link leads to. Returns whether others could read what was there.
 */
export async function keepPrivate(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await needPlain(path);
  const wasEntered = await narrowed(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY, 0o700);
  // Not blocked by a pipe that nobody writes to.
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK;
  return (await narrowed(path, flags, 0o600)) && wasEntered;
}

async function narrowed(path: string, flags: number, mode: number): Promise<boolean> {
  await using handle = await open(path, flags | constants.O_NOFOLLOW, mode);
  const before = await handle.stat();
  if (!before.isDirectory() && !before.isFile()) throw isNoFile(path);
  // Of an open file the system does not say which one it was.
  await handle.chmod(mode).catch((thrown) => {
    throw Object.assign(thrown, { path });
  });
  return (before.mode & OTHERS) !== 0;
}

/**
 * UserError `config` where a database would not be the one of this folder: its file, its folder or what an engine lays
 * beside it is a link, which may lead anywhere; or where it would be waited for, as a pipe is.
 */
export async function needPlain(path: string): Promise<void> {
  for (const each of [dirname(path), path, ...BESIDE.map((end) => path + end)]) {
    const found = await lstat(each).catch(() => undefined);
    if (found?.isSymbolicLink()) throw await isLink(each);
    if (found && !found.isFile() && !found.isDirectory()) throw isNoFile(each);
  }
}

/** What SQLite opens by itself. */
const BESIDE = ['-wal', '-shm', '-journal'];

function isNoFile(path: string): UserError {
  return new UserError('config', `${path} is no file`, ['move it away']);
}

async function isLink(path: string): Promise<UserError> {
  const end = await realpath(path).catch(async () => resolve(dirname(path), await readlink(path)));
  return new UserError('config', `${path} is a link to ${end}, and nothing is kept through a link`, [
    'move the link away, if you did not lay it',
    'or put in its place what it leads to',
  ]);
}
