import { dirname, join } from 'node:path';
import type { Context } from '../context/index.ts';

/** So long a file is looked at after it was moved away: who writes slowly may hold it open still. */
const LOOKED_AT_MS = 600_000;

/** By name, what tells whether a file was written to. */
export type Seen = ReadonlyMap<string, string>;

interface Moved {
  readonly name: string;
  readonly path: string;
  readonly seen: string;
  readonly until: number;
}

/** What a file is like, as far as writing to it would change that; moved, it stays the same. */
export async function seenOf({ files }: Pick<Context, 'files'>, path: string): Promise<string> {
  const facts = await files.factsOf(path);
  return `${facts?.bytes} ${facts?.changed} ${facts?.identity}`;
}

/** Files that were taken in and moved away, which somebody may have written to since. */
export function openWrittenSince(deps: Pick<Context, 'files' | 'clock'>, folder: string) {
  const { files, clock } = deps;
  let moved: Moved[] = [];
  return {
    /** `seen`: what they were like before they were read. */
    remember(to: string, seen: Seen): void {
      const until = Date.parse(clock.now()) + LOOKED_AT_MS;
      for (const [name, was] of seen) moved.push({ name, path: join(folder, to, name), seen: was, until });
    },
    /** Puts those that were written to since back into the folder, unless something has their name there. */
    async putBack(): Promise<readonly string[]> {
      const now = Date.parse(clock.now());
      const back: string[] = [];
      const left: Moved[] = [];
      for (const each of moved) {
        // Somebody has moved it away.
        if (each.until < now || (await files.kindOf(each.path)) !== 'file') continue;
        const isWritten = (await seenOf(deps, each.path)) !== each.seen;
        if (isWritten && (await files.move(each.path, join(folder, each.name), 'new'))) {
          back.push(each.name);
          await files.removeFolder(dirname(each.path));
        } else left.push(each);
      }
      moved = left;
      return back;
    },
  };
}
