import { basename, dirname } from 'node:path';
import type { z as zod } from 'zod';
import type { App } from '../../core/app.ts';
import { UsageError } from '../../core/errors/index.ts';

/** Tables as people call what is in them, in this order; what is not here is the program's own affair. */
const words: Readonly<Record<string, string>> = {
  portfolio_import: 'imports',
  portfolio_row: 'versions of rows that were imported',
  run: 'runs',
  checkpoint: 'checkpoints of runs',
  approval: 'questions to a human',
  timer: 'moments that runs wait for',
  effect: 'deeds of runs in the world outside',
  proposal: 'proposals, withheld ones and those over capacity',
  draft: 'drafts of what is proposed to be said',
  event: 'lines of the journal',
};

export interface Count {
  readonly table: string;
  readonly rows: number;
}

/** Rows by table, in words. */
export function counted(tables: readonly Count[]): readonly (readonly [what: string, rows: number])[] {
  const rowsIn = new Map(tables.map(({ table, rows }) => [table, rows]));
  return Object.entries(words).flatMap(([table, what]) => {
    const rows = rowsIn.get(table) ?? 0;
    return rows > 0 ? [[what, rows] as const] : [];
  });
}

/** A file that is to be written: what is piped on would have to be a stream, and would be a file called `-`. */
export function newFile(z: typeof zod) {
  return z
    .string()
    .min(1, 'must not be empty')
    .refine((file) => file !== '-', 'must be a file: it is not written to stdout');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'];

export function sizeOf(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Math.round((bytes / 1000 ** power) * 10) / 10} ${UNITS[power]}`;
}

/** UsageError when one owner is asked for: the file holds the rows of all, and is copied, put back or read as a whole. */
export function needAllOwners(owner: string | undefined): void {
  if (owner !== undefined)
    throw new UsageError('--owner: the store is one file, with the rows of every owner in it', ['leave --owner out']);
}

/** What must be named before a workspace's store is replaced or emptied. */
export const byWorkspace = { names: 'name of the workspace folder' };

export function workspaceName({ workspace }: App): string {
  const folder = dirname(workspace.configFile);
  return basename(folder) || folder;
}
