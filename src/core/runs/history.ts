import type { Instant, OwnerId } from '../domain/index.ts';
import type { Reader } from '../store/index.ts';
import { INPUT, isPlan, nodeIn, RESULTS } from './channels.ts';
import type { Row } from './rows.ts';
import type { RunSummary } from './standing.ts';
import { stepsIn } from './timeline.ts';

/** What was said for a whole: by a node, or as the input. */
export interface Said {
  /** The node; `input` for what the run was begun with. */
  readonly of: string;
  /** Absent where nothing was. */
  readonly before?: unknown;
  readonly after: unknown;
}

/** Of a node that is run for each of many: how many more items have ended, of which there are `total` by then. */
export interface Grown {
  readonly of: string;
  readonly added: number;
  readonly total: number;
}

export type Change = Said | Grown;

export interface Moment {
  readonly id: string;
  /** LangGraph's count, which begins with -1: nothing but that there is an input. */
  readonly step: number;
  readonly at: Instant;
  /** Nodes that ran since the one before. */
  readonly nodes: readonly string[];
  readonly next: readonly string[];
  readonly changes: readonly Change[];
}

export interface History extends Pick<RunSummary, 'id' | 'status' | 'input'> {
  /** Oldest first. */
  readonly checkpoints: readonly Moment[];
  /** What nodes have said since the newest: the next one waits for all of its step. */
  readonly written: readonly Change[];
  /** Of a run that has succeeded: what its nodes said, and of what was done for each of many how many there are. */
  readonly output?: object;
}

interface Place {
  readonly read: Reader;
  readonly owner: OwnerId;
}

/** What a run was begun with, what each checkpoint changed, and what came of it: also where its definition is gone. */
export async function historyOf(
  { read, owner }: Place,
  { shape }: Pick<Row, 'shape'>,
  { id, status, input }: RunSummary,
): Promise<History> {
  const { trailOf } = await import('../checkpoint/index.ts');
  const { links, since } = await trailOf(read, { owner, thread: id, lists: RESULTS });
  const totals = new Map<string, number>();
  const changesIn = ({ changed, grown }: typeof since): Change[] => [
    ...changed.map(({ channel, ...values }) => ({ of: nodeIn(channel), ...values })),
    ...grown.map(({ channel, added }) => {
      const of = nodeIn(channel);
      const total = (totals.get(of) ?? 0) + added;
      totals.set(of, total);
      return { of, added, total };
    }),
  ];
  const checkpoints = links.map((link): Moment => {
    const sent = link.sent > 0 ? link.ran.filter(isPlan) : [];
    return {
      ...{ id: link.id, step: link.step, at: link.at },
      nodes: link.ran.map(nodeIn),
      next: [...sent, ...link.next].map(nodeIn),
      changes: changesIn(link),
    };
  });
  const written = changesIn(since);
  const all = [...checkpoints.flatMap(({ changes }) => changes), ...written];
  const output = status === 'succeeded' ? { output: outputOf(all, shape) } : {};
  return { id, status, input, checkpoints, written, ...output };
}

/** What all nodes said, in the order in which they stand, as the state of a run is made. */
function outputOf(changes: readonly Change[], shape: string | null): object {
  const nodes = stepsIn(shape).flatMap((step) => step.nodes);
  const said = new Map(changes.filter(({ of }) => of !== INPUT).map((change) => [change.of, change]));
  const inOrder = [...said.values()].toSorted((a, b) => nodes.indexOf(a.of) - nodes.indexOf(b.of));
  const parts = inOrder.map((each) => ('after' in each ? each.after : { [each.of]: { items: each.total } }));
  return Object.assign({}, ...parts);
}
