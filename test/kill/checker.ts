import { DatabaseSync } from 'node:sqlite';

/** What can be seen from outside. It shares no code with the product: its own connection, its own SQL. */
export interface Observation {
  readonly runs: readonly { readonly id: string; readonly status: string }[];
  /** For each run: names of the nodes whose result is on disk, in the checkpoints. */
  readonly onDisk: Readonly<Record<string, readonly string[]>>;
  readonly lines: readonly {
    readonly run: string;
    readonly seq: number;
    readonly what: string;
    readonly body: string;
  }[];
  /** Versions of each result: a node that ran twice wrote two. */
  readonly results: readonly string[];
}

export function observe(file: string): Observation {
  const db = new DatabaseSync(file, { readOnly: true });
  const all = (sql: string) => db.prepare(sql).all() as unknown[];
  try {
    const runs = all('select id, status from run order by created_at, id') as { id: string; status: string }[];
    const written = all(
      "select distinct thread_id as run, replace(channel, '.result', '') as node from checkpoint_write where channel like '%.result'",
    ) as { run: string; node: string }[];
    return {
      runs,
      onDisk: Object.fromEntries(
        runs.map(({ id }) => [id, written.filter(({ run }) => run === id).map(({ node }) => node)]),
      ),
      lines: all(
        "select run_id as run, run_seq as seq, kind || coalesce(' ' || (body ->> 'node'), '') as what, body from event where run_id is not null order by seq",
      ) as Observation['lines'],
      results: all(
        "select thread_id || ' ' || channel || ' ' || hex(value) as r from checkpoint_value where channel like '%.result' order by 1",
      ).map((row) => String((row as { r: string }).r)),
    };
  } finally {
    db.close();
  }
}

const NODES = ['gather', 'score', 'narrate', 'propose'];

/** Every promise that was broken between the kill and the end of the resumed run, in words. */
export function violations(killed: Observation, resumed: Observation): string[] {
  const broken: string[] = [];
  const unfinished = resumed.runs.filter(({ status }) => status !== 'succeeded');
  if (unfinished.length > 0) broken.push(`runs ended as ${unfinished.map(({ status }) => status).join(', ')}`);
  for (const { id } of resumed.runs) {
    const before = killed.lines.filter(({ run }) => run === id).length;
    const lines = resumed.lines.filter(({ run }) => run === id);
    const count = (what: string) => lines.filter((line) => line.what === what).length;
    for (const once of [
      'run.started',
      'run.succeeded',
      'kpi.insight',
      ...NODES.map((node) => `run.node_finished ${node}`),
    ])
      if (count(once) !== 1) broken.push(`the journal has "${once}" ${count(once)} times`);
    for (const node of killed.onDisk[id] ?? []) {
      const at = lines.findIndex(({ what }) => what === `run.node_finished ${node}`);
      if (at < 0 || at >= before) broken.push(`${node} was on disk when killed, and the journal did not say so then`);
    }
    if (lines.some(({ seq }, at) => seq !== at + 1)) broken.push('the lines of the run are not counted from 1');
    const told = lines.flatMap(({ what }) => (what.startsWith('run.node_finished ') ? [what.slice(18)] : []));
    const onDisk = resumed.onDisk[id] ?? [];
    if (told.toSorted().join() !== onDisk.toSorted().join())
      broken.push('journal and checkpoints name different nodes');
  }
  for (const result of killed.results)
    if (!resumed.results.includes(result)) broken.push('a result that was on disk has changed');
  if (resumed.results.length !== resumed.runs.length * NODES.length) broken.push(`${resumed.results.length} results`);
  return broken;
}

/** Every row of every table but leases, whose expiry moves: two of these are equal when nothing was written between. */
export function everything(file: string): Readonly<Record<string, readonly string[]>> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db
      .prepare("select name from sqlite_schema where type = 'table' and name not in ('lease', 'sqlite_sequence')")
      .all() as { name: string }[];
    return Object.fromEntries(
      tables.map(({ name }) => [
        name,
        db
          .prepare(`select * from ${name}`)
          .all()
          .map((row) => JSON.stringify(row)),
      ]),
    );
  } finally {
    db.close();
  }
}

/** Rows of imports in that state, without what is minted anew each time. */
export function importedRows(file: string, state: 'live' | 'staging'): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare(
        `select r.kind, r.key, r.known_on, r.body from portfolio_row r
         join portfolio_import i on i.id = r.import_id where i.state = ? order by 1, 2, 3, 4`,
      )
      .all(state)
      .map((row) => JSON.stringify(Object.values(row)));
  } finally {
    db.close();
  }
}
