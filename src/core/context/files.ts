import { constants, createReadStream } from 'node:fs';
import {
  access,
  appendFile,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { asSophiaError, UsageError, UserError } from '../errors/index.ts';
import type { Host } from './host.ts';
import type { Touched } from './own.ts';

/** What the system says of a file or folder, without opening it. */
export interface FileFacts {
  readonly kind: 'file' | 'folder';
  /** A file with an end: no pipe, socket or device. */
  readonly isRegular: boolean;
  /** Number of the user that it belongs to. */
  readonly owner: number;
  /** Who may do what, such as 0o600. */
  readonly mode: number;
  readonly bytes: number;
  /** Differs whenever the content was written to. */
  readonly changed: number;
  /** Stays the same when it is written to, and is another one for another file of the same name. */
  readonly identity: string;
}

export interface Files {
  readonly places: {
    /** The folder that the user stands in, or named by `--cwd`. */
    readonly here: string;
    /** Real projects to copy, shipped with the product. */
    readonly templates: string;
    /** The folder for the user's own data, outside every workspace. */
    readonly data: string;
    /** The folder for the user's own settings, and the one for what is noted and may be thrown away. */
    readonly config: string;
    readonly state: string;
  };
  /** An absolute path, seen from `here`. */
  resolve(path: string): string;
  /** `undefined` when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** The bytes of a file, in order. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** The path of a file or folder that is there, without links. */
  real(path: string): Promise<string>;
  kindOf(path: string): Promise<'file' | 'folder' | undefined>;
  factsOf(path: string): Promise<FileFacts | undefined>;
  /** Throws what writing to a file, or in a folder, would meet. Changes nothing. */
  tryWriting(path: string, kind: FileFacts['kind']): Promise<void>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Creates a file and the folders above it. Returns `false`, and changes nothing, when it exists. */
  create(path: string, text: string): Promise<boolean>;
  /** Adds to a file, which is made if need be; `private`: only this user can read it. */
  append(path: string, text: string, mode: 'private' | 'usual'): Promise<void>;
  /**
   * Lays down a file that only this user can read, and the folders above it: whole or not at all, and over nothing.
   * Returns `false` when something of that name is there. UserError `refused` when its folder is a link.
   */
  place(path: string, text: string): Promise<boolean>;
  /** Writes what comes to a new file that only this user can read, in a folder that is there. */
  receive(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Lays down a program that only this user can run, and the folders above it, in the place of what was there. */
  placeProgram(path: string, text: string): Promise<void>;
  /**
   * Creates an empty file that only this user can read, in a folder that is there. Returns `false`, and changes nothing,
   * when it exists.
   */
  createPrivate(path: string): Promise<boolean>;
  /**
   * Gives a whole file its name, once it is safe on the disk. `new` returns `false`, and changes nothing, when something
   * has that name already; `over` takes its place.
   */
  move(from: string, to: string, mode: 'new' | 'over'): Promise<boolean>;
  /** Copies what is in a file over what is in another. */
  copy(from: string, to: string): Promise<void>;
  /** Deletes a file. Nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /**
   * Makes sure that `path` exists and only this user can read it (its folder 0700, file 0600), whatever was before.
   * Returns whether others could read what was there. UserError `config` as `needPlain`.
   */
  keepPrivate(path: string): Promise<boolean>;
  /**
   * UserError `config` where a database or its folder is a link, which may lead anywhere, or where it is a pipe, which
   * would be waited for.
   */
  needPlain(path: string): Promise<void>;
  /** Takes from others every right to what is there; `try` says what would come of it. */
  shut(path: string, mode: 'do' | 'try'): Promise<Touched>;
  /** Adds to a text file of this user, which is made if need be; `try` says what would come of it. */
  addTo(path: string, text: string, mode: 'do' | 'try'): Promise<Touched>;
  /** Makes a folder that only this user can enter, and those above it. Returns `false` when it is there. */
  makeFolder(path: string): Promise<boolean>;
  /** Deletes a folder in which nothing is. Nothing happens when there is something in it, or no such folder. */
  removeFolder(path: string): Promise<void>;
}

type FilesHost = Pick<Host, 'cwd' | 'packageRoot' | 'dataHome' | 'configHome' | 'stateHome' | 'random' | 'userId'>;

export function openFiles(host: FilesHost, cwd = '.'): Files {
  const here = resolve(host.cwd, nameable(cwd));
  const data = resolve(host.dataHome, 'sophia');
  return {
    places: {
      here,
      templates: resolve(host.packageRoot, 'templates'),
      data,
      config: resolve(host.configHome, 'sophia'),
      state: resolve(host.stateHome, 'sophia'),
    },
    resolve: (path) => resolve(here, nameable(path)),
    readText: (path) => unlessMissing(about(path, readFile(path, 'utf8')), undefined),
    stream: (path) => createReadStream(path),
    real: (path) => realpath(path),
    kindOf: async (path) => (await factsOf(path))?.kind,
    factsOf,
    async tryWriting(path, kind) {
      const { kind: there = kind } = (await factsOf(path)) ?? {};
      if (there !== kind)
        throw Object.assign(new Error(`${path} is a ${there}`), { path, code: kind === 'file' ? 'EISDIR' : 'EEXIST' });
      // Nothing is opened: to close a database that is open elsewhere in this process would give up its locks.
      await access(path, constants.R_OK | constants.W_OK | (kind === 'folder' ? constants.X_OK : 0));
    },
    list: async (folder) => (await unlessMissing(readdir(folder), [])).sort(),
    async create(path, text) {
      await mkdir(dirname(path), { recursive: true });
      return writeFile(path, text, { flag: 'wx' }).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
    },
    async append(path, text, mode) {
      await mkdir(dirname(path), { recursive: true });
      await about(path, appendFile(path, text, mode === 'private' ? { mode: 0o600 } : {}));
    },
    async place(path, text) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await lstat(folder)).isSymbolicLink())
        throw new UserError('refused', `${folder} is a link, and nothing is written through it: it may lead anywhere`, [
          'move the link away',
        ]);
      await removeParts(path);
      if (await isThere(path)) return false;
      const beside = `${path}.${partName(host.random)}`;
      try {
        await about(path, writeFile(beside, text, { flag: 'wx', mode: 0o600, flush: true }));
        return await linkOnce(beside, path);
      } finally {
        await rm(beside, { force: true });
      }
    },
    async placeProgram(path, text) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const part = `${path}.${partName(host.random)}`;
      await about(path, writeFile(part, text, { flag: 'wx', mode: 0o700 }));
      await rename(part, path);
    },
    receive: (path, bytes) => about(path, writeFile(path, bytes, { flag: 'wx', mode: 0o600 })),
    async createPrivate(path) {
      const handle = await unlessThere(about(path, open(path, 'wx', 0o600)));
      await handle?.close();
      return handle !== undefined;
    },
    async move(from, to, mode) {
      await flushed(from);
      if (mode === 'over') await rename(from, to);
      else if (!(await linkOnce(from, to))) return false;
      await rm(from, { force: true });
      await flushed(dirname(to));
      return true;
    },
    copy: (from, to) => copyFile(from, to),
    remove: (path) => rm(path, { force: true }),
    async keepPrivate(path) {
      try {
        const wasOpen = await (await import('./private.ts')).keepPrivate(path);
        // Without users, as on Windows, modes say nothing.
        return wasOpen && host.userId !== undefined;
      } catch (thrown) {
        // A home that cannot be written to is no matter of the folder that the user stands in.
        throw path.startsWith(join(data, sep)) ? asSophiaError(thrown, ELSEWHERE) : thrown;
      }
    },
    needPlain: async (path) => (await import('./private.ts')).needPlain(path),
    shut: async (path, mode) => (await import('./own.ts')).shut(path, mode, host.userId),
    addTo: async (path, text, mode) => (await import('./own.ts')).addTo(path, text, mode, host.userId),
    removeFolder: (path) => rmdir(path).catch(() => undefined),
    makeFolder: async (path) => (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined,
  };
}

