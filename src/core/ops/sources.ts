import { basename, join } from 'node:path';
import type { Context } from '../context/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type FileMap, type Format, fitsName, formatOf, formats, MAP_HELP } from '../portfolio/index.ts';
import { quoted } from './quoted.ts';

type SourceDeps = Pick<Context, 'files' | 'stdin' | 'patienceS'>;

export interface SourceRequest {
  /** A folder, one file, or `-`: what is piped in. */
  readonly path: string;
  /** How the one file is called instead: its name says what it holds. */
  readonly as?: string | undefined;
}

/** What piped data may come to: it is not on the disk, so nobody sees how much it is. */
const MOST_PIPED = 256 * 2 ** 20;

interface Source {
  /** Says what it holds. */
  readonly name: string;
  /** It was named itself, and not its folder. */
  readonly isAlone: boolean;
  /** How many bytes; `undefined` where nobody knows before the end. */
  size(): Promise<number | undefined>;
  /** Whether it says the same when it is read again: what comes through a pipe is gone by then. */
  stays(): Promise<boolean>;
  bytes(): AsyncIterable<Uint8Array>;
}

async function sourcesOf(
  { files, stdin, patienceS }: SourceDeps,
  { path: asked, as }: SourceRequest,
): Promise<Source[]> {
  const lying = (name: string, path: string, isAlone: boolean): Source => ({
    ...{ name, isAlone },
    size: async () => (await files.factsOf(path))?.bytes,
    stays: async () => (await files.factsOf(path))?.isRegular === true,
    bytes: () => files.stream(path),
  });
  if (asked === '-') {
    const bytes = () => stdin.read(MOST_PIPED, patienceS);
    const piped = { isAlone: true, size: async () => undefined, stays: async () => false, bytes };
    if (as !== undefined) return [{ name: as, ...piped }];
    throw new UsageError('what is piped in has no name that says what it holds', ['--as ledger.csv   says it']);
  }
  const path = files.resolve(asked);
  const kind = await files.kindOf(path);
  if (!kind) throw new UsageError(`there is no file or folder "${asked}"`);
  if (kind === 'file') return [lying(as ?? basename(path), path, true)];
  if (as !== undefined) throw new UsageError(`--as names one file, and ${asked} is a folder`);
  return (await files.list(path)).map((name) => lying(name, join(path, name), false));
}

export interface FoundFile extends Source {
  readonly format: Format;
  /** Absent: it has our columns. */
  readonly map?: FileMap;
}

/** The files to read, what is referred to before what refers to it; and the names of those that tell nothing. */
export async function findFiles(
  deps: SourceDeps,
  request: SourceRequest,
  maps: readonly FileMap[],
): Promise<{ found: FoundFile[]; notRead: string[] }> {
  const known = [...formats.map(({ file }) => file), ...new Set(maps.map(({ match }) => match))].join(', ');
  const sources = await sourcesOf(deps, request);
  const seen = sources.map((source) => ({ name: source.name, readings: readingsOf(source, maps) }));
  const found = seen.flatMap(({ readings }) => readings);
  const [only] = sources;
  if (only?.isAlone && found.length === 0 && isSpreadsheet(only.name))
    throw new UsageError(`${only.name}: ${SPREADSHEET}`, ['save it as "CSV UTF-8", and import what that gives']);
  if (only?.isAlone && maps.length > 0 && !found.some(({ map }) => map)) throw unmapped(only.name, found, maps);
  if (only?.isAlone && found.length === 0)
    throw new UsageError(`the name of ${only.name} does not say what it holds; known names: ${known}`, [
      '--as ledger.csv   says it, where the file has our columns',
      ...MAP_HELP,
    ]);
  if (found.length === 0)
    throw new UserError('insufficient', `${request.path} holds no file to import; known names: ${known}`, [
      ...(sources.some(({ name }) => isSpreadsheet(name)) ? [SPREADSHEET] : []),
      ...MAP_HELP,
    ]);
  if (request.path === '-' && found.length > 1)
    throw new UsageError('the map reads this in several ways, and what is piped in can be read once', [
      'write it to a file, and name that',
    ]);
  return {
    found: found.sort((a, b) => formats.indexOf(a.format) - formats.indexOf(b.format)),
    // Notes for humans are no exports.
    notRead: seen.flatMap(({ name, readings }) => (readings.length > 0 || /\.md$|^\./.test(name) ? [] : [name])),
  };
}

export const SPREADSHEET = 'a spreadsheet must be saved as CSV UTF-8 first';

/** What is no text, whatever its name says beside that. */
export function isSpreadsheet(name: string): boolean {
  return /\.(xlsx?|ods|numbers)$/i.test(name);
}

/** The error for a file named by itself that a map has nothing to say of: it would be read as if no map had been named. */
function unmapped(name: string, found: readonly FoundFile[], maps: readonly FileMap[]): UsageError {
  const entries = Map.groupBy(maps, ({ match }) => match);
  const told = [...entries].map(([match, all]) => `${match} (${[...new Set(all.map(kindOfMap))].join(', ')})`);
  return new UsageError(`the map has no entry that matches ${name}; its entries match ${told.join('; ')}`, [
    ...found.map(({ format }) => `leave --map out   reads it as ${kindOf(format)}, with our columns`),
    // Where `*` stands for nothing, a name fits too.
    ...[...entries.keys()].flatMap((match) => {
      const fitting = match.replaceAll('*', '');
      return fitting === '' ? [] : [`--as ${quoted(fitting)}   reads it by that entry`];
    }),
  ]);
}

function kindOfMap({ format }: FileMap): string {
  return kindOf(format);
}

/** A file is read once for each entry of the map that means it; one that no entry means is read by its name. */
function readingsOf(found: Source, maps: readonly FileMap[]): FoundFile[] {
  const source = sourceOf(found.name);
  const fitting = maps.filter((map) => fitsName(map, source));
  const filters = fitting.map(({ format, onlyIf, except }) => JSON.stringify([format.file, onlyIf, except]));
  const twice = fitting.find((_, at) => filters.indexOf(filters[at] ?? '') < at);
  if (twice)
    throw new UserError(
      'config',
      `two entries of the map read the same rows of ${found.name} as ${kindOf(twice.format)}`,
      ['leave one, or tell them apart with only_if or except'],
    );
  if (fitting.length > 0) return fitting.map((map) => ({ ...found, format: map.format, map }));
  const format = formatOf(found.name);
  return format ? [{ ...found, format }] : [];
}

/** What a format is called: `ledger`. */
export function kindOf({ file }: Format): string {
  return file.replace(/\.\w+$/, '');
}

/** The name of the file whose rejected rows a file holds; of any other file, its own. */
export function sourceOf(name: string): string {
  return name.replace(/^(rejected-imp-\w+?-)+/, '');
}
