import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { UserError } from '../errors/index.ts';
import type { Held } from './cancel.ts';
import { INPUT, planOf, resultOf, resultsOf } from './channels.ts';
import type { GraphDeps } from './deps.ts';
import { policy } from './policy.ts';
import type { Row } from './rows.ts';
import { openTasks } from './tasks.ts';
import type { Definition } from './workflow.ts';

type State = Record<string, unknown>;
/** What a task of an `each` is given. */
type Sent = { readonly at: number; readonly item: object };

export interface Graph {
  /** Input, and what the finished nodes said. */
  state(): Promise<object>;
  /** Carries the run to its end, or until all that is left of it has to wait. */
  carry(): Promise<{ readonly state: object; readonly waits: boolean }>;
}

/**
 * A run as a LangGraph graph with one channel per node, standing where its checkpoints stand. A node that finished before
 * is not run again: its write is read from the store. Where the user stops the command, the nodes hear of it, and what they
 * come to all the same is written before it ends; when the run is `gone`, nothing more is.
 */
export async function openGraph<Services>(
  deps: GraphDeps<Services>,
  lease: Held,
  definition: Definition<Services>,
  run: Pick<Row, 'id' | 'input' | 'retries'>,
  gone: AbortSignal,
): Promise<Graph> {
  const [langgraph, { openSaver }] = await Promise.all([
    import('@langchain/langgraph'),
    import('../checkpoint/index.ts'),
  ]);
  const { Annotation, DeltaChannel, END, GraphInterrupt, isGraphDrained, RunControl, Send, START, StateGraph } =
    langgraph;
  const { steps } = definition;
  const tasks = openTasks(deps, lease, run, { gone, later: () => new GraphInterrupt([]) });

  const nodes = steps.flatMap(({ kind, nodes }) => nodes.map((node) => ({ kind, ...node })));
  const channels = Object.fromEntries([
    [INPUT, Annotation<unknown>()],
    ...nodes.map(({ kind, name }) =>
      kind === 'each' ? [resultsOf(name), () => growing(DeltaChannel)] : [resultOf(name), Annotation<unknown>()],
    ),
  ]);
  const graph = new StateGraph(Annotation.Root(channels)) as unknown as Builder;
  const doors = steps.map(({ kind, nodes }) => nodes.map(({ name }) => (kind === 'each' ? planOf(name) : name)));
  for (const door of doors[0] ?? [END]) graph.addEdge(START, door);
  steps.forEach(({ kind, nodes, items }, at) => {
    const next = doors[at + 1] ?? [END];
    for (const node of nodes) {
      const { name } = node;
      if (kind === 'each') {
        graph.addNode(planOf(name), async (_state, config) => tasks.plan(config));
        graph.addNode(name, async (sent, config) => {
          const { at, item } = sent as unknown as Sent;
          return { [resultsOf(name)]: [await tasks.work(node, config, item, at)] };
        });
        const sends = (state: State) =>
          (items?.(merged(definition, state)) ?? []).map((item, at) => new Send(name, { at, item }));
        graph.addConditionalEdges(planOf(name), (state) => (sends(state).length > 0 ? sends(state) : next), [
          name,
          ...next,
        ]);
      } else {
        graph.addNode(name, async (state, config) => ({
          [resultOf(name)]: await tasks.work(node, config, merged(definition, state)),
        }));
      }
      for (const each of next) graph.addEdge(name, each);
    }
  });

  const saver = openSaver({
    ...{ read: deps.read, lease, owner: deps.owner, random: deps.random },
    ...{ alsoWrite: tasks.record, written: tasks.written, unwritten: tasks.unwritten },
  });
  const thread = { configurable: { thread_id: run.id } };
  const compiled = graph.compile({ checkpointer: saver });
  const { durability, maxConcurrency } = policy;
  const options = {
    ...thread,
    durability,
    maxConcurrency,
    recursionLimit: policy.recursionLimit(steps.length),
    signal: gone,
  };
  return {
    state: async () => merged(definition, (await compiled.getState(thread)).values),
    async carry() {
      const begun = await saver.getTuple(thread);
      const control = new RunControl();
      const drain = () => control.requestDrain();
      deps.signal.addEventListener('abort', drain);
      const given = begun ? null : { [INPUT]: JSON.parse(run.input) };
      const state = await compiled
        .invoke(given, { ...options, control })
        .catch((thrown: unknown) => {
          tasks.throwIfFailed();
          throw isGraphDrained(thrown as Error) ? deps.signal.reason : thrown;
        })
        // The signal is that of the process, and outlives thousands of runs.
        .finally(() => deps.signal.removeEventListener('abort', drain));
      tasks.throwIfFailed();
      if (!tasks.isWaiting()) complete(definition, state);
      return { state: merged(definition, state), waits: tasks.isWaiting() };
    },
  };
}

/** LangGraph's builder and graph, whose types would know the names of nodes if they were not known at run time only. */
interface Builder {
  addNode(name: string, run: (state: State, config: LangGraphRunnableConfig) => Promise<object>): void;
  addEdge(from: string, to: string): void;
  addConditionalEdges(from: string, choose: (state: State) => unknown[], to: string[]): void;
  compile(options: object): {
    getState(thread: object): Promise<{ readonly values: State }>;
    invoke(input: object | null, options: object): Promise<State>;
  };
}

/** A list that is stored as what is added to it, however long it is. */
function growing(Channel: typeof import('@langchain/langgraph').DeltaChannel) {
  return new Channel<unknown[], unknown[]>((list, more) => list.concat(...more), { initialValueFactory: () => [] });
}

/** Input and updates, in the order in which the nodes stand. */
function merged({ steps }: Pick<Definition<never>, 'steps'>, state: State): object {
  const said = steps.flatMap(({ kind, nodes }) =>
    nodes.map(({ name }) => (kind === 'each' ? { [name]: state[resultsOf(name)] } : state[resultOf(name)])),
  );
  return Object.assign({}, state[INPUT], ...said);
}

/** LangGraph ends in silence where the next node is one that the graph no longer has. */
function complete({ name, version, steps }: Pick<Definition<never>, 'name' | 'version' | 'steps'>, state: State): void {
  const left = steps.flatMap(({ kind, nodes, items }, at) => {
    if (kind !== 'each') return nodes.filter(({ name }) => !(resultOf(name) in state));
    const { length = 0 } = items?.(merged({ steps: steps.slice(0, at) }, state)) ?? [];
    return nodes.filter(({ name }) => ((state[resultsOf(name)] ?? []) as readonly unknown[]).length < length);
  });
  if (left.length === 0) return;
  const names = left.map((node) => node.name).join(', ');
  throw new UserError(
    'incompatible',
    `the checkpoints of this run do not lead to ${names} of ${name} version ${version}`,
    ['begin it anew: the same command as before gives this run up'],
  );
}
