import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { UserError } from '../errors/index.ts';
import { isServer, tablesIn } from './catalog.ts';
import { serverStatements } from './postgres/statements.ts';
import type { Tables } from './tables.ts';

/** Statements that put a table of the same columns in the place of one. */
function madeAnew(table: string, columns: string, rows: string): readonly string[] {
  return [
    `create table ${table}_made_anew (${columns}) strict`,
    `insert into ${table}_made_anew ${rows}`,
    `drop table ${table}`,
    `alter table ${table}_made_anew rename to ${table}`,
  ];
}

/** Forward only. A migration that has left the house is never edited; the next one mends it. */
const statements: Record<string, readonly string[]> = {
  '0001-journal': [
    `create table event (
       seq integer primary key autoincrement, at text not null, owner text not null, actor text not null,
       room text not null, kind text not null, run_id text, run_seq integer, body text not null, hash text) strict`,
    'create index event_owner on event (owner, seq)',
    'create unique index event_run on event (run_id, run_seq) where run_seq is not null',
    'create index event_audit on event (owner, seq) where hash is not null',
    `create table directory (
       id text primary key, kind text not null, owner text not null) strict, without rowid`,
    `create table lease (
       name text primary key, owner text not null, actor text not null, world text not null, process text not null,
       token integer not null, expires_at text not null) strict, without rowid`,
  ],
  '0002-portfolio': [
    `create table portfolio_import (
       id text primary key, owner text not null, actor text not null, state text not null, observed_on text not null,
       synthetic integer not null, rows integer not null, rejected integer not null, started_at text not null,
       finished_at text) strict, without rowid`,
    `create table portfolio_row (
       seq integer primary key autoincrement, owner text not null, kind text not null, key text not null,
       id text not null, subject text not null, property text, known_on text not null, import_id text not null,
       imported_at text not null, gone integer not null, body text not null) strict`,
    'create unique index portfolio_row_key on portfolio_row (owner, kind, key, import_id, gone)',
    'create index portfolio_row_subject on portfolio_row (owner, subject, kind, known_on)',
    'create index portfolio_row_property on portfolio_row (owner, property, kind) where property is not null',
  ],
  '0003-runs': [
    `create table run (
       id text primary key, owner text not null, actor text not null, workflow text not null, version integer not null,
       fingerprint text not null, key text not null, input text not null, status text not null, failure text,
       created_at text not null, updated_at text not null) strict, without rowid`,
    `create unique index run_unfinished on run (owner, workflow, key)
       where status in ('queued', 'running', 'waiting')`,
    `create table checkpoint (
       owner text not null, thread_id text not null, ns text not null, id text not null, parent text,
       checkpoint blob not null, metadata blob not null, primary key (thread_id, ns, id)) strict, without rowid`,
    `create table checkpoint_value (
       owner text not null, thread_id text not null, ns text not null, channel text not null, version text not null,
       value blob, primary key (thread_id, ns, channel, version)) strict, without rowid`,
    `create table checkpoint_write (
       owner text not null, thread_id text not null, ns text not null, checkpoint_id text not null,
       task_id text not null, idx integer not null, task_path text not null, channel text not null,
       value blob not null, primary key (thread_id, ns, checkpoint_id, task_id, idx)) strict, without rowid`,
  ],
  '0004-proposals': [
    `create table approval (
       run_id text not null, interrupt_id text not null, owner text not null, node text not null, status text not null,
       asked_at text not null, decision text, reason text, answered_by text, assurance text, answered_at text,
       consumed_at text, primary key (run_id, interrupt_id)) strict, without rowid`,
    `create table effect (
       run_id text not null, task_id text not null, key text not null, owner text not null, state text not null,
       attempts integer not null, value text, started_at text not null, finished_at text,
       primary key (run_id, task_id, key)) strict, without rowid`,
    `create table proposal (
       owner text not null, tenant text not null, lease text not null, head text not null, property text not null,
       state text not null, run_id text, trigger_version text not null, index_milli integer not null,
       stage text not null, evidence text not null, analysis_run text not null, opened_week text,
       created_at text not null, updated_at text not null, primary key (owner, tenant, lease, head)) strict,
       without rowid`,
    'create index proposal_week on proposal (owner, property, opened_week) where opened_week is not null',
    'create unique index proposal_run on proposal (run_id) where run_id is not null',
    `create table draft (
       run_id text primary key, owner text not null, tenant text not null, task text not null, message text not null,
       created_at text not null) strict, without rowid`,
  ],
  '0005-withdrawn-imports': [
    'alter table portfolio_import add column withdrawn_at text',
    'alter table portfolio_import add column withdrawn_by text',
  ],
  // By a trigger, so that a process of an older version that has the store open keeps it true as well.
  '0006-audit-heads': [
    `create table audit_head (
       owner text primary key, lines integer not null, hash text not null) strict, without rowid`,
    `insert into audit_head select owner, count(*), (select hash from event last
       where last.owner = event.owner and last.hash is not null order by seq desc limit 1)
       from event where hash is not null group by owner`,
    `create trigger event_audit_head after insert on event when new.hash is not null begin
       insert into audit_head values (new.owner, 1, new.hash)
         on conflict (owner) do update set lines = lines + 1, hash = new.hash; end`,
  ],
  // 0002 once made the table without `gone`, and stores of that time are about. The inner `gone` is the column where there
  // is one, and else the 0 around it.
  '0007-rows-gone': [
    `create table portfolio_row_made_anew (
       seq integer primary key autoincrement, owner text not null, kind text not null, key text not null,
       id text not null, subject text not null, property text, known_on text not null, import_id text not null,
       imported_at text not null, gone integer not null, body text not null) strict`,
    `insert into portfolio_row_made_anew
       select seq, owner, kind, key, id, subject, property, known_on, import_id, imported_at,
         (select gone from portfolio_row as old where old.seq = every.seq), body
       from (select portfolio_row.*, 0 as gone from portfolio_row) as every`,
    'drop table portfolio_row',
    'alter table portfolio_row_made_anew rename to portfolio_row',
    'create unique index portfolio_row_key on portfolio_row (owner, kind, key, import_id, gone)',
    'create index portfolio_row_subject on portfolio_row (owner, subject, kind, known_on)',
    'create index portfolio_row_property on portfolio_row (owner, property, kind) where property is not null',
  ],
  '0008-run-layer': [
    'alter table run add column shape text',
    'alter table run add column retries text',
    'alter table run add column retry_at text',
    'alter table run add column cancel_requested_at text',
    'alter table approval add column task_id text',
    'alter table approval add column question text',
    'alter table approval add column answer text',
    'alter table approval add column expires_at text',
    'alter table effect add column policy text',
    `create table timer (
       run_id text not null, task_id text not null, key text not null, owner text not null, due_at text not null,
       set_at text not null, fired_at text, primary key (run_id, task_id, key)) strict, without rowid`,
    'create index timer_due on timer (owner, due_at) where fired_at is null',
  ],
  // A row of 1 kB without a rowid takes a page of 4 kB more; and what a step changes lay as far apart as its channels do.
  '0009-steps-side-by-side': [
    ...madeAnew(
      'checkpoint',
      `owner text not null, thread_id text not null, ns text not null, id text not null, parent text,
       checkpoint blob not null, metadata blob not null, primary key (thread_id, ns, id)`,
      'select * from checkpoint',
    ),
    ...madeAnew(
      'checkpoint_value',
      `owner text not null, thread_id text not null, ns text not null, channel text not null, version text not null,
       value blob, primary key (thread_id, ns, version, channel)`,
      'select * from checkpoint_value where value is not null order by thread_id, ns, version, channel',
    ),
    ...madeAnew(
      'checkpoint_write',
      `owner text not null, thread_id text not null, ns text not null, checkpoint_id text not null,
       task_id text not null, idx integer not null, task_path text not null, channel text not null,
       value blob not null, primary key (thread_id, ns, checkpoint_id, task_id, idx)`,
      'select * from checkpoint_write',
    ),
  ],
  // A list of runs begins with a screenful of them: of ten thousand, whole rows were read and put in order for it.
  '0010-runs-in-order': [
    'create index run_stands on run (owner, status, updated_at, id)',
    'create index run_begun on run (owner, created_at, id)',
  ],
  // `arm` is null for proposals of before: whether they were exempt was not written down.
  '0011-models-and-arms': [
    `create table model (
       owner text not null, version integer not null, name text not null, kind text not null, state text not null,
       sha256 text not null, body text not null, artifact blob, made_at text not null, made_by text not null,
       promoted_at text, promoted_by text, primary key (owner, version)) strict`,
    'alter table proposal add column arm text',
  ],
  // What an import is of, and what became of each batch of it: so that one that was stopped is gone on with.
  '0012-imports-go-on': [
    'alter table portfolio_import add column fingerprint text',
    `create table import_batch (
       owner text not null, import_id text not null, seq integer not null, rows integer not null, marks text not null,
       primary key (import_id, seq)) strict, without rowid`,
  ],
  // A row that is imported again unchanged leaves no version: until when leases and payments are known was not.
  '0013-sightings': [
    `create table portfolio_sighting (
       owner text not null, property text not null, kind text not null, import_id text not null, seen_on text not null,
       primary key (owner, property, kind, import_id)) strict, without rowid`,
  ],
};

