import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { BugError } from '../errors/index.ts';
import type { Event, FencedTx, Lease } from '../store/index.ts';
import { ask, consume, fateOf, isAsked, unconsumed } from './approvals.ts';
import type { RunsDeps } from './deps.ts';
import { once } from './effects.ts';
import { insertRun, type Row } from './rows.ts';
import type { Answer, Definition, Node, NodeContext } from './workflow.ts';

type State = Record<string, object>;

/** Channel with what a node returned. A node is finished when a write to its channel is on disk. */
const resultOf = (node: string) => `${node}.result`;
const INPUT = 'input';
/** Where LangGraph keeps questions: among the writes of the task that asks, and in what an invocation returns. */
const INTERRUPT = '__interrupt__';

export type GraphDeps<Services> = Omit<RunsDeps<Services>, 'store'> & {
  readonly read: RunsDeps<Services>['store']['read'];
};

/** What a node has gathered for the transaction that records it as finished. */
interface Gathered {
  readonly events: Event[];
  readonly changes: ((tx: FencedTx) => Promise<void>)[];
}

export interface Carried {
  /** Input, and what the finished nodes said. */
  readonly state: object;
  /** It stopped with a question. */
  readonly waits: boolean;
}

/**
 * Carries a run from wherever its checkpoints stand to its end, or to its next question, as a LangGraph graph with one
 * channel per node. A node that finished before is not run again: its write is read from the store.
 */
export async function invoke<Services>(
  deps: GraphDeps<Services>,
  lease: Pick<Lease, 'write' | 'lost'>,
  definition: Definition<Services>,
  run: Pick<Row, 'id' | 'input'>,
): Promise<Carried> {
  const [{ Annotation, Command, END, interrupt, isGraphInterrupt, START, StateGraph }, { openSaver }] =
    await Promise.all([import('@langchain/langgraph'), import('../checkpoint/index.ts')]);
  const signal = AbortSignal.any([deps.signal, lease.lost]);
  const gathered = new Map<string, Gathered>();
  let failure: unknown;

  const names = definition.nodes.map(({ name }) => name);
  const channels = Object.fromEntries([INPUT, ...names.map(resultOf)].map((name) => [name, Annotation<object>()]));
  const graph = new StateGraph(Annotation.Root(channels));
  for (const node of definition.nodes) {
    graph.addNode(node.name, async (state: State, config: LangGraphRunnableConfig) => {
      const mine: Gathered = { events: [], changes: [] };
      const context = contextOf({ deps, lease, run, signal, mine, node, taskId: taskIn(config), interrupt });
      try {
        const update = await node.run(merged(state), context);
        gathered.set(node.name, mine);
        return { [resultOf(node.name)]: update };
      } catch (thrown) {
        if (isGraphInterrupt(thrown)) throw thrown;
        // LangGraph writes the error into the checkpoint, where no message may go: it may name somebody.
        failure = thrown;
        throw new Error('node failed');
      }
    });
  }
  const edges = graph as unknown as { addEdge(from: string, to: string): void };
  [START, ...names].forEach((from, at) => {
    edges.addEdge(from, names[at] ?? END);
  });

  const saver = openSaver({
    read: deps.read,
    write: lease.write,
    owner: deps.owner,
    random: deps.random,
    alsoWrite: async (tx, { writes }) => {
      for (const name of names) {
        if (!writes.some(([channel]) => channel === resultOf(name))) continue;
        await consume(tx, deps, run.id, name);
        await finished(deps, tx, run, name, gathered.get(name));
      }
      const asked = writes.flatMap(([channel, value]) => (channel === INTERRUPT ? questionsIn(value) : []));
      if (asked.length > 0) await ask(tx, deps, run.id, asked);
    },
  });
  const thread = { configurable: { thread_id: run.id } };
  const options = { ...thread, durability: 'sync' as const, recursionLimit: names.length + 5, signal };
  const compiled = graph.compile({ checkpointer: saver });
  const begun = await saver.getTuple(thread);
  const held = begun ? await compiled.getState(thread) : undefined;
  if (held && (await isAsked(deps.read, run.id))) return { state: merged(held.values as State), waits: true };
  // By its id, so that an answer is given to the question that it answers, and to no later one.
  const pending = (held?.tasks ?? []).flatMap(({ interrupts }) => interrupts.flatMap(({ id }) => id ?? []));
  const answers = await unconsumed(deps.read, run.id);
  const answered = pending.filter((interruptId) => answers.has(interruptId));

  const resume = Object.fromEntries(answered.map((interruptId) => [interruptId, answers.get(interruptId)]));
  const given = answered.length > 0 ? new Command({ resume }) : begun ? null : { [INPUT]: JSON.parse(run.input) };
  try {
    const state = (await compiled.invoke(given as never, options)) as State;
    return { state: merged(state), waits: INTERRUPT in state };
  } catch (thrown) {
    lease.lost.throwIfAborted();
    throw failure ?? thrown;
  }
}

