import type { z as zod } from 'zod';
import { unreadColumn } from '../privacy/index.ts';
import { type Format, formats } from './formats.ts';
import { type AmountStyle, daysLike } from './written.ts';

/** How one kind of rows is found in an export of another system. Data, never code. */
export interface FileMap {
  /** Name of the file; `*` stands for anything, case is ignored. */
  readonly match: string;
  readonly format: Format;
  readonly delimiter: string;
  /** Ours to theirs: a column, or a template `{Property}/{Unit}` of several. */
  readonly columns: Readonly<Record<string, string>>;
  readonly constants: Readonly<Record<string, string>>;
  /** By our column, their words to ours. The word `*` is any that is not named. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly days: string;
  /** Absent: as we write them. */
  readonly amounts?: AmountStyle;
  /** Rows in which this column of theirs is empty are left out. */
  readonly onlyIf?: string;
  /** By their column, the words that leave a row out. */
  readonly except: Readonly<Record<string, readonly string[]>>;
}

/** Calls are no table: they cannot be mapped. */
const mapped = new Map(
  formats.filter(({ file }) => file.endsWith('.csv')).map((format) => [format.file.slice(0, -4), format]),
);

/** The schema of a map, as all-text YAML: one entry for each kind of rows that a file gives. */
export function mapSchema(z: typeof zod) {
  const text = z.string('must be text').min(1, 'must not be empty').max(200, 'is too long');
  const byColumn = z.record(z.string(), text, 'must be columns with a text each');
  const mark = z.string('must be text').min(1, 'must not be empty').max(4, 'is longer than 4 characters');
  const delimiter = z.string('must be text').regex(/^[^"\r\n]$/, 'must be one character, like ";" or "\\t"');
  const amounts = z
    .strictObject({ thousands: mark.optional(), decimal: mark.default('.'), currency: mark.optional() })
    .refine(({ thousands, decimal }) => thousands !== decimal, 'has one mark for thousands and decimals')
    .refine((marks) => !/\d/.test(Object.values(marks).join('')), 'must not hold digits');
  const entry = z
    .strictObject({
      match: text,
      as: z.enum([...mapped.keys()], `must be one of ${[...mapped.keys()].join(', ')}`),
      columns: byColumn.default({}),
      constants: byColumn.default({}),
      values: z.record(z.string(), z.record(z.string(), z.string('must be text'))).default({}),
      days: z
        .string()
        .default('YYYY-MM-DD')
        .refine((days) => daysLike(days) !== undefined, 'must be like YYYY-MM-DD, M/D/YYYY or DD.MM.YYYY'),
      amounts: amounts.optional(),
      only_if: text.optional(),
      except: z.record(z.string(), z.array(text)).default({}),
      delimiter: delimiter.optional(),
    })
    .superRefine(({ as, columns, constants, values, only_if, except }, { addIssue }) => {
      const { required, optional } = formatCalled(as);
      const wrong = (path: string[], message: string) => addIssue({ code: 'custom', path, message });
      const ours = [...required, ...optional];
      for (const [section, given] of Object.entries({ columns, constants, values }))
        for (const column of Object.keys(given).filter((each) => !ours.includes(each)))
          wrong([section, column], `is no column of ${as}; these are: ${ours.join(', ')}`);
      const theirs = [
        ...Object.entries(columns).flatMap(([column, source]) =>
          namesIn(source).map((name) => [['columns', column], name] as const),
        ),
        ...(only_if === undefined ? [] : [[['only_if'], only_if] as const]),
        ...Object.keys(except).map((name) => [['except', name], name] as const),
      ];
      for (const [path, name] of theirs) {
        const standsFor = unreadColumn(name, as === 'ledger');
        if (standsFor !== undefined) wrong([...path], `"${name}" stands for ${standsFor}: it is not read`);
      }
      for (const column of Object.keys(constants))
        if (Object.hasOwn(columns, column)) wrong(['constants', column], 'is given by columns too');
      for (const [column, words] of Object.entries(values)) {
        if (!Object.hasOwn(columns, column)) wrong(['values', column], 'is not given by columns');
        const known = Object.keys(words).map((word) => word.toLowerCase());
        const twice = known.find((word, at) => known.indexOf(word) !== at);
        if (twice !== undefined) wrong(['values', column], `has "${twice}" twice; case is ignored`);
      }
      const missing = required.filter((each) => !Object.hasOwn(columns, each) && !Object.hasOwn(constants, each));
      if (missing.length > 0) wrong([], `columns or constants must give ${missing.join(', ')} too, to read ${as}`);
    });
  return z
    .strictObject({
      version: z.literal('1', 'must be 1'),
      delimiter: delimiter.default(','),
      files: z.array(entry).min(1, 'must have at least one entry'),
    })
    .transform(({ delimiter, files }) =>
      files.map(
        ({ as, only_if, amounts, ...each }): FileMap => ({
          ...{ ...each, format: formatCalled(as), delimiter: each.delimiter ?? delimiter },
          ...(amounts && { amounts }),
          ...(only_if !== undefined && { onlyIf: only_if }),
        }),
      ),
    );
}

/** The columns of theirs that a source of ours is made of. */
function namesIn(source: string): string[] {
  const slots = [...source.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
  return slots.length > 0 ? slots : [source];
}

function formatCalled(name: string): Format {
  const found = mapped.get(name);
  if (!found) throw new Error(`the schema lets no "${name}" through`);
  return found;
}

/** Whether a file is meant by a map. Looked for piece by piece, so that no pattern takes long. */
export function fitsName({ match }: FileMap, file: string): boolean {
  const name = file.toLowerCase();
  const [head = '', ...rest] = match.toLowerCase().split('*');
  const tail = rest.pop();
  if (tail === undefined) return name === head;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - tail.length >= at && name.endsWith(tail);
}
