import { id, type NodeName, type RunId, type WorkflowName } from '../domain/index.ts';
import type { Event } from '../store/index.ts';

/** Ids, days and numbers. Together they name the run. */
export type RunInput = Readonly<Record<string, string | number>>;

/** What a node may do besides returning its update. */
export interface NodeContext<Services> {
  readonly runId: RunId;
  readonly services: Services;
  /** Aborts when the user stops the command, or when another process has taken over the run. */
  readonly signal: AbortSignal;
  /** A line of the journal, written in the transaction that records this node as finished: both, or neither. */
  emit(event: Event): void;
}

export interface Node<Services> {
  readonly name: NodeName;
  /** Gets the state so far and returns what it adds. Both are written to the store: ids and numbers only. */
  run(state: object, context: NodeContext<Services>): Promise<object>;
}

/** What the room needs in order to run any workflow; the types of its state are known only to who starts it. */
export interface Definition<Services> {
  readonly name: WorkflowName;
  /** Goes up whenever a run begun under the old nodes could not be finished by the new ones. */
  readonly version: number;
  readonly nodes: readonly Node<Services>[];
}

export interface Workflow<Services, Input extends RunInput, State extends object = Input> extends Definition<Services> {
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
