import type { z } from 'zod';
import { type Id, type Instant, id, type NodeName, type RunId, type WorkflowName } from '../domain/index.ts';
import { UsageError } from '../errors/index.ts';
import type { Event, FencedTx } from '../store/index.ts';
import { INPUT, nodeIn } from './channels.ts';
import type { Runs } from './index.ts';

/** What became of the question of a run: `dropped` is one that ended without an answer. */
export type Fate = 'unanswered' | 'answered' | 'dropped';

/** Ids, days and numbers. Together they name the run. */
export type RunInput = Readonly<Record<string, string | number>>;

/** What a human says to a question that asks for nothing else. */
export interface Answer {
  readonly decision: 'approved' | 'rejected';
}

/** What a human is asked. It is kept with the question and nowhere else: it may name somebody. */
export interface Question<T extends object> {
  readonly title: string;
  readonly summary: string;
  /**
   * An object of fields. An answer that it does not fit is refused before anything is written; so it has no rule that
   * JSON Schema cannot say, such as `refine`.
   */
  readonly answer: z.ZodType<T>;
  /** Who may answer; without it anybody. */
  readonly roles?: readonly string[];
  /** Two persons: whoever answers has neither begun the run nor answered an earlier question of it. */
  readonly by?: 'another';
  /** The answer that holds from that moment on, when nobody has given another one. */
  readonly expires?: { readonly at: Instant; readonly answer: T };
}

/**
 * What is done about an effect that was begun and is not recorded as done: it may or may not have happened. `retry`
 * does it again with the same key, and is safe only where the receiver honours the key; `ask` has a human look whether
 * it was done; `skip` leaves it, done or not.
 */
export type InDoubt = 'retry' | 'ask' | 'skip';

export interface OnceOptions<Policy extends InDoubt> {
  readonly inDoubt: Policy;
  /** Lines of the journal written in the transaction that records it as done. */
  readonly done?: readonly Event[];
}

/** What a node may do besides returning its update. */
export interface NodeContext<Services> {
  readonly runId: RunId;
  readonly services: Services;
  /**
   * Aborts when the user stops the command, when another process has taken over the run, when the run is cancelled,
   * and when the node has had the time that it may take.
   */
  readonly signal: AbortSignal;
  /** Another moment whenever the node is run again; a timer and a question keep the one that they were first given. */
  now(): Instant;
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
   * Killed in between, or thrown out of, it is in doubt, and `inDoubt` says what then; `undefined` is what comes of one
   * that was left as it is. A node's body around it is done at least once: after a crash it is run again from its top.
   */
  once<T>(key: Id<'effect'>, work: (idempotencyKey: string) => Promise<T>, options: OnceOptions<'retry'>): Promise<T>;
  once<T>(
    key: Id<'effect'>,
    work: (idempotencyKey: string) => Promise<T>,
    options: OnceOptions<InDoubt>,
  ): Promise<T | undefined>;
  /**
   * Waits for a human, for days if need be: the process ends meanwhile, by what this throws, which a node must not catch.
   * A node may ask several times, in the same order each time that it is run; of a question and a moment at once it waits
   * for the first by `Promise.any`.
   */
  approve(): Promise<Answer>;
  approve<T extends object>(question: Question<T>): Promise<T>;
  /** Waits until then, for days if need be: the process ends meanwhile. The moment that was named first is kept. */
  sleepUntil(at: Instant): Promise<void>;
}

export interface NodeOptions {
  /** Failures outside that may pass are tried again: so many times in all, after `firstMs`, twice that, up to `maxMs`. */
  readonly retry?: { readonly attempts: number; readonly firstMs: number; readonly maxMs: number };
  /** How long one run of the node may take. */
  readonly limitMs?: number;
}

/** One piece of work of a workflow. */
export interface Node<Services> extends NodeOptions {
  readonly name: NodeName;
  /** Gets the state so far, or its item, and returns what it adds. Both are written to the store: ids and numbers only. */
  run(given: object, context: NodeContext<Services>): Promise<object>;
}

/** Nodes that are run at the same time, or one that is run for each of many items; the next step waits for all. */
interface StepShape {
  readonly kind: 'node' | 'together' | 'each';
  readonly nodes: readonly { readonly name: NodeName }[];
}

interface Step<Services> extends StepShape {
  readonly nodes: readonly Node<Services>[];
  readonly items?: (state: object) => readonly unknown[];
}

/** What a run records of its workflow, so that it is finished by the very same. */
export interface Shape {
  readonly name: WorkflowName;
  /** Goes up whenever a run begun under the old nodes could not be finished by the new ones. */
  readonly version: number;
  readonly steps: readonly StepShape[];
  /** What a run of it is begun with, where anybody may begin one by its name. */
  readonly input?: z.ZodType;
}

