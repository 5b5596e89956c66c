import { Readable } from 'node:stream';
import type { TimeZone } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { unreadColumn } from '../privacy/index.ts';
import { type Ear, withoutNone } from './category.ts';
import { type Format, formats } from './formats.ts';
import { HELP, type Layout, ownLayout, type Reading, refuseOtherDelimiter } from './layout.ts';
import { openReaders, type ReadRow } from './readers.ts';
import type { Incoming } from './rows.ts';
import { keptOf, type Place, spiltOf } from './set-aside.ts';

/**
 * One row of a file: what it says, or why it says nothing that can be used. `cells` is the row to be mended: without
 * what no import keeps, unless that is the cause; of a call nothing but its id.
 */
export type ParsedRow = { readonly line: number; cells(): Readonly<Record<string, string>> } & (
  | { readonly row: Incoming }
  | { readonly problem: string }
  | { readonly leftOut: true }
);

type Cells = Readonly<Record<string, unknown>>;

/** A column that is left alone for what its name says that it holds. */
export interface Unread {
  readonly column: string;
  /** A protected attribute, or what stands for one: `where somebody lives`. */
  readonly standsFor: string;
}

export interface Parser {
  /**
   * The rows of one file, in chunks of at most 5,000, in order. Throws UserError `insufficient` for an empty file and
   * UsageError for one whose columns or quotes cannot be made out; a bad row is an item, not an error. `layout` is for
   * files whose columns are not ours. `tell` hears of the columns that are not read for what they hold.
   */
  chunks(
    format: Format,
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    layout?: Layout,
    tell?: (unread: Unread) => void,
  ): AsyncIterable<ParsedRow[]>;
}

const CHUNK = 5000;

export async function openParser(zone: TimeZone, ear: Ear): Promise<Parser> {
  const readers = await openReaders(zone, ear);
  return {
    async *chunks(format, name, bytes, layout = ownLayout(format, name), tell = () => undefined) {
      const from = { format, layout, name, bytes, tell };
      const rows = format.file.endsWith('.csv') ? csvRows(from, ear) : jsonRows(from);
      let chunk: ParsedRow[] = [];
      for await (const some of rows)
        for (const raw of some) {
          chunk.push(read(readers[format.kind], layout, raw));
          if (chunk.length < CHUNK) continue;
          yield chunk;
          chunk = [];
        }
      if (chunk.length > 0) yield chunk;
    },
  };
}

/**
 * The format that a file name stands for: `ledger.csv`, `2026-10 ledger.csv`, `ledger-may.csv`. UsageError when the
 * name fits several.
 */
export function formatOf(fileName: string): Format | undefined {
  const lower = fileName.toLowerCase().replace(/[ -]/g, '_');
  const [found, ...others] = formats.filter(({ file }) => {
    const [stem = '', ending = ''] = file.split('.');
    return lower.endsWith(`.${ending}`) && lower.includes(stem);
  });
  if (others.length > 0)
    throw new UsageError(`the name of ${fileName} fits ${[found, ...others].map((each) => each?.file).join(' and ')}`, [
      'split it, or give it one of these names',
    ]);
  return found;
}

/**
 * A row before its cells are checked: what the reader is given, by column, or why it is given nothing. `cells` is told the
 * columns of ours that are amiss.
 */
type RawRow = { readonly line: number; cells(amiss?: readonly string[]): Readonly<Record<string, string>> } & (
  | { readonly said: Cells }
  | { readonly problem: string }
  | { readonly leftOut: true }
);

function read(reader: ReadRow, { nameOf }: Layout, raw: RawRow): ParsedRow {
  if (!('said' in raw)) return raw;
  const { line, cells, said } = raw;
  const found = reader(said, nameOf);
  if ('row' in found) return { line, cells, row: found.row };
  return { line, cells: () => cells(found.columns), problem: found.problem };
}

type Tell = (unread: Unread) => void;

interface From {
  readonly format: Format;
  readonly layout: Layout;
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly tell: Tell;
}

