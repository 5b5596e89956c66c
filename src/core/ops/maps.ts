import { join } from 'node:path';
import { readYaml } from '../config/index.ts';
import type { Files } from '../context/index.ts';
import { UsageError } from '../errors/index.ts';
import { type FileMap, mapSchema } from '../portfolio/index.ts';

const HELP = ['mend that line; `sophia portfolio template maps --maps` writes ready maps and explains them'];

function folderOf({ places }: Files): string {
  return join(places.templates, 'maps');
}

/** The names of the maps that are shipped. */
export async function readyMaps(files: Files): Promise<string[]> {
  const names = await files.list(folderOf(files));
  return names.flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : []));
}

/** The entries of a map: one that is shipped, by its name, or a file. UsageError when there is neither. */
export async function readMap(files: Files, asked: string): Promise<FileMap[]> {
  const ready = await readyMaps(files);
  const path = ready.includes(asked) ? join(folderOf(files), `${asked}.yaml`) : files.resolve(asked);
  const text = await files.readText(path);
  if (text === undefined)
    throw new UsageError(
      `there is no map "${asked}", neither a file nor a ready one`,
      ready.map((name) => `--map ${name}`),
    );
  return readYaml(text, { file: path, schema: mapSchema, scalars: 'text', help: HELP });
}
