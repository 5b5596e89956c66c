import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

// What can be seen from outside. It shares no code with the product: its own connection, its own SQL, its own look at
// the files that were handed out.

interface Run {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly input: string;
}
interface Line {
  readonly run: string | null;
  readonly seq: number | null;
  readonly what: string;
}
interface Approval {
  readonly run: string;
  readonly status: string;
  readonly decision: string | null;
  readonly node: string;
  readonly consumed: string | null;
}
interface Effect {
  readonly run: string;
  readonly task: string;
  readonly key: string;
  readonly state: string;
}
interface Proposal {
  readonly key: string;
  readonly state: string;
  readonly run: string | null;
}
interface HandedOut {
  readonly path: string;
  readonly text: string;
  /** Changes whenever the file is written again. */
  readonly mark: string;
}

export interface Observation {
  readonly runs: readonly Run[];
  /** For each run: names of the nodes whose result is on disk, in the checkpoints. */
  readonly onDisk: Readonly<Record<string, readonly string[]>>;
  readonly lines: readonly Line[];
  /** Versions of each result: a node that ran twice wrote two. */
  readonly results: readonly string[];
  readonly approvals: readonly Approval[];
  readonly effects: readonly Effect[];
  readonly proposals: readonly Proposal[];
  readonly drafts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly out: readonly HandedOut[];
}

/** To be read only; but what a process did not finish that had it for itself is taken back, for which one must write. */
function opened(file: string): DatabaseSync {
  if (existsSync(`${file}-journal`)) {
    const db = new DatabaseSync(file);
    db.exec('select 1 from sqlite_schema');
    db.close();
  }
  return new DatabaseSync(file, { readOnly: true });
}

/** `dir` is a workspace whose processes are all gone. */
export function observe(dir: string): Observation {
  const db = opened(join(dir, '.sophia/sophia.db'));
  const all = <T>(sql: string) => db.prepare(sql).all() as unknown as T[];
  try {
    const runs = all<Run>('select id, workflow, status, input from run order by created_at, id');
    const written = all<{ run: string; node: string }>(
      "select distinct thread_id as run, replace(channel, '.result', '') as node from checkpoint_write where channel like '%.result'",
    );
    const drafts = all<{ run: string; task: string; message: string }>(
      'select run_id as run, task, message from draft',
    );
    return {
      runs,
      onDisk: Object.fromEntries(
        runs.map(({ id }) => [id, written.filter(({ run }) => run === id).map(({ node }) => node)]),
      ),
      lines: all<Line>(
        `select run_id as run, run_seq as seq, kind || coalesce(' ' || (body ->> 'node'), ' ' || (body ->> 'effect'),
           ' ' || (body ->> 'action'), '') as what from event order by seq`,
      ),
      results: all<{ r: string }>(
        "select thread_id || ' ' || channel || ' ' || hex(value) as r from checkpoint_value where channel like '%.result' order by 1",
      ).map(({ r }) => r),
      approvals: all<Approval>(
        'select run_id as run, status, decision, node, consumed_at as consumed from approval order by run_id',
      ),
      effects: all<Effect>('select run_id as run, task_id as task, key, state from effect order by run_id, key'),
      proposals: all<Proposal>(
        "select owner || '/' || tenant || '/' || lease || '/' || head as key, state, run_id as run from proposal order by 1",
      ),
      drafts: Object.fromEntries(drafts.map(({ run, task, message }) => [run, { task, message }])),
      out: handedOut(join(dir, 'out')),
    };
  } finally {
    db.close();
  }
}

function handedOut(folder: string): HandedOut[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' });
  return found
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { ino, mtimeNs } = statSync(path, { bigint: true });
      return { path, text: readFileSync(path, 'utf8'), mark: `${ino} ${mtimeNs}` };
    });
}

const NODES: Readonly<Record<string, readonly string[]>> = {
  churn: ['gather', 'score', 'narrate', 'propose'],
  retention: ['draft', 'ask', 'act'],
};
const EFFECTS = ['task', 'message'];

