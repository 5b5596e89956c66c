import type { RunId } from '../domain/index.ts';
import type { JournalEvent } from '../store/index.ts';
import type { ApprovalSummary } from './approvals.ts';
import type { CarriedOn, Load } from './due.ts';
import type { History } from './history.ts';
import type { WantedLines } from './lines.ts';
import type { RunPage, RunQuery, Tally } from './page.ts';
import type { PendingQuestion } from './pending.ts';
import type { Finished } from './recall.ts';
import type { RunStatus, RunSummary } from './standing.ts';
import type { Step } from './timeline.ts';
import type { Begins, RunInput } from './workflow.ts';

export interface RunDetail extends RunSummary {
  readonly approvals: readonly ApprovalSummary[];
}

export interface Detach {
  /** Leaves it to somebody else to go on with the run. */
  readonly detach?: boolean | undefined;
}

export interface GivenAnswer extends Detach {
  /** The fields that the question asks for. */
  readonly answer: object;
  readonly reason: string | null;
  /** Id of the question, where a run asks several. */
  readonly question?: string | undefined;
}

export interface Started<State> {
  readonly runId: RunId;
  /** It was there already, and lost its process. */
  readonly resumed: boolean;
  /** Input, and what the finished nodes said. */
  readonly state: State;
  /** Where it stands: at its end, or waiting. */
  readonly run: RunSummary;
}

/** Workflows that survive `kill -9`. */
export interface Runs {
  /**
   * Runs a workflow to its end, or until it has to wait, and returns its state; `run` says which. An unfinished run of
   * the same workflow and input is gone on with instead; one that this program cannot finish, as another version began
   * it, is given up for a new one. UserError `held` while another process has it.
   */
  start<Input extends RunInput, State extends object>(
    workflow: Begins<Input, State>,
    input: Input,
  ): Promise<Started<State>>;
  /**
   * Runs the newest version of a workflow of that name, as `start` does. UsageError, with path and reason of every field,
   * for an input that is not what it takes; UserError `refused` for a workflow that only its own command begins. One that
   * is detached is queued.
   */
  startNamed(workflow: string, input: object, options?: Detach): Promise<Started<object>>;
  /** The workflows of which anybody may begin a run, with what each takes as JSON Schema. */
  startable(): readonly { readonly name: string; readonly version: number; readonly input: object }[];
  /**
   * Goes on with a run that is queued or due, or whose process is gone; changes nothing when it has ended or waits.
   * UserError `held` as `start`, `incompatible` when another version began it; with `force` it is gone on with by what
   * comes nearest, and the audit stream says so.
   */
  resume(id: RunId, options?: { readonly force?: boolean }): Promise<RunSummary>;
  /**
   * Answers a question that a run waits with, and goes on with it. UserError `refused` when it has been answered, asks
   * nothing or its time is over, `held` while another process has it; UsageError when the answer does not checkFit.
   */
  answer(id: RunId, given: GivenAnswer): Promise<RunSummary>;
  /**
   * Ends a run whose question nobody has answered, because what it asks does not hold any more. UserError `refused` when
   * it has been answered, `held` while another process has it.
   */
  withdraw(id: RunId): Promise<RunSummary>;
  /**
   * Ends a run: at once when nobody has it, and else when the process that has it hears of it. Changes nothing when it
   * has ended.
   */
  cancel(id: RunId): Promise<RunSummary>;
  /**
   * Goes on at once with a run that has failed, waits for its next try, or was left; one that is detached is queued.
   * UserError `refused` for any other, `incompatible` as `resume`.
   */
  retry(id: RunId, options?: Detach): Promise<RunSummary>;
  /** Runs that somebody may go on with now, without a human. */
  due(): Promise<RunSummary[]>;
  /** How many there are of these, and of those that wait for a human. */
  load(): Promise<Load>;
  /** Says, until it is disposed of, that a worker is here. */
  attend(): Promise<AsyncDisposable>;
  /** Whether some worker is. */
  isAttended(): Promise<boolean>;
  /** Goes on with one of them; nothing is thrown but what keeps all runs from going on. */
  next(): Promise<CarriedOn | undefined>;
  list(filter: { readonly status?: RunStatus | undefined }): Promise<RunSummary[]>;
  /** Runs of a workflow that have succeeded and in whose input an id stands; what has ended last comes first. */
  finished(workflow: string, about: string): AsyncIterable<Finished>;
  /** What a node of a run said, as recorded; `undefined` where it said nothing. UserError `config` for what is damaged. */
  said(id: RunId, node: string): Promise<unknown>;
  /** Part of the list, for who looks at a screenful of it. */
  page(query: RunQuery): Promise<RunPage>;
  /** What humans are waited for with, where it can be gone on here; whose time is over first comes first. At most 500. */
  pending(): Promise<PendingQuestion[]>;
  /** How many runs stand where, and how many of them wait. */
  tally(): Promise<Tally>;
  /** Where a run stands; UsageError when there is none of that id. */
  summary(id: RunId): Promise<RunSummary>;
  show(id: RunId): Promise<RunDetail>;
  /** What happened in it, oldest first, however much that is; all of it, or what is wanted. */
  events(id: RunId, wanted?: WantedLines): AsyncIterable<JournalEvent>;
  /** The steps of it, as it was begun; none for a run of before 0.3.0. */
  steps(id: RunId): Promise<Step[]>;
  /** Input, and what the finished nodes said, from the checkpoints. UserError `incompatible` as `start`. */
  state(id: RunId): Promise<object>;
  /** The same, checkpoint by checkpoint: what each changed. Also where this program has another definition, or none. */
  history(id: RunId): Promise<History>;
  /** What its effects that are done have given, as recorded, in the order in which they were done. */
  outcomes(id: RunId): Promise<unknown[]>;
}
