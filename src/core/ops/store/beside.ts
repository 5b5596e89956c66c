import { basename, dirname, join } from 'node:path';
import type { Context } from '../../context/index.ts';
import { mintId } from '../../domain/index.ts';

type Write = (empty: string) => Promise<void>;

/**
 * A file that only this user can read, whole or not at all, and never over another: until then it lies beside as
 * `.part-*`. Returns `false` when something has that name.
 */
export async function writeWhole(
  { files, random }: Pick<Context, 'files' | 'random'>,
  path: string,
  write: Write,
): Promise<boolean> {
  if ((await files.kindOf(path)) !== undefined) return false;
  await removeParts(files, path);
  const part = `${path}.part-${mintId('part', random)}`;
  await files.createPrivate(part);
  try {
    await write(part);
    return await files.move(part, path, 'new');
  } finally {
    await files.remove(part);
  }
}

/** Those of this very file, left by processes that were killed while they wrote it. */
async function removeParts(files: Context['files'], path: string): Promise<void> {
  for (const name of await files.list(dirname(path)))
    if (name.startsWith(`${basename(path)}.part-par-`)) await files.remove(join(dirname(path), name));
}

/** Keeps a copy of the store, or what is left of a damaged one, beside it, named by the moment. Returns its path. */
export async function keepBeside(
  deps: Pick<Context, 'files' | 'random' | 'clock'>,
  storeFile: string,
  write: Write,
  what: 'backup' | 'damaged' = 'backup',
): Promise<string> {
  const named = `${storeFile}.${what}-${deps.clock.now().replaceAll(':', '-')}`;
  for (let more = 1; ; more++) {
    const path = more === 1 ? named : `${named}-${more}`;
    if (await writeWhole(deps, path, write)) return path;
  }
}