interface Hands<Services> {
  readonly deps: GraphDeps<Services>;
  readonly lease: Pick<Lease, 'write'>;
  readonly run: Pick<Row, 'id'>;
  readonly signal: AbortSignal;
  readonly mine: Gathered;
  readonly node: Node<Services>;
  readonly taskId: string;
  readonly interrupt: (question: object) => unknown;
}

function contextOf<Services>(hands: Hands<Services>): NodeContext<Services> {
  const { deps, lease, run, signal, mine, node, taskId, interrupt } = hands;
  let asked = false;
  return {
    ...{ runId: run.id, services: deps.services, signal },
    emit: (event) => mine.events.push({ ...event, runId: run.id }),
    alongside: (work) => mine.changes.push(work),
    begin: async (tx, workflow, input) => (await insertRun(tx, deps, workflow, input, 'queued')).id,
    fateOf: (tx, runId) => fateOf(tx, runId),
    once: (key, work, done = []) => {
      const lines = done.map((event): Event => ({ ...event, runId: run.id }));
      return once(deps, lease, { runId: run.id, taskId, key, done: lines }, work);
    },
    async approve() {
      // LangGraph gives all questions of one node one id, so that an answer could be taken for another.
      if (asked) throw new BugError(`node ${node.name} asks twice: one question a node`);
      asked = true;
      return interrupt({ node: node.name }) as Answer;
    },
  };
}

/** LangGraph's id of the node's task: the same after a crash, another one on replay and in a fork. */
function taskIn({ executionInfo }: LangGraphRunnableConfig): string {
  if (!executionInfo?.taskId) throw new BugError('LangGraph told no task id');
  return executionInfo.taskId;
}

function questionsIn(value: unknown): { interruptId: string; node: string }[] {
  const all = (Array.isArray(value) ? value : [value]) as { id?: string; value?: { node?: string } }[];
  return all.map(({ id, value: question }) => {
    if (!id || !question?.node) throw new BugError('LangGraph told no id of a question');
    return { interruptId: id, node: question.node };
  });
}

/** The line that says so, and whatever else the node wanted, in the transaction that makes it so. */
async function finished<Services>(
  { journal }: GraphDeps<Services>,
  tx: FencedTx,
  run: Pick<Row, 'id'>,
  node: Node<Services>['name'],
  { events, changes }: Gathered = { events: [], changes: [] },
): Promise<void> {
  await journal.appendIn(tx, { kind: 'run.node_finished', runId: run.id, body: { node } });
  for (const event of events) await journal.appendIn(tx, event);
  for (const change of changes) await change(tx);
}

/** Input and updates, in the order in which the nodes stand; without the questions. */
function merged(state: State): object {
  const { [INTERRUPT]: _questions, ...said } = state;
  return Object.assign({}, ...Object.values(said));
}
