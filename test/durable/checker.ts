import { DatabaseSync } from 'node:sqlite';
import { logsOf } from './life.ts';

// What can be seen from outside. It shares no code with the product: its own connection, its own SQL, its own look at the logs.

interface Effect {
  readonly key: string;
  readonly task: string;
  readonly state: string;
  readonly policy: string;
}

export interface Observation {
  readonly status: string | undefined;
  /** Nodes and items whose result is on disk. */
  readonly onDisk: readonly string[];
  /** Lines of the journal, in order. */
  readonly lines: readonly { readonly seq: number; readonly what: string }[];
  readonly effects: readonly Effect[];
  readonly questions: readonly { readonly id: string; readonly status: string; readonly consumed: string | null }[];
  readonly timers: readonly { readonly due: string; readonly fired: string | null }[];
  /** What was done to the world outside, with its key; bodies that came to their end. */
  readonly done: readonly string[];
  readonly bodies: readonly string[];
  readonly sum: string | undefined;
}

/** A store of which the tables are not there yet. */
const UNMADE: Observation = {
  ...{ status: undefined, onDisk: [], lines: [], effects: [], questions: [], timers: [], done: [], bodies: [] },
  sum: undefined,
};

/** `dir` is a folder whose processes are all gone or asleep, and `file` a copy of what its store keeps. */
export function observe(dir: string, file: string): Observation {
  const { effects: done, bodies } = logsOf(dir);
  const db = new DatabaseSync(file, { readOnly: true });
  const all = <T>(sql: string) => db.prepare(sql).all() as unknown as T[];
  try {
    if (all("select name from sqlite_schema where name = 'run'").length === 0) return UNMADE;
    const written = all<{ channel: string; value: Uint8Array }>(
      "select channel, value from checkpoint_write where channel like '%.result' or channel like '%.results'",
    ).map(({ channel, value }) => ({ channel, text: Buffer.from(value).toString() }));
    return {
      status: all<{ status: string }>('select status from run')[0]?.status,
      onDisk: written.map(({ channel, text }) =>
        channel === 'item.results' ? `item-${JSON.parse(text)[0]}` : channel.replace('.result', ''),
      ),
      lines: all(
        `select run_seq as seq, kind || coalesce(' ' || (body ->> 'node'), '') || coalesce('-' || (body ->> 'item'), '')
           as what from event where run_id is not null order by seq`,
      ),
      effects: all('select key, task_id as task, state, policy from effect'),
      questions: all('select interrupt_id as id, status, consumed_at as consumed from approval'),
      timers: all('select due_at as due, fired_at as fired from timer'),
      ...{ done, bodies, sum: written.find(({ channel }) => channel === 'sum.result')?.text },
    };
  } finally {
    db.close();
  }
}

/** All that a store keeps, as text: for who asks whether anything was written. */
export function everything(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db.prepare("select name from sqlite_schema where type = 'table' order by name").all();
    const rowsOf = (table: string) =>
      db
        .prepare(`select * from ${table}`)
        .all()
        .map((row) => JSON.stringify(row));
    return tables.map(({ name }) => [name, ...rowsOf(String(name)).sort()].join('\n')).join('\n');
  } finally {
    db.close();
  }
}

const NODES = [
  ...['plan', 'left', 'right', 'item-0', 'item-1', 'item-2', 'item-3', 'call', 'sleep', 'ask', 'pay', 'sum'],
];
const EFFECTS = ['left', 'item-0', 'item-1', 'item-2', 'item-3', 'pay', 'tell'];

/** Every promise that was broken between the kills and the end, in words. */
export function violations(killed: readonly Observation[], end: Observation): string[] {
  return [...ofNodes(killed, end), ...EFFECTS.flatMap((key) => ofEffect(key, killed, end)), ...ofWaits(end)];
}

