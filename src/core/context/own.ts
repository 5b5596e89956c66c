import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * What became of a file or folder that is touched only where it is surely the user's own: through a link it might be
 * anybody's, and what belongs to another user is that one's affair.
 */
export type Touched = 'done' | 'sound' | 'absent' | 'link' | 'stranger';

/** Rights of anybody but the owner. */
const OTHERS = 0o077;

export function shut(path: string, mode: 'do' | 'try', userId: number | undefined): Promise<Touched> {
  // Not blocked by a pipe that nobody writes to.
  return touch(path, constants.O_RDONLY | constants.O_NONBLOCK, userId, async (handle) => {
    const { mode: rights } = await handle.stat();
    if ((rights & OTHERS) === 0) return 'sound';
    if (mode === 'do') await handle.chmod(rights & 0o700);
    return 'done';
  });
}

export async function addTo(
  path: string,
  text: string,
  mode: 'do' | 'try',
  userId: number | undefined,
): Promise<Touched> {
  const make = mode === 'do' ? constants.O_CREAT : 0;
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NONBLOCK | make;
  const touched = await touch(path, flags, userId, async (handle) => {
    if (mode === 'try') return 'done';
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    const isLineOpen = size > 0 && buffer.toString() !== '\n';
    await handle.appendFile(`${isLineOpen ? '\n' : ''}${text}`);
    return 'done';
  });
  return touched === 'absent' && mode === 'try' ? 'done' : touched;
}

/** What is looked at and what is changed is one open thing: nobody can lay another in its place meanwhile. */
async function touch(
  path: string,
  flags: number,
  userId: number | undefined,
  work: (handle: FileHandle) => Promise<Touched>,
): Promise<Touched> {
  try {
    await using handle = await open(path, flags | constants.O_NOFOLLOW, 0o644);
    const { uid } = await handle.stat();
    return userId !== undefined && uid !== userId ? 'stranger' : await work(handle);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return 'link';
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    throw error;
  }
}
