import { dirname, join, relative, sep } from 'node:path';
import type { Files } from '../context/index.ts';

/** The nearest folder, from `folder` upwards, that git keeps the history of. */
export async function workTreeOf(files: Files, folder: string): Promise<string | undefined> {
  if ((await files.kindOf(join(folder, '.git'))) !== undefined) return folder;
  return dirname(folder) === folder ? undefined : workTreeOf(files, dirname(folder));
}

/** Whether the `.gitignore` files of `tree` keep out `path`, a file in it. What else git may be told is not read. */
export async function isIgnored(files: Files, tree: string, path: string): Promise<boolean> {
  const names = relative(tree, path).split(sep);
  const rules: Rule[] = [];
  // Git does not look into a folder that is ignored, and a later line outweighs an earlier one.
  for (const depth of names.keys()) {
    const base = names.slice(0, depth).join('/');
    rules.push(...rulesIn((await files.readText(join(tree, base, '.gitignore'))) ?? '', base));
    const name = names.slice(0, depth + 1).join('/');
    const isFolder = depth + 1 < names.length;
    const last = rules.findLast(({ fits, onlyFolders }) => fits.test(name) && (isFolder || !onlyFolders));
    if (last?.ignores) return true;
  }
  return false;
}

interface Rule {
  /** Against a path from the work tree. */
  readonly fits: RegExp;
  readonly onlyFolders: boolean;
  readonly ignores: boolean;
}

function rulesIn(text: string, base: string): Rule[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(?<!\\) +$/, ''));
  return lines.flatMap((line) => {
    const [, not, slash, pattern = '', end] = /^(!?)(\/?)(.*?)(\/?)$/.exec(line) ?? [];
    if (pattern === '' || line.startsWith('#')) return [];
    const anywhere = slash === '' && !pattern.includes('/') ? '(?:.*/)?' : '';
    const below = base === '' ? '' : `${literal(base)}/`;
    try {
      return [
        { fits: new RegExp(`^${below}${anywhere}${glob(pattern)}$`), onlyFolders: end !== '', ignores: not === '' },
      ];
    } catch {
      return []; // brackets that do not close: git takes no notice of such a line either
    }
  });
}

/** Stars, question marks, sets and backslashes as git reads them. */
function glob(pattern: string): string {
  return pattern.replaceAll(/\*\*\/|\/\*\*$|\*+|\?|\[!?|\]|\\(.)|[^\w/]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (found === ']' || found === '-') return found;
    if (found.startsWith('[')) return found === '[!' ? '[^' : '[';
    if (found === '**/') return '(?:.*/)?';
    if (found === '/**') return '/.+';
    if (found.startsWith('*')) return '[^/]*';
    return found === '?' ? '[^/]' : literal(found);
  });
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
