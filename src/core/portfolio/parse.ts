import { Readable } from 'node:stream';
import type { TimeZone } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type Format, formats, openReaders, type ReadRow } from './formats.ts';
import type { Incoming } from './rows.ts';

/**
 * One row of a file: what it says, or why it says nothing that can be used. `cells` is the row as it stood, to be
 * mended; of a call nothing but its id, as what was said without consent must not be kept.
 */
export type ParsedRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> } & (
  | { readonly row: Incoming }
  | { readonly problem: string }
);

type Cells = Readonly<Record<string, unknown>>;

export interface Parser {
  /**
   * The rows of one file, in chunks of at most 5,000, in order. Throws UserError `insufficient` for an empty file and
   * UsageError for one whose columns or quotes cannot be made out; a bad row is an item, not an error.
   */
  chunks(format: Format, name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<ParsedRow[]>;
}

const CHUNK = 5000;
const HELP = ['sophia portfolio template   writes a sample of every file and explains the columns'];

export async function openParser(zone: TimeZone): Promise<Parser> {
  const readers = await openReaders(zone);
  return {
    async *chunks(format, name, bytes) {
      const rows = format.file.endsWith('.csv') ? csvRows(format, name, bytes) : jsonRows(name, bytes);
      let chunk: ParsedRow[] = [];
      for await (const raw of rows) {
        chunk.push(read(readers[format.kind], raw));
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
  const lower = fileName.toLowerCase();
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

/** A row before its cells are checked: what the reader is given, by column, or why it is given nothing. */
type RawRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> } & (
  | { readonly said: Cells }
  | { readonly problem: string }
);

function read(reader: ReadRow, raw: RawRow): ParsedRow {
  return 'problem' in raw ? raw : { line: raw.line, cells: raw.cells, ...reader(raw.said) };
}

async function* csvRows(format: Format, name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<RawRow> {
  const { CsvError, parse } = await import('csv-parse');
  const options = { info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  const parser = parse({ ...options, max_record_size: MAX_LINE });
  const source = Readable.from(textIn(name, bytes));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);

  /** The file is one of ours: rows that were set aside, with formulas escaped for spreadsheets. */
  let written = false;
  let names: readonly string[] | undefined;
  let header: readonly string[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!names) {
        names = record;
        header = checkedHeader(format, name, record);
        written = record.includes('rejected_reason');
        continue;
      }
      const said: Record<string, string> = {};
      const cells: Record<string, string> = {};
      for (let at = 0; at < record.length; at++) {
        const cell = written ? unescaped(record[at] ?? '') : (record[at] ?? '');
        const column = header[at];
        cells[names[at] || `column ${at + 1}`] = cell;
        if (column && cell) said[column] = cell;
      }
      const spilt = record.slice(names.length).some((cell) => cell !== '');
      yield { line: info.lines, cells, ...(spilt ? { problem: MORE_CELLS } : { said }) };
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    throw new UsageError(`${name}:${(thrown as { lines?: number }).lines ?? '?'}: ${thrown.message}`, HELP);
  }
  if (!names) throw new UserError('insufficient', `${name} is empty: not even a header line`, HELP);
}

/** Takes back what was put before a cell that a spreadsheet would have obeyed. */
function unescaped(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

const MORE_CELLS = 'has more cells than the header: a comma inside a cell needs quotes around the cell';

function checkedHeader({ required, optional }: Format, name: string, record: readonly string[]): string[] {
  const header = record.map((cell) => cell.toLowerCase());
  const missing = required.filter((column) => !header.includes(column));
  const other = missing.length > 1 && record.length === 1 && /[;\t|]/.exec(record[0] ?? '')?.[0];
  if (other)
    throw new UsageError(`${name} is separated by ${other === '\t' ? 'tabs' : `"${other}"`}, not by commas`, [
      'save it again as "CSV UTF-8 (comma delimited)"',
    ]);
  if (missing.length > 0)
    throw new UsageError(`${name} lacks ${list('column', missing)}; its header says: ${header.join(', ')}`, HELP);
  const twice = header.filter((column, at) => column !== '' && header.indexOf(column) !== at);
  if (twice.length > 0) throw new UsageError(`${name} has ${list('column', twice)} twice`, HELP);
  const known = [...required, ...optional];
  return header.map((column) => (known.includes(column) ? column : ''));
}

async function* jsonRows(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<RawRow> {
  let line = 0;
  for await (const text of linesOf(name, bytes)) {
    line += 1;
    if (text.trim() === '') continue;
    const said = objectIn(text);
    const cells = typeof said?.call_id === 'string' ? { call_id: said.call_id } : {};
    yield { line, cells, ...(said ? { said } : { problem: 'is not one JSON object' }) };
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

function list(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}
