import { UsageError } from '../core/errors/index.ts';
import { nearest } from './nearest.ts';
import type { Entry } from './registry.ts';

/** Whether `asked` is a command, or the noun of some. */
export function isNamed(asked: string, entries: readonly Entry[]): boolean {
  return entries.some(({ name }) => name === asked || name.startsWith(`${asked} `));
}

/** The error for a command that is not there, with those that may be meant. */
export async function noSuchCommand(asked: string, entries: readonly Entry[]): Promise<UsageError> {
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

/** The error for a word behind a command that is a noun too, as `events` is, where it may be meant for one of its verbs. */
export async function misspeltVerb(
  noun: string,
  word: string,
  entries: readonly Entry[],
): Promise<UsageError | undefined> {
  const verbs = entries.flatMap(({ name }) => (name.startsWith(`${noun} `) ? [name.slice(noun.length + 1)] : []));
  const meant = await nearest(word, verbs);
  if (meant.length === 0) return undefined;
  return new UsageError(
    `no command "${noun} ${word}"`,
    meant.map((verb) => `sophia ${noun} ${verb}`),
  );
}
