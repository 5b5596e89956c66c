import { join } from 'node:path';
import type { Files } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

export interface Copied {
  readonly written: readonly string[];
  /** Were there before, and were not touched. */
  readonly kept: readonly string[];
}

/** Copies a folder of `templates/`, whole, and never over anything. */
export async function copyTemplate(files: Files, from: string, to: string): Promise<Copied> {
  const copied = { written: [] as string[], kept: [] as string[] };
  for (const path of await filesUnder(files, from, '')) {
    const text = (await files.readText(join(from, path))) ?? '';
    ((await files.create(join(to, path), text)) ? copied.written : copied.kept).push(path);
  }
  return copied;
}

/** Text of a file under `templates/`. */
export async function templateText(files: Files, path: string): Promise<string> {
  const text = await files.readText(join(files.places.templates, path));
  if (text === undefined) throw new UserError('config', `template ${path} is missing: install sophia again`);
  return text;
}

/** With every `{{name}}` replaced by the value of that name. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (slot, name: string) => values[name] ?? slot);
}

async function filesUnder(files: Files, root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(join(root, folder))) {
    const path = join(folder, name);
    if ((await files.kindOf(join(root, path))) === 'folder') found.push(...(await filesUnder(files, root, path)));
    else found.push(path);
  }
  return found;
}
