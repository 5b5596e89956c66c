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
    const life: Life = { pending: new Set(), stage: 'at work' };
    try {
      return await node.run(given, contextOf({ deps, lease, signal: until }, task, gathered, life));
    } finally {
      life.stage = 'left';
      do {
        await Promise.allSettled(life.pending);
        await new Promise((turn) => setImmediate(turn)); // what waited for one of them goes on
      } while (life.pending.size > 0);
      life.stage = 'over';
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

interface Life {
  /** What the body has begun that is not over yet. */
  readonly pending: Set<Promise<unknown>>;
  /** `left` when the body is over, and what it has led to still goes on. */
  stage: 'at work' | 'left' | 'over';
}

function contextOf<Services>(
  { deps, lease, signal }: Hands<Services>,
  task: Task,
  gathered: Gathered,
  life: Life,
): NodeContext<Services> {
  const { runId } = task;
  const counts = { questions: 0, timers: 0 };
  const atWork = new Map<string, Promise<unknown>>();
  /** Once the body is over, whatever of it still goes on stops in silence: an error would be nobody's, and end the program. */
  const undertake = <T>(work: () => Promise<T>): Promise<T> => {
    if (life.stage === 'over' || (life.stage === 'left' && signal.aborted)) return new Promise(() => undefined);
    signal.throwIfAborted();
    const begun = work().finally(() => life.pending.delete(begun));
    life.pending.add(begun);
    const seen = new Promise<T>((resolve, reject) => {
      begun.then(resolve, (thrown) => life.stage === 'at work' && reject(thrown));
    });
    seen.catch(() => undefined); // a node may never look at it
    return seen;
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
        gathered.hasWaited = true;
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