const names = Object.keys(statements);

/** Another program made it. */
export class ForeignError extends UserError {}

/** The migrations that a database has seen, and those that it lacks. */
export interface Standing {
  readonly seen: readonly string[];
  readonly lacks: readonly string[];
}

/**
 * UserError: `config` for a database of another program, `incompatible` for one that a newer sophia wrote. `name` is how
 * it is called in messages.
 */
export async function standingOf(db: Kysely<Tables>, name: string): Promise<Standing> {
  const tables = (await tablesIn(db)).map((table) => table.name);
  const seen = tables.includes('kysely_migration') ? await applied(db) : [];
  if (seen.length === 0 && tables.some((table) => !table.startsWith('kysely_')))
    throw new ForeignError('config', `${name} is a database of another program; nothing was changed in it`, [
      isServer(db) ? 'name another database, or an empty one: createdb <name>' : 'move it away',
    ]);
  if (seen.some((migration) => !names.includes(migration)))
    throw new UserError('incompatible', `${name} was written by a newer sophia`, ['upgrade sophia']);
  return { seen, lacks: names.filter((migration) => !seen.includes(migration)) };
}

/** Keeps what `write` puts into an empty file. */
export type Backup = (write: Copy) => Promise<unknown>;

export type Copy = (empty: string) => Promise<void>;

/**
 * Brings an empty or older database to this version, in one transaction: several processes may try at once.
 * Nothing is written when it is up to date, so that opening never waits for a writer.
 */
export async function migrate(
  db: Kysely<Tables>,
  { file, copy, backup }: { readonly file: string; readonly copy: Copy; readonly backup: Backup },
): Promise<void> {
  const { seen, lacks } = await standingOf(db, file);
  if (lacks.length === 0) return;
  if (seen.length > 0) await backup(copy);
  await bringUpToDate(db);
}

/** Makes all migrations that the database lacks, in one transaction. Who comes second waits for the first. */
export async function bringUpToDate(db: Kysely<Tables>): Promise<void> {
  const migrations = names.map((name) => [name, { up: (into: Kysely<Tables>) => build(into, [name]) }] as const);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** Names of the migrations that this database has seen, in order. */
async function applied(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Makes the tables that these migrations make. */
export async function build(db: Kysely<Tables>, migrations: readonly string[]): Promise<void> {
  for (const name of migrations) {
    const embedded = statements[name] ?? [];
    const steps = isServer(db) ? serverStatements(name, embedded) : embedded;
    for (const step of steps) await sql.raw(step).execute(db);
  }
}
