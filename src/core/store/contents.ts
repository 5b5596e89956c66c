import { sql } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import { tablesIn } from './catalog.ts';
import type { Reader } from './database.ts';

/** What is in a database, of whatever version it is. */
export interface Contents {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Everyone of whom there is a row. */
  readonly owners: readonly OwnerId[];
}

/** Counts all of it. */
export async function contentsOf(reader: Reader): Promise<Contents> {
  const read = reader as never;
  const found = (await tablesIn(read)).filter(({ name }) => !name.startsWith('kysely_'));
  const tables: { table: string; rows: number }[] = [];
  const owners = new Set<OwnerId>();
  for (const { name, owned } of found) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.id(name)}`.execute(read);
    tables.push({ table: name, rows: rows[0]?.n ?? 0 });
    if (!owned) continue;
    const named = await sql<{ owner: OwnerId }>`select distinct owner from ${sql.id(name)}`.execute(read);
    for (const { owner } of named.rows) owners.add(owner);
  }
  return { tables, owners: [...owners].sort() };
}

/** How many lines of each kind the journal has, whoever owns them. All tables must be of this version. */
export async function kindsIn(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ kind: string; n: number }>`select kind, count(*) as n from event group by kind`.execute(
    reader as never,
  );
  return new Map(rows.map(({ kind, n }) => [kind, n]));
}

/** Rows that refer to what is not there, in words and by number. All tables must be of this version. */
export async function orphansIn(reader: Reader): Promise<readonly { readonly what: string; readonly rows: number }[]> {
  const orphans: { what: string; rows: number }[] = [];
  for (const [what, query] of Object.entries(ORPHANS)) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.raw(query)}`.execute(reader as never);
    if (rows[0]?.n) orphans.push({ what, rows: rows[0].n });
  }
  return orphans;
}

const ofNoRun = (column: string) => `where ${column} not in (select id from run)`;

const ORPHANS: Readonly<Record<string, string>> = {
  'rows of unknown imports': `portfolio_row where not exists (select 1 from portfolio_import i
    where i.id = portfolio_row.import_id and i.owner = portfolio_row.owner)`,
  'batches of unknown imports': `import_batch where not exists (select 1 from portfolio_import i
    where i.id = import_batch.import_id and i.owner = import_batch.owner and i.state = 'staging')`,
  'sightings of unknown imports': `portfolio_sighting where not exists (select 1 from portfolio_import i
    where i.id = portfolio_sighting.import_id and i.owner = portfolio_sighting.owner and i.state != 'staging')`,
  'runs without checkpoints': `run where status in ('waiting', 'succeeded') and not exists (select 1 from checkpoint c
    where c.thread_id = run.id and c.owner = run.owner)`,
  'checkpoints of unknown runs': `checkpoint ${ofNoRun('thread_id')}`,
  'results of unknown runs': `(select thread_id from checkpoint_value union all select thread_id from checkpoint_write) as result
    ${ofNoRun('thread_id')}`,
  'approvals of unknown runs': `approval ${ofNoRun('run_id')}`,
  'effects of unknown runs': `effect ${ofNoRun('run_id')}`,
  'timers of unknown runs': `timer ${ofNoRun('run_id')}`,
  'drafts of unknown runs': `draft ${ofNoRun('run_id')}`,
  'proposals of unknown runs': `proposal ${ofNoRun('run_id')} and run_id is not null`,
};
