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
  /** What is taken from each record, now that the header is known. UsageError when the header lacks something. */
  open(header: readonly string[]): (record: readonly string[]) => Taken;
  /** How the file calls one of our columns. */
  nameOf(column: string): string;
}

export const HELP = ['sophia portfolio template   writes a sample of every file and explains the columns'];

/** The layout of files that have our columns. */
export function ownLayout(format: Format, file: string): Layout {
  return {
    delimiter: ',',
    nameOf: (column) => column,
    open(header) {
      const columns = checkedHeader(format, file, header);
      return (record) => {
        const said: Record<string, string> = {};
        for (let at = 0; at < record.length; at++) {
          const [cell, column] = [record[at], columns[at]];
          if (column && cell) said[column] = cell;
        }
        return { said };
      };
    },
  };
}

function checkedHeader({ required, optional }: Format, file: string, record: readonly string[]): string[] {
  const header = record.map((cell) => cell.toLowerCase());
  const missing = required.filter((column) => !header.includes(column));
  const other = missing.length > 1 && record.length === 1 && /[;\t|]/.exec(record[0] ?? '')?.[0];
  if (other)
    throw new UsageError(`${file} is separated by ${other === '\t' ? 'tabs' : `"${other}"`}, not by commas`, [
      'save it again as "CSV UTF-8 (comma delimited)"',
      `or say so in a map: --map with delimiter: "${other === '\t' ? '\\t' : other}"`,
    ]);
  if (missing.length > 0)
    throw new UsageError(`${file} lacks ${list('column', missing)}; its header says: ${header.join(', ')}`, HELP);
  const twice = header.filter((column, at) => column !== '' && header.indexOf(column) !== at);
  if (twice.length > 0) throw new UsageError(`${file} has ${list('column', twice)} twice`, HELP);
  const known = [...required, ...optional];
  return header.map((column) => (known.includes(column) ? column : ''));
}

/** `the column a`, `the columns a, b`. */
export function list(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}