async function* csvRows({ format, layout, name, bytes, tell }: From, ear: Ear): AsyncIterable<RawRow[]> {
  const { CsvError, parse } = await import('csv-parse');
  const tellNone = (standsFor: string) => tell({ column: layout.nameOf('category'), standsFor });
  const options = { info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  const parser = parse({ ...options, delimiter: layout.delimiter, max_record_size: MAX_LINE });
  let head = '';
  const source = Readable.from(
    (async function* () {
      for await (const text of textIn(name, bytes)) {
        // A quote amiss ends the parser before it has given the header.
        if (!/[\r\n]/.test(head)) head = (head + text).slice(0, MAX_LINE);
        yield text;
      }
    })(),
  );
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);

  /** The file is one of ours: rows that were set aside, with formulas escaped for spreadsheets. */
  let written = false;
  let endsSo = false;
  let names: readonly string[] = [];
  let unread: readonly boolean[] = [];
  let reading: Reading | undefined;
  try {
    for await (const some of readTogether<{ record: string[]; info: { lines: number } }>(parser)) {
      const rows: RawRow[] = [];
      for (const { record, info } of some) {
        if (!reading) {
          // A column of a name that stands twice keeps both: a row that is set aside is told as it stood.
          names = record.map((name, at) => (name && record.indexOf(name) < at ? `${name} (column ${at + 1})` : name));
          unread = record.map((column) => isUnread(column, tell, format.kind === 'line'));
          reading = layout.open(record);
          written = record.includes('rejected_reason');
          endsSo = TOLD.every((told, at) => record.at(at - TOLD.length) === told);
          continue;
        }
        // What was said of a row when it was set aside stands at its end, behind cells that were too many.
        const isTold = endsSo && record.length >= names.length;
        const own = isTold ? names.slice(0, -TOLD.length) : names;
        const row = written ? record.slice(0, isTold ? -TOLD.length : undefined).map(unescaped) : record;
        const place: Place = { own, unread, reading };
        const spilt = row.length > own.length && row.slice(own.length).some((cell) => cell !== '');
        if (spilt) rows.push({ line: info.lines, cells: () => spiltOf(place, row), problem: moreCells(layout) });
        else {
          const taken = withoutNone(reading.take(row), tellNone);
          rows.push({ line: info.lines, cells: (amiss) => keptOf(place, row, ear, amiss), ...taken });
        }
      }
      yield rows;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    refuseOtherDelimiter(name, layout.delimiter, head.split(/[\r\n]/)[0] ?? '');
    const { lines = '?' } = thrown as { lines?: number };
    throw new UsageError(`${name}:${lines}: ${faults[thrown.code] ?? thrown.message}`, HELP);
  }
  if (!reading) throw new UserError('insufficient', `${name} is empty: not even a header line`, HELP);
}

/** All that a stream has read so far, at a time: to wait for each row takes longer than to read it. */
async function* readTogether<T>(stream: Readable): AsyncIterable<T[]> {
  let wake = (): void => undefined;
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, () => wake());
  try {
    while (true) {
      const next = woken();
      const all: T[] = [];
      for (let each = stream.read(); each !== null; each = stream.read()) all.push(each);
      if (all.length > 0) yield all;
      else if (stream.errored) throw stream.errored;
      else if (stream.readableEnded || stream.destroyed) return;
      else await next;
    }
  } finally {
    stream.destroy();
  }
}

/** The last columns of rows that were set aside. */
export const TOLD = ['rejected_line', 'rejected_reason'] as const;

/** What the parser stops at, in our words. */
const faults: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'a quote stands in a cell without quotes: write the cell as "Avery ""Q"" Example"',
  CSV_INVALID_CLOSING_QUOTE: 'a quote stands in a cell with quotes: write it twice, "Avery ""Q"" Example"',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'is a row too long to be read; is a quote never closed?',
};

/** Takes back what was put before a cell that a spreadsheet would have obeyed, also where its sign is gone by now. */
function unescaped(cell: string): string {
  return /^'([=+\-@]|[\d.]+$)/.test(cell) ? cell.slice(1) : cell;
}

function moreCells({ delimiter }: Layout): string {
  const mark = delimiter === ',' ? 'comma' : 'delimiter';
  return `has more cells than the header: a ${mark} inside a cell needs quotes around the cell`;
}

/** Whether a column is left alone: it is then in no row, not even in one that is set aside. */
function isUnread(column: string, tell: Tell, ofLedger = false): boolean {
  const standsFor = unreadColumn(column, ofLedger);
  if (standsFor !== undefined) tell({ column, standsFor });
  return standsFor !== undefined;
}

async function* jsonRows({ name, bytes, tell }: From): AsyncIterable<RawRow[]> {
  const seen = new Set<string>();
  let line = 0;
  for await (const text of linesOf(name, bytes)) {
    line += 1;
    if (text.trim() === '') continue;
    const said = objectIn(text);
    for (const key of Object.keys(said ?? {})) {
      if (!seen.has(key)) isUnread(key, tell);
      seen.add(key);
    }
    const cells: Record<string, string> = typeof said?.call_id === 'string' ? { call_id: said.call_id } : {};
    yield [{ line, cells: () => cells, ...(said ? { said } : { problem: 'is not one JSON object' }) }];
  }
  if (line === 0) throw new UserError('insufficient', `${name} is empty`, HELP);
}

const MAX_LINE = 4_000_000;

async function* linesOf(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let rest = '';
  for await (const text of textIn(name, bytes)) {
    const lines = (rest + text).split('\n');
    if (lines.some(({ length }) => length > MAX_LINE))
      throw new UsageError(`${name} has a line longer than ${MAX_LINE} characters`, HELP);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** UTF-8, with or without a byte-order mark. Another encoding is refused: a guess would change names. */
async function* textIn(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw thrown;
    throw new UsageError(`${name} is not UTF-8`, ['save it again as "CSV UTF-8"']);
  }
}

function objectIn(text: string): Cells | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Cells) : undefined;
  } catch {
    return undefined;
  }
}
