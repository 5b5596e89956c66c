import type { Logger } from '../context/index.ts';
import type { NodeName, RunId, TimeZone } from '../domain/index.ts';
import type { Journal, LeaseDeps, Reader } from '../store/index.ts';
import type { AroundContext, Definition } from './workflow.ts';

export interface RunsDeps<Services> extends LeaseDeps {
  readonly journal: Pick<Journal, 'appendIn' | 'linesOf' | 'since'>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Of the wall clock that a human is told moments by. */
  readonly timeZone: TimeZone;
  /** Whether a role must be proved by a token; where not, whoever answers is believed, and told so. */
  readonly roles: 'proved' | 'believed';
  readonly logger: Pick<Logger, 'warn'>;
  /** What nodes may use, and the workflows that runs may have been begun by. */
  readonly services: Services;
  readonly workflows: readonly Definition<Services>[];
}

/** What it takes to carry a run on. */
export interface CarryDeps<Services> extends RunsDeps<Services> {
  /** For what a workflow does around its runs. */
  readonly room: AroundContext<Services>['runs'];
}

/** What a node works with: there is no way to the store in it but the lease of the run. */
export type GraphDeps<Services> = Omit<RunsDeps<Services>, 'store'> & { readonly read: Reader };

/** A node at work for a run. LangGraph's id of it is the same after a crash, another one on replay and in a fork. */
export interface Task {
  readonly runId: RunId;
  readonly taskId: string;
  readonly node: NodeName;
}

/** What a node was tried for the last time with: the run has failed by it. */
export class Exhausted extends Error {}

/** Thrown out of a node that has to wait: for a human, for a moment, or for its next try. What it waits for is stored. */
export class Waits extends Error {}
