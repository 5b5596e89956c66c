import { UsageError } from '../errors/index.ts';
import { dayColumns, moneyColumns } from './formats.ts';
import { type Layout, list, refuseOtherDelimiter } from './layout.ts';
import type { FileMap } from './maps.ts';
import { shown } from './readers.ts';
import { amountsLike, daysLike, isNoAmount, type Written } from './written.ts';

/** Gives one of our columns from a record of theirs; an empty text says nothing. */
type Give = (record: readonly string[]) => string | { readonly problem: string };

/** The layout of an export of another system, as one entry of a map explains it; `entries` are all that read the file. */
export function mappedLayout(map: FileMap, file: string, entries: readonly FileMap[] = [map]): Layout {
  const nameOf = (column: string) => {
    const source = map.columns[column];
    return source === undefined || isTemplate(source) ? column : source;
  };
  return {
    delimiter: map.delimiter,
    nameOf,
    open(header) {
      const placeOf = placesIn(header, file, map.delimiter);
      const cell = (name: string) => {
        const at = placeOf(name);
        return (record: readonly string[]) => record[at] ?? '';
      };
      const text = (source: string) => (isTemplate(source) ? filled(source, cell) : cell(source));
      const given = Object.entries(map.columns).map(
        ([column, source]) => [column, inOurWords(map, column, nameOf(column), text(source))] as const,
      );
      const leavesOut = filterOf(map, cell);
      placeOf.check();
      const used = entries.flatMap(usesOf);
      const tickets = entries.find(({ columns }) => columns.category !== undefined);
      const source = tickets?.columns.category;
      const said = tickets && source !== undefined ? inOurWords(tickets, 'category', source, text(source)) : undefined;
      const isAboutAlone = (theirs: string) => {
        const uses = used.filter(({ name, of, by }) => sameName(name, theirs) && !(of === FILTER && by === tickets));
        return uses.length > 0 && uses.every(({ of }) => of === 'category');
      };
      return {
        take(record) {
          if (leavesOut(record)) return { leftOut: true };
          const said: Record<string, string> = { ...map.constants };
          const problems: string[] = [];
          for (const [column, give] of given) {
            const value = give(record);
            if (typeof value !== 'string') problems.push(value.problem);
            else if (value !== '') said[column] = value;
          }
          return problems.length > 0 ? { problem: problems.join('; ') } : { said };
        },
        reads: (at) => used.some(({ name }) => sameName(name, header[at])),
        aboutOf(record) {
          const about = said?.(record);
          return typeof about === 'string' && about !== '' ? about : undefined;
        },
        aboutAt: tickets ? header.flatMap((theirs, at) => (isAboutAlone(theirs) ? [at] : [])) : [],
      };
    },
  };
}

function isTemplate(source: string): boolean {
  return /\{[^{}]+\}/.test(source);
}

const FILTER = 'filter';

/** Which columns of theirs an entry reads, and for which of ours: whether a row is left out is none of them. */
function usesOf(by: FileMap): readonly { readonly name: string; readonly of: string; readonly by: FileMap }[] {
  const filters = [...(by.onlyIf === undefined ? [] : [by.onlyIf]), ...Object.keys(by.except)];
  const columns = Object.entries(by.columns).flatMap(([of, source]) =>
    (isTemplate(source) ? piecesOf(source).filter((_, at) => at % 2 === 1) : [source]).map((name) => ({
      name,
      of,
      by,
    })),
  );
  return [...columns, ...filters.map((name) => ({ name, of: FILTER, by }))];
}

/** Text and columns by turns. */
function piecesOf(template: string): string[] {
  return template.split(/\{([^{}]+)\}/);
}

/** Finds their columns; what it could not find is told at once, when all have been asked for. */
function placesIn(header: readonly string[], file: string, delimiter: string) {
  const names = header.map((name) => name.toLowerCase());
  const missing = new Set<string>();
  const twice = new Set<string>();
  const placeOf = (name: string) => {
    const at = names.indexOf(name.trim().toLowerCase());
    if (at < 0) missing.add(name);
    else if (names.indexOf(names[at] ?? '', at + 1) >= 0) twice.add(name);
    return at;
  };
  const check = () => {
    const help = ['mend the map: what it calls columns must stand in the first line of the file'];
    if (missing.size > 0 && header.length === 1) refuseOtherDelimiter(file, delimiter, header[0] ?? '');
    if (missing.size > 0)
      throw new UsageError(
        `${file} lacks ${list('column', [...missing])} of the map; its columns are: ${header.join(', ')}`,
        help,
      );
    if (twice.size > 0) throw new UsageError(`${file} has ${list('column', [...twice])} twice`, help);
  };
  return Object.assign(placeOf, { check });
}

/** A template says nothing where one of its columns does: half an id would be the id of something else. */
function filled(template: string, cell: (name: string) => (record: readonly string[]) => string) {
  const pieces = piecesOf(template).map((piece, at) => (at % 2 === 0 ? piece : cell(piece)));
  return (record: readonly string[]) => {
    let text = '';
    for (const piece of pieces) {
      const part = typeof piece === 'string' ? piece : piece(record);
      if (part === '' && typeof piece !== 'string') return '';
      text += part;
    }
    return text;
  };
}

function inOurWords(map: FileMap, column: string, name: string, text: (record: readonly string[]) => string): Give {
  const words = new Map(Object.entries(map.values[column] ?? {}).map(([word, ours]) => [word.toLowerCase(), ours]));
  const written = writtenIn(map, column);
  if (words.size === 0 && !written) return text;
  return (record) => {
    const value = text(record);
    if (value === '') return '';
    const ours = words.get(value.toLowerCase()) ?? words.get('*');
    if (ours !== undefined) return ours;
    if (!written) return value;
    return written.read(value) ?? { problem: `${name} must be ${written.like}, not "${shown(value)}"` };
  };
}

function writtenIn({ days, amounts }: FileMap, column: string): Written | undefined {
  if (dayColumns.includes(column)) return daysLike(days);
  return amounts && moneyColumns.includes(column) ? amountsLike(amounts) : undefined;
}

function sameName(one = '', other = ''): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function filterOf(map: FileMap, cell: (name: string) => (record: readonly string[]) => string) {
  const { onlyIf, except, columns, amounts = { decimal: '.' } } = map;
  const needed = onlyIf === undefined ? undefined : cell(onlyIf);
  const isAmount = moneyColumns.some((column) => sameName(columns[column], onlyIf));
  const refused = Object.entries(except).map(([name, words]) => ({
    of: cell(name),
    words: new Set(words.map((word) => word.toLowerCase())),
  }));
  const isEmpty = (text: string) => text === '' || (isAmount && isNoAmount(amounts, text));
  return (record: readonly string[]) =>
    (needed && isEmpty(needed(record))) || refused.some(({ of, words }) => words.has(of(record).toLowerCase()));
}
