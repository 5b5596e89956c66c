import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { SaverDeps } from '../checkpoint/index.ts';
import type { RunId } from '../domain/index.ts';
import { BugError } from '../errors/index.ts';
import type { Event } from '../store/index.ts';
import { consume } from './approvals.ts';
import type { Held } from './cancel.ts';
import { Exhausted, type GraphDeps, type Task, Waits } from './deps.ts';
import { policy } from './policy.ts';
import { isPutOff, isRetryable, putOff, settle } from './retries.ts';
import type { Row } from './rows.ts';
import { openSlots } from './slots.ts';
import { type Gathered, perform } from './task.ts';
import { waitNoMore } from './timers.ts';
import type { Node } from './workflow.ts';

/** What LangGraph records of a task that said nothing; ours always say something. */
const NO_WRITES = '__no_writes__';

/** The nodes of one run at work, in one process. */
export interface Tasks<Services> {
  /** Returns what the node adds, and leaves what its transaction is to hold. */
  work(node: Node<Services>, config: LangGraphRunnableConfig, given: object, item?: number): Promise<object>;
  /** Stands before a node that is run for each of many, and says nothing itself. */
  plan(config: LangGraphRunnableConfig): object;
  /** What the transaction that records what a task wrote is to hold besides. */
  readonly record: NonNullable<SaverDeps['alsoWrite']>;
  written(taskId: string): void;
  /** What a task wrote could not be recorded: no further one is begun, and that is what is thrown. */
  unwritten(taskId: string, thrown: unknown): void;
  /** Throws what was thrown out of a node first. */
  throwIfFailed(): void;
  /** Whether one of them has to wait. */
  isWaiting(): boolean;
}

interface Done extends Gathered {
  readonly task: Task;
  readonly item?: number;
}

/** `later` is what LangGraph takes as: run this task again another time. */
export function openTasks<Services>(
  deps: GraphDeps<Services>,
  lease: Pick<Held, 'write' | 'lost'>,
  run: Pick<Row, 'id' | 'retries'>,
  { gone, later }: { readonly gone: AbortSignal; readonly later: () => Error },
): Tasks<Services> {
  const signal = AbortSignal.any([deps.signal, gone]);
  const slots = openSlots(policy.maxConcurrency);
  const gathered = new Map<string, Done>();
  const planned = new Set<string>();
  let waits = false;
  let failed: { readonly thrown: unknown } | undefined;

  /** Whether what was thrown out of a node is to be waited for. */
  const isPassing = async (node: Node<Services>, task: Task, thrown: unknown): Promise<boolean> => {
    if (isWait(thrown)) return true;
    const { retry } = node;
    if (!retry || !isRetryable(thrown) || signal.aborted) return false;
    if (await lease.write((tx) => putOff(tx, deps, task, retry, thrown))) return true;
    throw new Exhausted('the last attempt', { cause: thrown });
  };

  return {
    async work(node, config, given, item) {
      const task: Task = { runId: run.id, taskId: taskIn(config), node: node.name };
      await slots.take(task.taskId);
      try {
        deps.signal.throwIfAborted();
        if (failed || isPutOff(run, task.taskId)) throw new Waits();
        const done = await perform({ deps, lease, signal }, node, task, given);
        gathered.set(task.taskId, { ...done.gathered, task, ...(item !== undefined && { item }) });
        return done.update;
      } catch (thrown) {
        slots.free(task.taskId);
        await isPassing(node, task, thrown).then(
          (passes) => {
            if (passes) waits = true;
            else failed ??= { thrown };
          },
          (worse: unknown) => {
            failed ??= { thrown: worse };
          },
        );
        // Of an error LangGraph would store the message, which may name somebody; and tasks that it has not begun it
        // would take for finished.
        throw later();
      }
    },
    plan(config) {
      planned.add(taskIn(config));
      return {};
    },
    record({ taskId, writes }) {
      const done = gathered.get(taskId);
      if (!done && !planned.has(taskId) && writes.some(([channel]) => channel === NO_WRITES))
        return () => Promise.reject(new BugError('LangGraph takes a node for finished that was not run'));
      if (!done) return [];
      const events = eventsOf(done);
      const needsMore = done.wasAnswered || done.hasWaited || run.retries !== null || done.changes.length > 0;
      const lines = needsMore ? undefined : deps.journal.linesOf(events);
      if (lines) return lines;
      return async (tx) => {
        if (done.wasAnswered) await consume(tx, deps, done.task);
        if (done.hasWaited) await waitNoMore(tx, deps, done.task);
        if (run.retries !== null) await settle(tx, done.task);
        for (const event of events) await deps.journal.appendIn(tx, event);
        for (const change of done.changes) await change(tx);
      };
    },
    written: (taskId) => slots.free(taskId),
    unwritten(taskId, thrown) {
      failed ??= { thrown };
      slots.free(taskId);
    },
    throwIfFailed() {
      if (failed) throw failed.thrown;
    },
    isWaiting: () => waits,
  };
}

/** `Promise.any` throws all that it was given: where one of it has to be waited for, so has the node. */
function isWait(thrown: unknown): boolean {
  return thrown instanceof Waits || (thrown instanceof AggregateError && thrown.errors.some(isWait));
}

function taskIn({ executionInfo }: LangGraphRunnableConfig): string {
  if (!executionInfo?.taskId) throw new BugError('LangGraph told no task id');
  return executionInfo.taskId;
}

/** The line that says so, and what the node emitted. */
function eventsOf({ task: { runId, node }, item, events }: Done): (Event & { readonly runId: RunId })[] {
  const body = { node, ...(item !== undefined && { item }) };
  return [{ kind: 'run.node_finished', runId, body }, ...events.map((event) => ({ ...event, runId }))];
}