/** Every promise that was broken between the kill and the end of what was gone on with, in words. */
export function violations(killed: Observation, end: Observation): string[] {
  return [
    ...end.runs.flatMap((run) => ofRun(run, killed, end)),
    ...ofProposals(killed, end),
    ...killed.results.filter((each) => !end.results.includes(each)).map(() => 'a result that was on disk has changed'),
  ];
}

function ofRun({ id, workflow, status, input }: Run, killed: Observation, end: Observation): string[] {
  const broken: string[] = [];
  const nodes = NODES[workflow] ?? [];
  const finished = end.onDisk[id] ?? [];
  const lines = end.lines.filter(({ run }) => run === id);
  const count = (what: string) => lines.filter((line) => line.what === what).length;
  const told = lines.flatMap(({ what }) => (what.startsWith('run.node_finished ') ? [what.slice(18)] : []));

  if (count('run.started') !== 1) broken.push(`${workflow} was begun ${count('run.started')} times`);
  if (status !== 'succeeded' && status !== 'waiting') broken.push(`${workflow} ended as ${status}`);
  if (status === 'succeeded' && (count('run.succeeded') !== 1 || finished.length !== nodes.length))
    broken.push(`${workflow} is said to be finished with ${finished.length} nodes`);
  if (told.toSorted().join() !== finished.toSorted().join())
    broken.push(`journal (${told}) and checkpoints (${finished}) name different nodes`);
  if (lines.some(({ seq }, at) => seq !== at + 1)) broken.push('the lines of the run are not counted from 1');
  const insights = JSON.parse(input).proposes === 0 ? 0 : 1;
  if (workflow === 'churn' && status === 'succeeded' && count('kpi.insight') !== insights)
    broken.push(`the insight was told ${count('kpi.insight')} times`);
  const before = killed.lines.filter(({ run }) => run === id).length;
  for (const node of killed.onDisk[id] ?? []) {
    const at = lines.findIndex(({ what }) => what === `run.node_finished ${node}`);
    if (at < 0 || at >= before) broken.push(`${node} was on disk when killed, and the journal did not say so then`);
  }
  const results = end.results.filter((each) => each.startsWith(`${id} `));
  if (results.length !== finished.length) broken.push(`${finished.length} nodes wrote ${results.length} results`);
  return [...broken, ...ofAnswer(id, killed, end), ...ofEffects(id, killed, end)];
}

function ofAnswer(id: string, killed: Observation, end: Observation): string[] {
  const broken: string[] = [];
  const approvals = end.approvals.filter(({ run }) => run === id);
  const answered = approvals.filter(({ status }) => status === 'answered');
  const lines = end.lines.filter(({ run, what }) => run === id && what.startsWith('approval.answered'));
  if (approvals.length > 1) broken.push(`the run asked ${approvals.length} questions`);
  if (lines.length !== answered.length) broken.push(`${answered.length} answers, told ${lines.length} times`);
  for (const { node, consumed } of approvals)
    if ((consumed !== null) !== (end.onDisk[id] ?? []).includes(node))
      broken.push(`the answer is ${consumed ? '' : 'not '}consumed, and ${node} is not in line with that`);
  const first = killed.approvals.find(({ run, status }) => run === id && status === 'answered');
  if (first && !answered.some(({ decision }) => decision === first.decision)) broken.push('an answer has changed');
  return broken;
}

