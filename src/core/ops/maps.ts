import { join } from 'node:path';
import { readYaml } from '../config/index.ts';
import type { Files } from '../context/index.ts';
import { UsageError } from '../errors/index.ts';
import { type FileMap, mapSchema } from '../portfolio/index.ts';

const HELP = ['mend that line; `sophia portfolio template maps --maps` writes ready maps and explains them'];

/** The entries of a map: one that is shipped, by its name, or a file. UsageError when there is neither. */
export async function readMap(files: Files, asked: string): Promise<FileMap[]> {
  const folder = join(files.places.templates, 'maps');
  const ready = (await files.list(folder)).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : []));
  const path = ready.includes(asked) ? join(folder, `${asked}.yaml`) : files.resolve(asked);
  const text = await files.readText(path);
  if (text === undefined)
    throw new UsageError(
      `there is no map "${asked}", neither a file nor a ready one`,
      ready.map((name) => `--map ${name}`),
    );
  return readYaml(text, { file: path, schema: mapSchema, scalars: 'text', help: HELP });
}
