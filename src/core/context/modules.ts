import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A package that the user has installed in a folder, or above it, and that sophia does not bring along; `undefined`
 * where there is none. It is code, and runs with the rights of whoever calls sophia.
 */
export async function moduleIn(folder: string, name: string): Promise<unknown> {
  let file: string;
  try {
    file = createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
  const found = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  return found.default ?? found;
}