/** What came of it, in few words. */
export function outcome(killed: Observation, end: Observation): string {
  const sent = (key: string, { done }: Observation) => done.filter((line) => line.startsWith(`${key} `)).length;
  const parts = [
    ...EFFECTS.filter((key) => sent(key, end) > 1).map((key) => `${key} again, under its key`),
    ...end.effects.filter(({ state }) => state === 'skipped').map(({ key }) => `${key} in doubt, skipped`),
    ...(end.questions.length > 1 ? ['pay in doubt, asked about'] : []),
  ];
  const left = killed.status === undefined ? 'begun anew' : 'finished';
  return [left, ...parts].join('; ');
}

function ofNodes(killed: readonly Observation[], end: Observation): string[] {
  const broken: string[] = [];
  const sorted = (names: readonly string[]) => names.toSorted().join();
  const told = ({ lines }: Observation) =>
    lines.flatMap(({ what }) => (what.startsWith('run.node_finished ') ? [what.slice(18)] : []));
  const times = (names: readonly string[], name: string) => names.filter((each) => each === name).length;
  if (end.status !== 'succeeded') broken.push(`the run is ${end.status}`);
  if (end.sum !== '{"sum":32}') broken.push(`what came of it is ${end.sum}`);
  if (sorted(end.onDisk) !== sorted(NODES)) broken.push(`on disk are ${end.onDisk}`);
  for (const seen of [...killed, end])
    if (sorted(told(seen)) !== sorted(seen.onDisk))
      broken.push(`the journal tells of ${told(seen)}, the checkpoints of ${seen.onDisk}`);
  for (const { onDisk, bodies } of killed)
    for (const name of onDisk)
      if (times(bodies, name) !== times(end.bodies, name)) broken.push(`${name} was on disk, and was run again`);
  if (end.lines.some(({ seq }, at) => seq !== at + 1)) broken.push('the lines of the run are not counted from 1');
  for (const once of ['run.started', 'run.succeeded', 'timer.set sleep', 'timer.fired sleep'])
    if (end.lines.filter(({ what }) => what === once).length !== 1) broken.push(`${once} is not told once`);
  return broken;
}

function ofEffect(key: string, killed: readonly Observation[], end: Observation): string[] {
  const sent = (of: Observation) => of.done.filter((line) => line.startsWith(`${key} `));
  const rowIn = (of: Observation) => of.effects.find((effect) => effect.key === key);
  const row = rowIn(end);
  const broken: string[] = [];
  if (!row || end.effects.filter((effect) => effect.key === key).length !== 1) return [`${key} has no row, or several`];
  if (new Set(sent(end)).size > 1) broken.push(`${key} went out under several keys`);
  for (const seen of killed)
    if (rowIn(seen)?.state === 'done' && sent(seen).length !== sent(end).length)
      broken.push(`${key} was done, and again`);
  // Only what is in doubt may be done again, and only where that was declared.
  const doubts = killed.filter((seen) => rowIn(seen)?.state === 'started').length;
  const most = row.policy === 'retry' ? 1 + doubts : 1;
  const least = doubts > 0 && row.policy === 'skip' ? 0 : 1;
  if (sent(end).length > most || sent(end).length < least) broken.push(`${key} was done ${sent(end).length} times`);
  const state = doubts > 0 && row.policy === 'skip' ? 'skipped' : 'done';
  if (row.state !== state) broken.push(`${key} is ${row.state}`);
  return broken;
}

function ofWaits({ questions, timers, lines }: Observation): string[] {
  const answered = lines.filter(({ what }) => what.startsWith('approval.answered')).length;
  return [
    ...questions.flatMap(({ id, status, consumed }) =>
      status === 'answered' && consumed !== null ? [] : [`question ${id} is ${status}, consumed: ${consumed}`],
    ),
    ...(answered === questions.length ? [] : [`${questions.length} questions, ${answered} answers told`]),
    ...(timers.length === 1 ? [] : [`${timers.length} timers`]),
    ...timers.flatMap(({ due, fired }) => (fired !== null && fired >= due ? [] : [`a timer of ${due} fired ${fired}`])),
  ];
}
