import type { Document } from 'yaml';
import type { ZodType, z as zod } from 'zod';
import { UserError } from '../errors/index.ts';

interface Reading<T> {
  /** How the file is called in a message. */
  readonly file: string;
  readonly schema: (z: typeof zod) => ZodType<T>;
  /** `text`: nothing is a number or a switch, so that an id `0101` stays what it is. */
  readonly scalars: 'typed' | 'text';
  readonly help: readonly string[];
}

/** Reads YAML that a user wrote. Throws UserError `config`: the first fault, with the file and the line. */
export async function readYaml<T>(text: string, { file, schema, scalars, help }: Reading<T>): Promise<T> {
  // A CommonJS package: in a bundle a lazy import of one has its names on `default` only.
  const [{ default: yaml }, { z }] = await Promise.all([import('yaml'), import('zod')]);
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    schema: scalars === 'text' ? 'failsafe' : 'core',
  });
  const [error] = document.errors;
  if (error)
    throw new UserError('config', `${file}:${error.linePos?.[0].line ?? 1}: ${firstLine(error.message)}`, help);
  const parsed = schema(z).safeParse(plainIn(document, file, help));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  // The key itself where it is unknown, else the value; the nearest thing above it where it is missing.
  const wrong = [...path, ...(issue && 'keys' in issue ? issue.keys.slice(0, 1) : [])];
  const at = lines.linePos(offsetOf(document, wrong)).line;
  throw new UserError('config', `${file}:${at}: ${path.join('.') || 'the file'}: ${issue?.message}`, help);
}

/** Aliases that lead nowhere, or multiply without end, are found when they are followed. */
function plainIn(document: Document, file: string, help: readonly string[]): unknown {
  try {
    return document.toJS() ?? {};
  } catch (thrown) {
    throw new UserError('config', `${file}: ${firstLine((thrown as Error).message)}`, help);
  }
}

/** Where in the text the thing at `path` stands, or the nearest thing above it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