/** What is done around a run may do: it has other runs in its hands, and no transaction. */
export interface AroundContext<Services> {
  readonly services: Services;
  readonly runs: Pick<Runs, 'show' | 'resume' | 'withdraw'>;
  readonly warn: (text: string) => void;
}

/** Whom a question is for: one of some roles, and another than who began the run or has answered in it. */
export interface Rule {
  readonly roles?: readonly string[];
  readonly by?: 'another';
}

/**
 * What belongs to a run and is in none of its nodes: done by whoever carries it, before that begins and after it has
 * succeeded. Killed in between, `before` is done again and `after` is not.
 */
export interface Around<Services, Input> {
  before?(input: Input, context: AroundContext<Services>): Promise<void>;
  after?(input: Input, context: AroundContext<Services>): Promise<void>;
  /** Whom its questions are for by what is so now, besides what each of them said when it was asked. */
  answerable?(services: Services): Rule;
}

/** What it takes to begin a run: whatever services its nodes use are the room's to give. */
export type Begins<Input extends RunInput, State extends object = object> = Shape & {
  readonly takes?: Input;
  readonly gives?: State;
};

/** What the room needs in order to run any workflow; the types of its state are known only to who starts it. */
export interface Definition<Services> extends Shape {
  /**
   * Where whoever went on with it was killed or stopped, nobody who comes by goes on: somebody has to say so. For what spends
   * money, and may have been ended otherwise meanwhile.
   */
  readonly isLeftAlone?: boolean;
  readonly steps: readonly Step<Services>[];
  readonly around?: Around<Services, RunInput>;
}

type Run<Services, State, Update> = (state: State, context: NodeContext<Services>) => Promise<Update>;
type Branches<Services, State> = Readonly<Record<string, Run<Services, State, object>>>;
/** What all branches add, together. */
type Added<B> = ({
  [Name in keyof B]: B[Name] extends Run<never, never, infer Update> ? (of: Update) => void : never;
}[keyof B] extends (of: infer All) => void
  ? All
  : never) &
  object;

export interface Workflow<Services, Input extends RunInput, State extends object = Input> extends Definition<Services> {
  /** Never there: they tell the type checker what a run of it is begun with, and what it ends with. */
  readonly takes?: Input;
  readonly gives?: State;
  /** Appends a node; the nodes after it see what it returned. */
  node<Update extends object>(
    name: string,
    run: Run<Services, State, Update>,
    options?: NodeOptions,
  ): Workflow<Services, Input, State & Update>;
  /** Appends nodes that are run at the same time and do not see each other; the nodes after them see what all returned. */
  together<B extends Branches<Services, State>>(
    branches: B,
    options?: NodeOptions,
  ): Workflow<Services, Input, State & Added<B>>;
  /**
   * Appends a node that is run for each item, a bounded number at the same time. The nodes after it see what came of
   * them under its name, in the order of the items.
   */
  each<Name extends string, Item, Out>(
    name: Name,
    items: (state: State) => readonly Item[],
    run: Run<Services, Item, Out>,
    options?: NodeOptions,
  ): Workflow<Services, Input, State & Readonly<Record<Name, readonly Out[]>>>;
}

/** A workflow whose steps follow each other. At run time it is a LangGraph graph with a checkpoint after every step. */
export function workflow<Services, Input extends RunInput>(
  name: string,
  version: number,
  options: {
    readonly input?: z.ZodType<Input>;
    readonly around?: Around<Services, Input>;
    readonly isLeftAlone?: boolean;
  } = {},
): Workflow<Services, Input> {
  // The input was typed when the workflow was defined; a stored one is of no type.
  const untyped = options as Pick<Definition<Services>, 'input' | 'around' | 'isLeftAlone'>;
  return withSteps({ ...untyped, name: id('workflow', name), version, steps: [] });
}

function withSteps<Services, Input extends RunInput, State extends object>(
  definition: Definition<Services>,
): Workflow<Services, Input, State> {
  const and = (step: Step<Services>) => withSteps({ ...definition, steps: [...definition.steps, step] }) as never;
  return {
    ...definition,
    node: (name, run, options) => and({ kind: 'node', nodes: [named(name, run, options)] }),
    together: (branches, options) =>
      and({ kind: 'together', nodes: Object.entries(branches).map(([name, run]) => named(name, run, options)) }),
    each: (name, items, run, options) =>
      and({ kind: 'each', nodes: [named(name, run, options)], items: items as (state: object) => readonly unknown[] }),
  };
}

function named<Services, Given, Update>(
  name: string,
  run: Run<Services, Given, Update>,
  options: NodeOptions = {},
): Node<Services> {
  // In the checkpoints they are what belongs to a run, or to another node.
  if (name === INPUT || nodeIn(name) !== name)
    throw new UsageError(`"${name}" cannot be the name of a node: call it otherwise`);
  return { ...options, name: id('node', name), run: run as never };
}
