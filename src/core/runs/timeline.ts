import type { Instant } from '../domain/index.ts';
import type { JournalEvent } from '../store/index.ts';

/** A step of a workflow: nodes that are run one by one, at the same time, or one for each of many items. */
export interface Step {
  readonly kind: 'node' | 'together' | 'each';
  readonly nodes: readonly string[];
}

/** A part of a step in which nobody worked on it. */
export interface Wait {
  readonly for: 'answer' | 'timer' | 'retry' | 'process';
  readonly from: Instant;
  /** Absent while it lasts. */
  readonly to?: Instant;
}

/** What has become of a step so far. */
export interface StepSpan extends Step {
  readonly state: 'done' | 'now' | 'later';
  readonly from?: Instant;
  readonly to?: Instant;
  readonly waits: readonly Wait[];
  /** Those of its nodes that have ended: of nodes that are run together each has a state of its own. */
  readonly ended: readonly string[];
  /** Of one that is run for each of many: how many have ended. */
  readonly items?: number;
}

/** The steps of a shape, as it is kept with a run; none where it is not. */
export function stepsIn(shape: string | null): Step[] {
  const parts = JSON.parse(shape ?? '[]') as readonly (string | Readonly<Record<string, unknown>>)[];
  return parts.flatMap((part): Step[] => {
    if (typeof part === 'string') return [{ kind: 'node', nodes: [part] }];
    const [entry] = Object.entries(part);
    if (!entry || !Array.isArray(entry[1])) return []; // what it takes
    return [{ kind: entry[0] === 'each' ? 'each' : 'together', nodes: entry[1].map(String) }];
  });
}

/** With what a wait begins, and with what it ends; that a process was gone shows by the next one that comes. */
const waits = {
  'approval.asked': 'answer',
  'timer.set': 'timer',
  'run.retry_set': 'retry',
} as const satisfies Partial<Record<JournalEvent['kind'], Wait['for']>>;
const ends: Partial<Record<JournalEvent['kind'], Wait['for']>> = {
  ...{ 'approval.answered': 'answer', 'approval.expired': 'answer', 'timer.fired': 'timer' },
};
const over: readonly JournalEvent['kind'][] = ['run.succeeded', 'run.failed', 'run.cancelled'];
const lives: readonly JournalEvent['kind'][] = ['run.started', 'run.resumed', ...over];

/** What a timeline is told from, as far as it is known. */
export interface Course {
  /** Oldest first: of nodes that have ended again and again the last time, and nothing that tells nothing here. */
  readonly lines: readonly JournalEvent[];
  /** How often each node has ended. */
  readonly finished: ReadonlyMap<string, number>;
}

const tells = new Set<JournalEvent['kind']>([
  ...lives,
  ...(Object.keys({ ...waits, ...ends }) as JournalEvent['kind'][]),
  'run.node_finished',
]);

/** The course of a run, gone on with by more of its lines: it stays short however many there are. */
export function courseOf(more: readonly JournalEvent[], before: Course = { lines: [], finished: new Map() }): Course {
  const lines = [...before.lines];
  const finished = new Map(before.finished);
  for (const line of more) {
    const { kind, body } = line;
    const last = lines.at(-1);
    if (last && !tells.has(last.kind) && kind !== 'run.resumed') lines.pop();
    if (kind === 'run.node_finished') {
      const node = String(body.node);
      finished.set(node, (finished.get(node) ?? 0) + 1);
      const earlier = lines.findIndex((each) => each.kind === kind && each.body.node === node);
      // By the line before it a process that came anew tells how long nobody was at it.
      if (earlier >= 0 && lines[earlier + 1]?.kind !== 'run.resumed') lines.splice(earlier, 1);
    }
    lines.push(line);
  }
  return { lines, finished };
}

/**
 * When each step was at work and when it waited, told from what a run has written to the journal. A step begins when the
 * one before it has ended.
 */
export function timelineOf(steps: readonly Step[], { lines: events, finished }: Course): StepSpan[] {
  const ended = (node: string) =>
    events.flatMap(({ kind, body }, at) => (kind === 'run.node_finished' && body.node === node ? [at] : []));
  const timesOf = ({ nodes }: Step) => nodes.reduce((sum, node) => sum + (finished.get(node) ?? 0), 0);
  // What has failed and is tried again has not ended.
  const latest = events.findLast(({ kind }) => lives.includes(kind));
  const finish = latest && over.includes(latest.kind) ? latest : undefined;
  // Lines are told apart by their order: several have the same moment.
  let next = events.findIndex(({ kind }) => kind === 'run.started');
  let isReached = next >= 0;
  return steps.map((step, at) => {
    const lines = step.nodes.map(ended);
    const isDone =
      finish?.kind === 'run.succeeded' ||
      (step.kind === 'each'
        ? (steps[at + 1]?.nodes ?? []).some((node) => ended(node).length > 0)
        : lines.every((each) => each.length > 0));
    const items = step.kind === 'each' ? { items: timesOf(step) } : {};
    const from = events[next]?.at;
    if (!isReached || from === undefined) return { ...step, state: 'later', waits: [], ended: [], ...items };
    const last = Math.max(next, ...lines.flat());
    const to = isDone ? events[last]?.at : finish?.at;
    const done = step.nodes.filter((_, node) => isDone || (step.kind !== 'each' && lines[node]?.length));
    const within = events.slice(next, isDone ? last + 1 : undefined);
    [next, isReached] = [last, isDone];
    return {
      ...{ ...step, state: isDone ? 'done' : 'now', from, waits: waitsIn(within, to), ended: done, ...items },
      ...(to && { to }),
    };
  });
}

function waitsIn(events: readonly JournalEvent[], to: Instant | undefined): Wait[] {
  const found: Wait[] = [];
  const open = new Map<Wait['for'], Instant>();
  const close = (what: Wait['for'], at: Instant) => {
    const from = open.get(what);
    if (from !== undefined && from < at) found.push({ for: what, from, to: at });
    open.delete(what);
  };
  for (const [at, { kind, at: when }] of events.entries()) {
    const begins = (waits as Partial<Record<JournalEvent['kind'], Wait['for']>>)[kind];
    const what = ends[kind];
    if (begins) open.set(begins, when);
    if (what) close(what, when);
    if (kind !== 'run.resumed') continue;
    const isExplained = open.size > 0;
    close('retry', when);
    const before = events[at - 1]?.at;
    // Whoever was at it is gone: with nothing else to wait for, it waited for the next process.
    if (before !== undefined && before < when && !isExplained) found.push({ for: 'process', from: before, to: when });
  }
  for (const [what, from] of open) found.push({ for: what, from, ...(to && { to }) });
  return found;
}
