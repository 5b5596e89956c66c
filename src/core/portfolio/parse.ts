import { Readable } from 'node:stream';
import type { TimeZone } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type Format, formats, openReaders, type ReadRow } from './formats.ts';
import type { Incoming } from './rows.ts';

/** One row of a file: what it says, or why it says nothing that can be used. */
export type ParsedRow = { readonly line: number } & (
  | { readonly row: Incoming }
  | { readonly problem: string; readonly raw: string }
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
      for await (const { line, cells, raw } of rows) {
        chunk.push(read(readers[format.kind], line, cells, raw));
        if (chunk.length < CHUNK) continue;
        yield chunk;
        chunk = [];
      }
      if (chunk.length > 0) yield chunk;
    },
  };
}

/** The format that a file name stands for: `ledger.csv`, `2026-10 ledger.csv`, `ledger-may.csv`. */
export function formatOf(fileName: string): Format | undefined {
  const lower = fileName.toLowerCase();
  return formats.find(({ file }) => {
    const [stem = '', ending = ''] = file.split('.');
    return lower.endsWith(`.${ending}`) && lower.includes(stem);
  });
}

interface RawRow {
  readonly line: number;
  /** `undefined` when the line is no object at all. */
  readonly cells: Cells | undefined;
  readonly raw: string;
}

function read(reader: ReadRow, line: number, cells: Cells | undefined, raw: string): ParsedRow {
  if (!cells) return { line, problem: 'is not one JSON object', raw };
  const result = reader(cells);
  return 'row' in result ? { line, row: result.row } : { line, problem: result.problem, raw };
}

async function* csvRows(format: Format, name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<RawRow> {
  const { parse } = await import('csv-parse');
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  const source = Readable.from(bytes);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);

  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!header) {
        header = checkedHeader(format, name, record);
        continue;
      }
      const cells: Record<string, string> = {};
      for (let at = 0; at < header.length; at++) {
        const column = header[at];
        const cell = record[at];
        if (column && cell) cells[column] = cell;
      }
      yield { line: info.lines, cells, raw: record.join(',') };
    }
  } catch (thrown) {
    const { code, lines, message } = thrown as { code?: string; lines?: number; message: string };
    if (!code?.startsWith('CSV_')) throw thrown;
    throw new UsageError(`${name}:${lines ?? '?'}: ${message}`, HELP);
  }
  if (!header) throw new UserError('insufficient', `${name} is empty: not even a header line`, HELP);
}

function checkedHeader({ required, optional }: Format, name: string, record: readonly string[]): string[] {
  const header = record.map((cell) => cell.toLowerCase());
  const missing = required.filter((column) => !header.includes(column));
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
    yield { line, cells: objectIn(text), raw: text };
  }
  if (line === 0) throw new UserError('insufficient', `${name} is empty`, HELP);
}

const MAX_LINE = 4_000_000;

async function* linesOf(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder(); // drops a byte-order mark
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new UsageError(`${name} has a line longer than ${MAX_LINE} characters`, HELP);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
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
