import type { Document, YAMLParseError } from 'yaml';
import type { ZodType, z as zod } from 'zod';
import { nearest, UserError } from '../errors/index.ts';

interface Reading<T> {
  /** How the file is called in a message. */
  readonly file: string;
  readonly schema: (z: typeof zod) => ZodType<T>;
  /** `text`: nothing is a number or a switch, so that an id `0101` stays what it is. */
  readonly scalars: 'typed' | 'text';
  readonly help: readonly string[];
}

/** What stands in a text, and where. */
export interface Lines<T> {
  /** Every value that is no map, as it was written, by its key, such as `retention.capacity`. */
  readonly leaves: readonly { readonly key: string; readonly value: unknown; readonly line: number }[];
  /** All of it, as the schema has it. Throws UserError `config`: the first fault, with the file and the line. */
  checked(): Promise<T>;
}

/** Reads YAML that a user wrote. Throws UserError `config`: the first fault, with the file and the line. */
export async function readYaml<T>(text: string, reading: Reading<T>): Promise<T> {
  return (await readYamlLines(text, reading)).checked();
}

/** As `readYaml`, for whoever must tell where a value stands. What is no YAML is told at once. */
export async function readYamlLines<T>(text: string, { file, schema, scalars, help }: Reading<T>): Promise<Lines<T>> {
  // A CommonJS package: in a bundle a lazy import of one has its names on `default` only.
  const { default: yaml } = await import('yaml');
  const lines = new yaml.LineCounter();
  if (/[\0\ufffd]/.test(text)) throw new UserError('config', `${file} is not UTF-8 text`, ['save it again as UTF-8']);
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    schema: scalars === 'text' ? 'failsafe' : 'core',
  });
  const [error] = document.errors;
  if (error) throw new UserError('config', `${file}:${error.linePos?.[0].line ?? 1}: ${told(error)}`, help);
  yaml.visit(document, {
    Pair(_, { key, value }) {
      // A list would become the text of itself, and `__proto__` would be passed over.
      const text = yaml.isScalar(key) ? String(key.value) : undefined;
      if (text !== undefined && text !== '__proto__') return;
      const at = [key, value].find((node) => yaml.isNode(node) && node.range) as { range: [number] } | undefined;
      const { line } = lines.linePos(at?.range[0] ?? 0);
      throw new UserError(
        'config',
        `${file}:${line}: a key must be a plain word, not ${text ?? 'a list or an alias'}`,
        help,
      );
    },
  });
  const plain = plainIn(document, file, help);
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document, path)).line;
  return {
    leaves: leavesOf(plain, []).map(({ path, value }) => ({ key: path.join('.'), value, line: lineOf(path) })),
    async checked() {
      const { z } = await import('zod');
      const parsed = schema(z).safeParse(plain, { error: inWords });
      if (parsed.success) return parsed.data;
      const { issues } = parsed.error;
      // A key that is misspelt is the reason why another is missing.
      const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
      const path = issue?.path ?? [];
      const [unknown] = issue && 'keys' in issue ? issue.keys : [];
      // The key itself where it is unknown, else the value; the nearest thing above it where it is missing.
      const at = lineOf([...path, ...(unknown === undefined ? [] : [unknown])]);
      const message = unknown === undefined ? issue?.message : await withNearest(unknown, issue?.message ?? '');
      throw new UserError('config', `${file}:${at}: ${path.join('.') || 'the file'}: ${message}`, help);
    },
  };
}

/** Plain data as a file that people go on writing in. */
export async function writeYaml(value: object): Promise<string> {
  const { default: yaml } = await import('yaml');
  return yaml.stringify(value);
}

/** Aliases that lead nowhere, or multiply without end, are found when they are followed. */
function plainIn(document: Document, file: string, help: readonly string[]): unknown {
  try {
    return document.toJS() ?? {};
  } catch (thrown) {
    const told = thrown instanceof RangeError ? TOO_DEEP : firstLine((thrown as Error).message);
    throw new UserError('config', `${file}: ${told}`, help);
  }
}

function leavesOf(value: unknown, path: readonly string[]): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** Where in the text the thing at `path` stands, or the nearest thing above it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

const TOO_DEEP = 'lists or keys lie in one another more deeply than can be read';

/** A fault of the notation, where the library speaks to programmers in words of our own. */
function told({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: leave out the line with ---';
  if (code === 'RESOURCE_EXHAUSTION') return TOO_DEEP;
  if (code === 'DUPLICATE_KEY') return 'a key is here twice';
  return firstLine(message).replace(/ at line \d+, column \d+$/, '');
}

const nouns: Readonly<Record<string, string>> = {
  ...{ object: 'keys, each with a value', record: 'keys, each with a value', array: 'a list', string: 'text' },
  ...{ number: 'a number', int: 'a whole number', boolean: 'true or false' },
};

const KNOWN = '; known here: ';

/** What is wrong, where the schema has no words for it. */
function inWords({ code, expected, input, keys, inst }: zod.core.$ZodRawIssue): string | undefined {
  if (code === 'unrecognized_keys') {
    const { shape = {} } = (inst as zod.ZodObject | undefined) ?? {};
    return `unknown key "${[keys].flat()[0]}"${KNOWN}${Object.keys(shape).join(', ')}`;
  }
  if (code !== 'invalid_type') return undefined;
  return input === undefined ? 'is missing' : `must be ${nouns[String(expected)] ?? expected}`;
}

/** The message that lists what is known, with the one that may be meant in the place of all. */
async function withNearest(key: string, message: string): Promise<string> {
  const [said = '', known = ''] = message.split(KNOWN);
  const [meant] = await nearest(key, known.split(', '), 1);
  return meant === undefined ? message : `${said}: is ${meant} meant?`;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
