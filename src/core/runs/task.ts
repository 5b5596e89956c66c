import type { Id } from '../domain/index.ts';
import { ExternalError } from '../errors/index.ts';
import type { Event, FencedTx } from '../store/index.ts';
import { fateOf } from './approvals.ts';
import type { Held } from './cancel.ts';
import type { GraphDeps, Task } from './deps.ts';
import { once } from './effects.ts';
import { approve } from './questions.ts';
import { insertChild } from './rows.ts';
import { sleepUntil } from './timers.ts';
import type { InDoubt, Node, NodeContext, OnceOptions, Question } from './workflow.ts';

/** What a node has gathered for the transaction that records it as finished. */
export interface Gathered {
  readonly events: Event[];
  readonly changes: ((tx: FencedTx) => Promise<void>)[];
  /** Whether it was told what a human has answered. */
  wasAnswered: boolean;
  /** Whether it has asked, or slept. */
  hasWaited: boolean;
}

interface Hands<Services> {
  readonly deps: GraphDeps<Services>;
  readonly lease: Pick<Held, 'write' | 'lost'>;
  readonly signal: AbortSignal;
}

/** Runs a node's body for a task, once, for as long as it may take. */
export async function perform<Services>(
  { deps, lease, signal }: Hands<Services>,
  node: Node<Services>,
  task: Task,
  given: object,
): Promise<{ readonly update: object; readonly gathered: Gathered }> {
  const gathered: Gathered = { events: [], changes: [], wasAnswered: false, hasWaited: false };
  const { limitMs } = node;
  /**
   * Over when all is that it has begun, and what that has led to: who goes on with the run would find an effect in doubt,
   * with nobody gone.
   */
  const body = async (until: AbortSignal) => {
    const [pending, over] = [new Set<Promise<unknown>>(), new AbortController()];
    const life = { pending, over: over.signal };
    try {
      return await node.run(given, contextOf({ deps, lease, signal: until }, task, gathered, life));
    } finally {
      do {
        await Promise.allSettled(pending);
        await new Promise((turn) => setImmediate(turn)); // what waited for one of them goes on
      } while (pending.size > 0);
      over.abort();
    }
  };
  if (limitMs === undefined) return { update: await body(signal), gathered };
  const [over, ended] = [new AbortController(), new AbortController()];
  const limit = deps.clock.sleep(limitMs, ended.signal).then(() => {
    const late = new ExternalError('unreachable', `${node.name} took longer than the ${limitMs} ms that it may`, true);
    over.abort(late);
    throw late;
  });
  try {
    return { update: await Promise.race([body(AbortSignal.any([signal, over.signal])), limit]), gathered };
  } finally {
    ended.abort();
    limit.catch(() => undefined); // nobody waits for it any more
  }
}

/** What a body has begun that is not over yet, and what aborts when the body is. */
interface Life {
  readonly pending: Set<Promise<unknown>>;
  readonly over: AbortSignal;
}

function contextOf<Services>(
  { deps, lease, signal }: Hands<Services>,
  task: Task,
  gathered: Gathered,
  { pending, over }: Life,
): NodeContext<Services> {
  const { runId } = task;
  const counts = { questions: 0, timers: 0 };
  const atWork = new Map<string, Promise<unknown>>();
  const undertake = <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    // Whatever of the node still goes on stops here: an error would be nobody's, and end the program.
    if (over.aborted) return new Promise(() => undefined);
    const begun = work().finally(() => pending.delete(begun));
    pending.add(begun);
    // A node may never look at it: that must not end the program, and with it the runs of others.
    begun.catch(() => undefined);
    return begun;
  };
  const answerTo = async <T extends object>(key: string, question?: Question<T>): Promise<T> => {
    const answer = await approve(deps, lease, task, key, question);
    gathered.wasAnswered = true;
    return answer;
  };
  return {
    ...{ runId, services: deps.services, signal },
    now: () => deps.clock.now(),
    emit: (event) => gathered.events.push({ ...event, runId }),
    alongside: (work) => gathered.changes.push(work),
    begin: async (tx, workflow, input) => (await insertChild(tx, deps, runId, workflow, input)).id,
    fateOf: (tx, of) => fateOf(tx, of),
    once: ((key: Id<'effect'>, work: (idempotencyKey: string) => Promise<unknown>, options: OnceOptions<InDoubt>) => {
      const wasDone = async (attempt: number) => {
        const { decision } = await answerTo(`effect:${key}:${attempt}`, await doubtOf(key));
        return decision === 'done';
      };
      const asked = () => {
        gathered.wasAnswered = true;
      };
      const effect = { ...task, key, signal, asked, wasDone };
      const begun =
        atWork.get(key) ?? undertake(() => once(deps, lease, effect, work, options).finally(() => atWork.delete(key)));
      atWork.set(key, begun);
      return begun;
    }) as NodeContext<Services>['once'],
    approve: ((question?: Question<object>) => {
      counts.questions += 1;
      gathered.hasWaited = true;
      return undertake(() => answerTo(`question:${counts.questions}`, question));
    }) as NodeContext<Services>['approve'],
    sleepUntil: (at) => {
      counts.timers += 1;
      gathered.hasWaited = true;
      return undertake(() => sleepUntil(deps, lease, task, `sleep:${counts.timers}`, at));
    },
  };
}

/** Asks whether an effect that was begun and is not recorded as done was done. */
async function doubtOf(key: Id<'effect'>): Promise<Question<{ readonly decision: 'done' | 'not_done' }>> {
  const { z } = await import('zod');
  return {
    title: `Was ${key} done?`,
    summary: 'It was begun, and whether it was done is not known: look where it would show. Not done, it is done now.',
    answer: z.strictObject({ decision: z.enum(['done', 'not_done']) }),
  };
}
