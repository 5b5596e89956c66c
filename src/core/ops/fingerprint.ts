import { createHash } from 'node:crypto';
import manifest from '../../../package.json' with { type: 'json' };
import type { Context } from '../context/index.ts';
import type { FileMap } from '../portfolio/index.ts';
import type { ImportRequest } from './import.ts';
import type { FoundFile } from './sources.ts';

/** By name of a file, what it says: the digest of all its bytes. */
export type Contents = ReadonlyMap<string, string>;

/** What these files say. `undefined` where one cannot be read twice, or nothing will come of reading them. */
export async function contentsOf(
  { logger, signal }: Pick<Context, 'logger' | 'signal'>,
  found: readonly FoundFile[],
  { dryRun }: Pick<ImportRequest, 'dryRun'>,
): Promise<Contents | undefined> {
  if (dryRun) return undefined;
  for (const { stays } of found) if (!(await stays())) return undefined;
  const contents = new Map<string, string>();
  for (const { name, bytes } of found) {
    if (contents.has(name)) continue;
    logger.progress(`${name}: looking whether it is known`);
    const content = contentOf(bytes(), () => signal.throwIfAborted());
    for await (const _ of content.bytes);
    contents.set(name, content.digest());
  }
  return contents;
}

/** The bytes of a file, and, when they have all been read, their digest. */
export function contentOf(bytes: AsyncIterable<Uint8Array>, tell: (more: number) => void) {
  const hash = createHash('sha256');
  return {
    bytes: (async function* () {
      for await (const chunk of bytes) {
        hash.update(chunk);
        tell(chunk.length);
        yield chunk;
      }
    })(),
    digest: () => hash.digest('hex'),
  };
}

/** What an import is of: the files, and all that decides what becomes of them. Another sophia may read them otherwise. */
export function fingerprintOf(contents: Contents, maps: readonly FileMap[], request: ImportRequest): string {
  const { observedOn, synthetic, keepTranscripts, timeZone } = request;
  const text = JSON.stringify([
    manifest.version,
    [...contents],
    maps,
    observedOn,
    synthetic,
    keepTranscripts,
    timeZone,
  ]);
  return createHash('sha256').update(text).digest('hex');
}
