import { UsageError } from '../errors/index.ts';
import type { Format } from './formats.ts';

/** What one record says, by our columns; why it says nothing; or that it was not asked for. */
export type Taken =
  | { readonly said: Readonly<Record<string, string>> }
  | { readonly problem: string }
  | { readonly leftOut: true };

/** How the cells of a CSV file become our columns. */
export interface Layout {
  readonly delimiter: string;
  /** How its records are read, now that the header is known. UsageError when the header lacks something. */
  open(header: readonly string[]): Reading;
  /** How the file calls one of our columns. */
  nameOf(column: string): string;
}

/** How the records of one file are read. */
export interface Reading {
  take(record: readonly string[]): Taken;
  /** Whether the cells of a column are read for anything. */
  reads(at: number): boolean;
  /** What the ticket of a record is about; absent where it does not say. */
  aboutOf(record: readonly string[]): string | undefined;
  /** Places of the cells that are read for that and for nothing else. */
  readonly aboutAt: readonly number[];
}

export const HELP = ['sophia portfolio template   writes a sample of every file and explains the columns'];

/** What helps with a file of other columns, or another name. */
export const MAP_HELP = [
  '--map <map>   reads other columns',
  'sophia portfolio template maps --maps   writes ready maps and explains them',
];

/** The layout of files that have our columns. */
export function ownLayout(format: Format, file: string): Layout {
  return {
    delimiter: ',',
    nameOf: (column) => column,
    open(header) {
      const columns = checkedHeader(format, file, header);
      const about = columns.indexOf('category');
      return {
        take(record) {
          const said: Record<string, string> = {};
          for (let at = 0; at < record.length; at++) {
            const [cell, column] = [record[at], columns[at]];
            if (column && cell) said[column] = cell;
          }
          return { said };
        },
        reads: (at) => columns[at] !== '',
        aboutOf: (record) => record[about] || undefined,
        aboutAt: about < 0 ? [] : [about],
      };
    },
  };
}

function checkedHeader({ required, optional }: Format, file: string, record: readonly string[]): string[] {
  const header = record.map((cell) => cell.toLowerCase());
  const missing = required.filter((column) => !header.includes(column));
  if (missing.length > 1 && record.length === 1) refuseOtherDelimiter(file, ',', record[0] ?? '');
  if (missing.length > 0)
    throw new UsageError(`${file} lacks ${list('column', missing)}; its header says: ${header.join(', ')}`, [
      ...MAP_HELP,
      ...HELP,
    ]);
  const twice = header.filter((column, at) => column !== '' && header.indexOf(column) !== at);
  if (twice.length > 0) throw new UsageError(`${file} has ${list('column', twice)} twice`, HELP);
  const known = [...required, ...optional];
  return header.map((column) => (known.includes(column) ? column : ''));
}

/** UsageError for a file whose header has another delimiter than the one by which it was to be read. */
export function refuseOtherDelimiter(file: string, delimiter: string, header: string): void {
  const other = header.includes(delimiter) ? undefined : /[;\t|,]/.exec(header)?.[0];
  if (other === undefined) return;
  const called = (mark: string) => ({ '\t': 'tabs', ',': 'commas' })[mark] ?? `"${mark}"`;
  throw new UsageError(`${file} is separated by ${called(other)}, not by ${called(delimiter)}`, [
    `say so in a map: --map with delimiter: "${other === '\t' ? '\\t' : other}"`,
    ...(delimiter === ',' ? ['or save it again as "CSV UTF-8 (comma delimited)"'] : []),
  ]);
}

/** `the column a`, `the columns a, b`. */
export function list(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}