function ofEffects(id: string, killed: Observation, end: Observation): string[] {
  const broken: string[] = [];
  const files = (of: Observation) => of.out.filter(({ path }) => path.includes(id));
  const effects = end.effects.filter(({ run }) => run === id);
  const done = effects.filter(({ state }) => state === 'done');
  const count = (kind: string) => end.lines.filter(({ run, what }) => run === id && what.startsWith(kind)).length;
  const decision = end.approvals.find(({ run }) => run === id)?.decision ?? null;
  const finished = end.runs.find((run) => run.id === id)?.status === 'succeeded';
  const expected = decision === 'approved' && finished ? EFFECTS : [];

  if (
    done
      .map(({ key }) => key)
      .toSorted()
      .join() !== expected.toSorted().join() &&
    (finished || decision === null)
  )
    broken.push(`effects done: ${done.map(({ key }) => key)}; expected: ${expected}`);
  if (new Set(effects.map(({ key }) => key)).size !== effects.length) broken.push('an effect has two keys');
  for (const kind of ['effect.done', 'action.executed'])
    if (count(kind) !== done.length)
      broken.push(`${done.length} effects are done, and ${kind} is told ${count(kind)} times`);
  for (const key of done.map((effect) => effect.key)) {
    const file = files(end).find(({ path }) => path.endsWith(`/${key}.md`));
    if (!file) broken.push(`${key} is said to be done, and there is no file`);
    else if (file.text !== end.drafts[id]?.[key] || file.text.includes(id) !== (key === 'task'))
      broken.push(`${key} is not what was approved`);
  }
  for (const { path, text } of files(killed)) {
    const [name = ''] = path.split('/').slice(-1);
    if (EFFECTS.some((key) => `${key}.md` === name) && text !== end.drafts[id]?.[name.slice(0, -3)])
      broken.push(`${name} was there when killed, and not whole`);
  }
  const strange = files(end).filter(({ path }) => !EFFECTS.some((key) => path.endsWith(`/${key}.md`)));
  if (finished && strange.length > 0) broken.push(`left behind: ${strange.map(({ path }) => path)}`);
  for (const { run, key } of killed.effects.filter((effect) => effect.run === id && effect.state === 'done')) {
    const mark = (of: Observation) => files(of).find(({ path }) => path.endsWith(`/${key}.md`))?.mark;
    if (mark(killed) !== mark(end)) broken.push(`${key} of ${run} was done when killed, and was done again`);
  }
  return broken;
}

/** No tenant's lease term has two, and what was drawn is not drawn again. */
function ofProposals(killed: Observation, end: Observation): string[] {
  const terms = end.runs
    .filter(({ workflow }) => workflow === 'retention')
    .map(({ input }) => JSON.parse(input) as { tenant: string; lease: string })
    .map(({ tenant, lease }) => `${tenant}/${lease}`);
  const twice = terms.filter((term, at) => terms.indexOf(term) !== at);
  const opened = end.proposals.filter(({ state }) => state === 'open');
  const told = (what: string) => end.lines.filter((line) => line.what.startsWith(what)).length;
  const asked = end.runs
    .filter(({ workflow, status }) => workflow === 'retention' && status !== 'succeeded')
    .map(({ input }) => (JSON.parse(input) as { tenant: string }).tenant);
  return [
    ...asked.filter((tenant, at) => asked.indexOf(tenant) !== at).map((tenant) => `${tenant} is asked about twice`),
    ...twice.map((term) => `${term} has two proposals`),
    ...(opened.length === terms.length ? [] : [`${opened.length} proposals are open, with ${terms.length} runs`]),
    ...opened.flatMap(({ run }) => (end.runs.some(({ id }) => id === run) ? [] : ['a proposal has no run'])),
    ...(told('proposal.opened') === opened.length ? [] : [`${told('proposal.opened')} were said to be opened`]),
    ...killed.proposals.flatMap(({ key, state }) => {
      const later = end.proposals.find((each) => each.key === key)?.state;
      return later === state ? [] : [`${key} was ${state} and is ${later}`];
    }),
  ];
}

/** Every row of every table but leases, whose expiry moves: two of these are equal when nothing was written between. */
export function everything(dir: string, file = '.sophia/sophia.db'): Readonly<Record<string, readonly string[]>> {
  const db = opened(join(dir, file));
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

export const RESTORED = '"store.restored"';

/** As `everything`, but for the line that tells of restoring, which came with all else. */
export function withoutNote(all: ReturnType<typeof everything>) {
  const { audit_head: _head, event = [], ...rest } = all;
  return { ...rest, event: event.filter((line) => !line.includes(RESTORED)) };
}

/** Rows of imports in that state, without what is minted anew each time. */
export function importedRows(dir: string, state: 'live' | 'staging'): string[] {
  const db = opened(join(dir, '.sophia/sophia.db'));
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
