import type { IsoDay, TimeZone } from '../src/core/domain/index.ts';
import { isEnglish, mentionsCompetitor, openLanguage, tellsNeed } from '../src/core/language/index.ts';
import { beginImport, formats, openParser, type Ready } from '../src/core/portfolio/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import type { Bench } from './rooms.ts';

/** Imports the texts of files as the product would, calls and all. Returns why rows were refused, with file and line. */
export async function importTexts(
  bench: Bench,
  texts: Readonly<Record<string, string>>,
  observedOn: IsoDay,
): Promise<string[]> {
  const language = await openLanguage();
  const parser = await openParser('America/Chicago' as TimeZone, { tellsNeed, mentionsCompetitor, isEnglish });
  await using lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
  const staging = await beginImport({ ...bench, read: bench.store.read }, lease, { observedOn, synthetic: true });
  const refused: string[] = [];
  for (const format of formats) {
    const text = texts[format.file];
    if (text === undefined) continue;
    const bytes = new TextEncoder().encode(text);
    for await (const chunk of parser.chunks(format, format.file, only(bytes))) {
      const ready = chunk.flatMap((parsed): Ready[] => {
        if ('problem' in parsed) refused.push(`${format.file}:${parsed.line}: ${parsed.problem}`);
        if (!('row' in parsed)) return [];
        const { row } = parsed;
        return [
          row.kind === 'call' ? { ...row, body: { on: row.body.on, ...language.scoreCall(row.body.turns) } } : row,
        ];
      });
      for (const verdict of ready.length > 0 ? await staging.add(ready) : [])
        if (typeof verdict !== 'string') refused.push(`${format.file}: ${verdict.problem}`);
    }
  }
  await staging.publish(refused.length);
  return refused;
}

async function* only(bytes: Uint8Array) {
  yield bytes;
}
