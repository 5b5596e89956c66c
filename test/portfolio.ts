import type { IsoDay, TimeZone } from '../src/core/domain/index.ts';
import {
  beginImport,
  type Format,
  formats,
  openParser,
  openPortfolio,
  type ParsedRow,
  type Ready,
} from '../src/core/portfolio/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import type { Bench } from './rooms.ts';

const zone = 'America/Chicago' as TimeZone;
export const day = (text: string) => text as IsoDay;
export const today = day('2026-11-22');

/** What the parser makes of a file of that name, some rows at a time. */
export async function* chunksOf(file: string, text: string | Uint8Array): AsyncIterable<ParsedRow[]> {
  const format = formats.find((each) => each.file === file) as Format;
  const parser = await openParser(zone, {
    tellsNeed: (words) => /uninhabitable|no heat/i.test(words),
    mentionsCompetitor: (words) => /lakeside.*\$/i.test(words),
    isEnglish: (words) => !/silla/i.test(words),
  });
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  yield* parser.chunks(format, file, only(bytes));
}

/** The same, row by row. */
export async function parse(file: string, text: string | Uint8Array): Promise<ParsedRow[]> {
  const all: ParsedRow[] = [];
  for await (const chunk of chunksOf(file, text)) all.push(...chunk);
  return all;
}

async function* only(bytes: Uint8Array) {
  yield bytes;
}

/** What stands in for the language room: every call here is said to be glum. */
export function drawn(parsed: ParsedRow): Ready[] {
  if (!('row' in parsed)) return [];
  const { row } = parsed;
  return [row.kind === 'call' ? { ...row, body: { on: row.body.on, residentTurns: 1, sentiment: -0.5 } } : row];
}

/** Brings files in, as the import of a bench; verdicts in order, and whether there was anything to show. */
export async function importAll(
  bench: Bench,
  files: Readonly<Record<string, string>>,
  observedOn = today,
  rehearses = false,
) {
  await using lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
  const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
    ...{ observedOn, synthetic: false, rehearses },
  });
  const verdicts: unknown[] = [];
  for (const { file } of formats) {
    const text = files[`data/${file}`];
    if (text === undefined) continue;
    const ready = (await parse(file, text)).flatMap(drawn);
    if (ready.length > 0) verdicts.push(...(await staging.add(ready)));
  }
  return { verdicts, shown: await staging.publish(0) };
}

export const problems = (rows: readonly ParsedRow[]) =>
  rows.flatMap((row) => ('problem' in row ? [`${row.line}: ${row.problem}`] : []));

/** Elm House as it is known on a day. */
export async function elm(bench: Bench, on: IsoDay = today) {
  const room = openPortfolio({ ...bench, read: bench.store.read });
  const [property] = await room.properties();
  if (!property) throw new Error('Elm House is not there');
  const [snapshot] = await room.snapshots(property.id, [on]);
  if (!snapshot) throw new Error('no snapshot');
  const files = await room.filesOf(
    snapshot.tenancies.map(({ tenant }) => tenant),
    on,
  );
  const of = (key: string) => snapshot.tenancies.find(({ tenant }) => files.get(tenant)?.key === key);
  return { room, property, snapshot, of };
}
