import type { RunId } from '../domain/index.ts';
import type { Event, Journal, Lease } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import type { Definition, NodeContext } from './workflow.ts';

type State = Record<string, object>;

/** Channel with what a node returned. A node is finished when a write to its channel is on disk. */
const resultOf = (node: string) => `${node}.result`;
const INPUT = 'input';

/**
 * Carries a run from wherever its checkpoints stand to its end, as a LangGraph graph with one channel per node, and
 * returns all that the nodes said. A node that finished before is not run again: its write is read from the store.
 */
export async function invoke<Services>(
  deps: Omit<RunsDeps<Services>, 'store'> & { readonly read: RunsDeps<Services>['store']['read'] },
  lease: Pick<Lease, 'write' | 'lost'>,
  definition: Definition<Services>,
  run: { readonly id: RunId; readonly input: string },
): Promise<object> {
  const [{ Annotation, END, START, StateGraph }, { openSaver }] = await Promise.all([
    import('@langchain/langgraph'),
    import('../checkpoint/index.ts'),
  ]);
  const signal = AbortSignal.any([deps.signal, lease.lost]);
  const emitted = new Map<string, Event[]>();
  let failure: unknown;

  const names = definition.nodes.map(({ name }) => name);
  const channels = Object.fromEntries([INPUT, ...names.map(resultOf)].map((name) => [name, Annotation<object>()]));
  const graph = new StateGraph(Annotation.Root(channels));
  for (const node of definition.nodes) {
    graph.addNode(node.name, async (state: State) => {
      const events: Event[] = [];
      const context: NodeContext<Services> = {
        ...{ runId: run.id, services: deps.services, signal },
        emit: (event) => events.push({ ...event, runId: run.id }),
      };
      try {
        const update = await node.run(merged(state), context);
        emitted.set(node.name, events);
        return { [resultOf(node.name)]: update };
      } catch (thrown) {
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
    alsoWrite: async (tx, { channels }) => {
      for (const name of names) {
        if (!channels.includes(resultOf(name))) continue;
        await finished(deps.journal, tx, run.id, name, emitted.get(name) ?? []);
      }
    },
  });
  const thread = { configurable: { thread_id: run.id } };
  const begun = await saver.getTuple(thread);
  const options = { ...thread, durability: 'sync' as const, recursionLimit: names.length + 5, signal };
  try {
    const compiled = graph.compile({ checkpointer: saver });
    return merged((await compiled.invoke(begun ? null : { [INPUT]: JSON.parse(run.input) }, options)) as State);
  } catch (thrown) {
    lease.lost.throwIfAborted();
    throw failure ?? thrown;
  }
}

/** The line that says so, in the transaction that makes it so. */
async function finished(
  journal: Pick<Journal, 'appendIn'>,
  tx: Parameters<Journal['appendIn']>[0],
  runId: RunId,
  node: Definition<never>['nodes'][number]['name'],
  events: readonly Event[],
): Promise<void> {
  await journal.appendIn(tx, { kind: 'run.node_finished', runId, body: { node } });
  for (const event of events) await journal.appendIn(tx, event);
}

/** Input and updates, in the order in which the nodes stand. */
function merged(state: State): object {
  return Object.assign({}, ...Object.values(state));
}
