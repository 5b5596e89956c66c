import { basename, dirname, sep } from 'node:path';
import type { Files } from '../context/index.ts';

/** The same files, but that nothing reaches the disk: what is written can be read back, and goes with the process. */
export function rehearsed(files: Files): Files {
  const written = new Map<string, string>();
  const kindOf: Files['kindOf'] = async (path) => {
    if (written.has(path)) return 'file';
    const holds = [...written.keys()].some((each) => each.startsWith(path + sep));
    return holds ? 'folder' : files.kindOf(path);
  };
  const readText: Files['readText'] = async (path) => written.get(path) ?? files.readText(path);
  const keep = async (path: string, text: string) => {
    written.set(path, text);
  };
  const lay: Files['create'] = async (path, text) => {
    if ((await kindOf(path)) !== undefined) return false;
    await keep(path, text);
    return true;
  };
  return {
    ...files,
    kindOf,
    readText,
    async *stream(path) {
      const text = written.get(path);
      if (text === undefined) yield* files.stream(path);
      else yield Buffer.from(text);
    },
    async list(folder) {
      const here = [...written.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
      return [...new Set([...(await files.list(folder)), ...here])].sort();
    },
    create: lay,
    place: lay,
    append: async (path, text) => keep(path, `${(await readText(path)) ?? ''}${text}`),
    createPrivate: (path) => lay(path, ''),
    async move(from, to, mode) {
      if (mode === 'new' && (await kindOf(to)) !== undefined) return false;
      await keep(to, (await readText(from)) ?? '');
      written.delete(from);
      return true;
    },
    copy: async (from, to) => keep(to, (await readText(from)) ?? ''),
    remove: async (path) => {
      written.delete(path);
    },
    keepPrivate: async () => false,
    shut: (path) => files.shut(path, 'try'),
    addTo: (path, text) => files.addTo(path, text, 'try'),
    makeFolder: async (path) => (await files.kindOf(path)) === undefined,
  };
}