const ELSEWHERE = [
  'sophia init <folder>   begins a workspace of your own, which keeps its data in that folder',
  'or set XDG_DATA_HOME to a folder that you may write to',
];

/** UsageError for what no file system takes as a name. */
function nameable(path: string): string {
  if (path.includes('\0')) throw new UsageError('a name of a file or folder holds a NUL character');
  return path;
}

async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = await unlessMissing(stat(path), undefined);
  if (found === undefined) return undefined;
  const kind = found.isDirectory() ? 'folder' : 'file';
  const { uid: owner, size: bytes, mtimeMs: changed } = found;
  const identity = `${found.dev}:${found.ino}`;
  return { kind, isRegular: found.isFile(), owner, mode: found.mode & 0o777, bytes, changed, identity };
}

/** What was written to a file, or which names a folder has, outlives a power cut. */
async function flushed(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  // Some disks know no such thing for a folder.
  await handle.sync().catch(() => undefined);
  await handle.close();
}

function unlessThere<T>(making: Promise<T>): Promise<T | undefined> {
  return making.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
}

/** What is written beside a file until it is whole. Nobody can lay a link there first: the name is not foreseen. */
function partName(random: () => number): string {
  return `${Math.floor(random() * 2 ** 48)
    .toString(36)
    .padStart(10, '0')}.part`;
}

const PART = /^\.[0-9a-z]{10}\.part$/;

/** Those of this very file, left by processes that were killed while they wrote it. */
async function removeParts(path: string): Promise<void> {
  for (const each of await readdir(dirname(path), { withFileTypes: true })) {
    if (!each.isFile() || !each.name.startsWith(basename(path))) continue;
    if (PART.test(each.name.slice(basename(path).length))) await rm(join(dirname(path), each.name), { force: true });
  }
}

/** Gives a file one more name unless that name is taken, by whatever it is, a link that leads nowhere included. */
async function linkOnce(beside: string, path: string): Promise<boolean> {
  try {
    await link(beside, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
    // Some disks know no second name for a file: there it is looked first, and then renamed.
    if (await isThere(path)) return false;
    await rename(beside, path);
    return true;
  }
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function isThere(path: string): Promise<boolean> {
  return (await unlessMissing(lstat(path), undefined)) !== undefined;
}

/** Errors of an open file do not name it. What is written to it may end by a signal, which is no error. */
function about<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: NodeJS.ErrnoException) => {
    throw error instanceof Error ? Object.assign(error, { path: error.path ?? path }) : error;
  });
}

function unlessMissing<T, M>(reading: Promise<T>, missing: M): Promise<T | M> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return missing;
    throw error;
  });
}
