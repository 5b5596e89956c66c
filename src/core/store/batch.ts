import type { Insertable } from 'kysely';
import type { RunId } from '../domain/index.ts';
import type { Tx } from './database.ts';
import type { FencedTx } from './lease.ts';
import type { Tables } from './tables.ts';

/** The tables that are written to at each step of a run: their columns, and those that tell rows apart. */
const shapes = {
  checkpoint: {
    columns: ['owner', 'thread_id', 'ns', 'id', 'parent', 'checkpoint', 'metadata'],
    key: ['thread_id', 'ns', 'id'],
  },
  checkpoint_value: {
    columns: ['owner', 'thread_id', 'ns', 'channel', 'version', 'value'],
    key: ['thread_id', 'ns', 'version', 'channel'],
  },
  checkpoint_write: {
    columns: ['owner', 'thread_id', 'ns', 'checkpoint_id', 'task_id', 'idx', 'task_path', 'channel', 'value'],
    key: ['thread_id', 'ns', 'checkpoint_id', 'task_id', 'idx'],
  },
} as const satisfies { [T in keyof Tables]?: { columns: (keyof Tables[T])[]; key: (keyof Tables[T])[] } };

export type StepTable = keyof typeof shapes;
export const stepTables = Object.keys(shapes) as StepTable[];

/** What becomes of a row whose key is there already. */
type Same = 'stays' | 'replaced';

/** Rows of one table, no two of them with one key. */
export type Insert = {
  [T in StepTable]: { readonly into: T; readonly rows: readonly Insertable<Tables[T]>[]; readonly same: Same };
}[StepTable];

declare const told: unique symbol;
/** A line of the journal about a run, as a row. Only the journal makes one; the database gives its number in the run. */
export type Line = Omit<Insertable<Tables['event']>, 'seq' | 'run_seq' | 'hash' | 'run_id'> & {
  readonly run_id: RunId;
  readonly [told]: true;
};

/** What proves a lease: its name, and the token that its holder was given. */
export interface Fence {
  readonly name: string;
  readonly token: number;
}

/** Rows that are written in one go, or not at all; the lines when one of the others is. */
export interface Rows {
  readonly inserts: readonly Insert[];
  readonly lines: readonly Line[];
}

/**
 * What else is written when one of the rows is: lines of the journal; or whatever else, at the price of a transaction of
 * many statements.
 */
export type Also = readonly Line[] | ((tx: FencedTx) => Promise<void>);

/** What an engine needs to be told once of rows like these. `source` is where the rows come from. */
export function insertText(into: StepTable, same: Same, source: string): string {
  const { columns, key } = shapes[into];
  const others = columns.filter((column) => !(key as readonly string[]).includes(column));
  const then = `(${key}) do update set ${others.map((column) => `${column} = excluded.${column}`)}`;
  return `insert into ${into} (${columns}) ${source} on conflict ${same === 'stays' ? 'do nothing' : then}`;
}

export function columnsOf(into: StepTable): readonly string[] {
  return shapes[into].columns;
}

/** In a transaction of many statements. Returns whether a row was written. */
export async function insertRows(tx: Tx, inserts: readonly Insert[]): Promise<boolean> {
  let written = 0n;
  for (const { into, rows, same } of inserts) {
    if (rows.length === 0) continue;
    const { columns, key } = shapes[into];
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto(into as 'checkpoint')
      .values(rows as never)
      .onConflict((conflict) =>
        same === 'stays'
          ? conflict.doNothing()
          : conflict.columns(key as never).doUpdateSet(({ ref }) => {
              return Object.fromEntries(columns.map((column) => [column, ref(`excluded.${column}` as never)]));
            }),
      )
      .executeTakeFirst();
    written += numInsertedOrUpdatedRows;
  }
  return written > 0n;
}
