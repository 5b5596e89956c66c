import { sql } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import type { Contents } from './contents.ts';
import type { Reader } from './database.ts';

/** Ids of what a store holds and a copy of it does not. */
export interface Beyond {
  readonly imports: readonly string[];
  readonly runs: readonly string[];
  /** Runs whose question was answered since: it will be open again. */
  readonly answers: readonly string[];
}

interface Side {
  readonly read: Reader;
  readonly tables: Contents['tables'];
}

/** Compares by ids, so that either may be of any version: a table that a copy lacks holds nothing. Of all, or of one. */
export async function beyond(store: Side, copy: Side, owner?: OwnerId): Promise<Beyond> {
  const missing = async (table: string, query: string) => {
    const [here, there] = await Promise.all([idsIn(store, table, query, owner), idsIn(copy, table, query, owner)]);
    const known = new Set(there);
    return here.filter((id) => !known.has(id));
  };
  return {
    imports: await missing('portfolio_import', "select id from portfolio_import where state = 'live'"),
    runs: await missing('run', 'select id from run where true'),
    answers: await missing('approval', "select run_id as id from approval where status = 'answered'"),
  };
}

async function idsIn({ read, tables }: Side, table: string, query: string, owner?: OwnerId): Promise<string[]> {
  if (!tables.some((each) => each.table === table)) return [];
  const whose = owner === undefined ? sql`` : sql`and owner = ${owner}`;
  const { rows } = await sql<{ id: string }>`${sql.raw(query)} ${whose}`.execute(read as never);
  return rows.map(({ id }) => id);
}
