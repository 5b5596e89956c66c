import { nearest, UsageError } from '../core/errors/index.ts';
import { quoted } from '../core/ops/quoted.ts';
import type { Entry } from './registry.ts';

/** Whether `asked` is a command, or the noun of some. */
export function isNamed(asked: string, entries: readonly Entry[]): boolean {
  return entries.some(({ name }) => name === asked || name.startsWith(`${asked} `));
}

/** What other programs call `--version`. */
const versions = ['version', '-v'];

/** What may be meant by an option of the program itself that is not there. */
export function flagOfMany(asked: string): string[] {
  return versions.includes(asked) ? ['sophia --version'] : [];
}

/** The error for a command that is not there, with those that may be meant. */
export async function noSuchCommand(asked: string, entries: readonly Entry[]): Promise<UsageError> {
  if (versions.includes(asked)) return new UsageError(`no command "${asked}"`, flagOfMany(asked));
  const names = entries.map(({ name }) => name);
  const nouns = names.map((name) => name.split(' ')[0] ?? '');
  const meant = await nearest(asked, [...new Set([...names, ...nouns])]);
  return new UsageError(
    `no command "${asked}"`,
    meant.length > 0 ? meant.map((name) => `sophia ${name} --help`) : ['sophia --help'],
  );
}

/** The error for a noun alone: what can be done with it. */
export function whichCommand(noun: string, entries: readonly Entry[]): UsageError {
  const verbs = entries.filter(({ name }) => name.startsWith(`${noun} `));
  const width = Math.max(...verbs.map(({ name }) => name.length));
  return new UsageError(
    'which command?',
    verbs.map(({ name, summary }) => `sophia ${name.padEnd(width)}  ${summary}`),
  );
}

/**
 * The error for words behind a command that takes fewer: a name that has lost its quotes, or, where the command is a noun
 * too, as `events` is, a misspelt verb.
 */
export async function tooManyWords({ called, takes, words, canBeWhole, verbs }: Overfull): Promise<UsageError> {
  const [first = ''] = words;
  const meant = await nearest(first, verbs);
  if (meant.length > 0)
    return new UsageError(
      `no command "${called.replace('sophia ', '')} ${first}"`,
      meant.map((verb) => `${called} ${verb}`),
    );
  const left = words.slice(takes);
  const many = left.length === 1 ? 'one word too many' : `${left.length} words too many`;
  const help = `${called} --help`;
  if (takes === 0) return new UsageError(`${many}: ${left.join(' ')}; this command takes none`, [help]);
  const whole = [...words.slice(0, takes - 1), words.slice(takes - 1).join(' ')].map(quoted);
  return new UsageError(`${many}: ${left.join(' ')}; a name with a space needs quotes`, [
    ...(canBeWhole ? [[called, ...whole].join(' ')] : []),
    help,
  ]);
}

interface Overfull {
  /** As it is called: `sophia churn analyze`. */
  readonly called: string;
  /** How many words it has a place for. */
  readonly takes: number;
  readonly words: readonly string[];
  /** Whether the same words, put together, are likely what was meant, and all that was. */
  readonly canBeWhole: boolean;
  /** What else could stand in the place of the first word. */
  readonly verbs: readonly string[];
}
