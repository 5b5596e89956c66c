import { type Id, id, type NodeName, type RunId, type WorkflowName } from '../domain/index.ts';
import type { Event, FencedTx } from '../store/index.ts';

/** What became of the question of a run: `dropped` is one that ended without an answer. */
export type Fate = 'unanswered' | 'answered' | 'dropped';

/** Ids, days and numbers. Together they name the run. */
export type RunInput = Readonly<Record<string, string | number>>;

/** What a human said to a question of a run. */
export interface Answer {
  readonly decision: 'approved' | 'rejected';
}

/** What a node may do besides returning its update. */
export interface NodeContext<Services> {
  readonly runId: RunId;
  readonly services: Services;
  /** Aborts when the user stops the command, or when another process has taken over the run. */
  readonly signal: AbortSignal;
  /** A line of the journal, written in the transaction that records this node as finished: both, or neither. */
  emit(event: Event): void;
  /** A change of the store made in that transaction. Reads what it decides by through `tx`. */
  alongside(work: (tx: FencedTx) => Promise<void>): void;
  /** Begins another run in the same transaction. It is queued: nobody has worked on it yet. */
  begin<Input extends RunInput>(tx: FencedTx, workflow: Begins<Input>, input: Input): Promise<RunId>;
  /** What became of the question of another run, as that transaction sees it. */
  fateOf(tx: FencedTx, runId: RunId): Promise<Fate>;
  /**
   * Does something to the world outside, once: when it is recorded as done, it is never done again, whatever is killed.
   * Killed in between it is in doubt and is done again, with the same `idempotencyKey`. `done` are lines of the journal
   * written in the transaction that records it.
   */
  once<T>(key: Id<'effect'>, work: (idempotencyKey: string) => Promise<T>, done?: readonly Event[]): Promise<T>;
  /** Waits for a human, for days if need be: the process ends meanwhile. One question a node. */
  approve(): Promise<Answer>;
}

export interface Node<Services> {
  readonly name: NodeName;
  /** Gets the state so far and returns what it adds. Both are written to the store: ids and numbers only. */
  run(state: object, context: NodeContext<Services>): Promise<object>;
}

/** What a run records of its workflow, so that it is finished by the very same. */
export interface Shape {
  readonly name: WorkflowName;
  /** Goes up whenever a run begun under the old nodes could not be finished by the new ones. */
  readonly version: number;
  readonly nodes: readonly { readonly name: NodeName }[];
}

/** What it takes to begin a run: whatever services its nodes use are the room's to give. */
export type Begins<Input extends RunInput, State extends object = object> = Shape & {
  readonly takes?: Input;
  readonly gives?: State;
};

/** What the room needs in order to run any workflow; the types of its state are known only to who starts it. */
export interface Definition<Services> extends Shape {
  readonly nodes: readonly Node<Services>[];
}

export interface Workflow<Services, Input extends RunInput, State extends object = Input> extends Definition<Services> {
  /** Never there: they tell the type checker what a run of it is begun with, and what it ends with. */
  readonly takes?: Input;
  readonly gives?: State;
  /** Appends a node; the nodes after it see what it returned. */
  node<Update extends object>(
    name: string,
    run: (state: State, context: NodeContext<Services>) => Promise<Update>,
  ): Workflow<Services, Input, State & Update>;
}

/** A workflow whose nodes follow each other. At run time it is a LangGraph graph with a checkpoint after every node. */
export function workflow<Services, Input extends RunInput>(name: string, version: number): Workflow<Services, Input> {
  return withNodes({ name: id('workflow', name), version, nodes: [] });
}

function withNodes<Services, Input extends RunInput, State extends object>(
  definition: Definition<Services>,
): Workflow<Services, Input, State> {
  return {
    ...definition,
    node: (name, run) =>
      withNodes({ ...definition, nodes: [...definition.nodes, { name: id('node', name), run } as Node<Services>] }),
  };
}
