import { id, type RunId } from '../domain/index.ts';
import { asSophiaError, UserError } from '../errors/index.ts';
import type { FencedTx, Reader } from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import { move, UNFINISHED } from './rows.ts';
import type { Answer, Fate } from './workflow.ts';

type ApprovalDeps = Pick<RunsDeps<never>, 'owner' | 'clock' | 'random' | 'actor' | 'journal'>;

/** In the transaction that records the interrupts: from now on the run waits. Asking again changes nothing. */
export async function ask(
  tx: FencedTx,
  deps: ApprovalDeps,
  runId: RunId,
  asked: readonly { readonly interruptId: string; readonly node: string }[],
): Promise<void> {
  const { owner, clock, journal } = deps;
  for (const { interruptId, node } of asked) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('approval')
      .values({
        ...{ run_id: runId, interrupt_id: interruptId, owner, node, status: 'open', asked_at: clock.now() },
        ...{ decision: null, reason: null, answered_by: null, assurance: null, answered_at: null, consumed_at: null },
      })
      .onConflict((same) => same.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) continue;
    await journal.appendIn(tx, { kind: 'approval.asked', runId, body: { node: id('node', node) } });
  }
  await move(tx, deps, runId, { status: 'waiting', failure: null });
}

/**
 * Answers the open question of a run, once. UserError `refused` when it has been answered, even equally, and when none
 * is asked.
 */
export async function answer(
  tx: FencedTx,
  deps: ApprovalDeps,
  runId: RunId,
  { decision, reason }: Answer & { readonly reason: string | null },
): Promise<void> {
  const { owner, clock, actor, journal } = deps;
  const of = tx.selectFrom('approval').selectAll().where('run_id', '=', runId).where('owner', '=', owner);
  const open = await of.where('status', '=', 'open').orderBy('asked_at').executeTakeFirst();
  if (!open) {
    const last = await of.orderBy('answered_at', (order) => order.desc().nullsLast()).executeTakeFirst();
    const next = [`sophia runs show ${runId}`];
    if (!last) throw new UserError('refused', `${runId} asks nothing`, next);
    throw answerStands(runId, { ...last, answeredBy: last.answered_by, answeredAt: last.answered_at }, next);
  }
  await tx
    .updateTable('approval')
    .set({
      ...{ status: 'answered', decision, reason, answered_by: actor.id, assurance: actor.assurance },
      answered_at: clock.now(),
    })
    .where('run_id', '=', runId)
    .where('interrupt_id', '=', open.interrupt_id)
    .execute();
  const body = { node: id('node', open.node), approved: decision === 'approved' ? 1 : 0 };
  await journal.appendIn(tx, { kind: 'approval.answered', runId, body });
  await move(tx, deps, runId, { status: 'running', failure: null });
}

/** Takes the open questions of a run back. UserError `refused` when one has been answered. */
export async function takeBack(tx: FencedTx, runId: RunId): Promise<void> {
  if ((await fateOf(tx, runId)) === 'answered')
    throw new UserError('refused', `${runId} has been answered`, [`sophia runs show ${runId}`]);
  await tx
    .updateTable('approval')
    .set({ status: 'withdrawn' })
    .where('run_id', '=', runId)
    .where('status', '=', 'open')
    .execute();
}

/** What became of the question of a run. */
export async function fateOf(tx: FencedTx, runId: RunId): Promise<Fate> {
  const answered = await tx
    .selectFrom('approval')
    .select('interrupt_id')
    .where('run_id', '=', runId)
    .where('status', '=', 'answered')
    .limit(1)
    .executeTakeFirst();
  if (answered) return 'answered';
  const alive = await tx
    .selectFrom('run')
    .select('id')
    .where('id', '=', runId)
    .where('status', 'in', UNFINISHED)
    .executeTakeFirst();
  return alive ? 'unanswered' : 'dropped';
}

interface Given {
  readonly decision?: Answer['decision'] | null;
  readonly answeredBy?: string | null;
  readonly answeredAt?: string | null;
}

/** Says who gave the first answer to whoever gives a second. */
export function answerStands(runId: RunId, given: Given, next: readonly string[]): UserError {
  const { decision, answeredBy, answeredAt } = given;
  return new UserError('refused', `${runId} was ${decision} by ${answeredBy} at ${answeredAt}; an answer stands`, next);
}

/** What was answered last, if anything was. */
export async function lastAnswer(read: Reader, runId: RunId): Promise<Answer['decision'] | undefined> {
  const last = await read
    .selectFrom('approval')
    .select('decision')
    .where('run_id', '=', runId)
    .where('status', '=', 'answered')
    .orderBy('answered_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.decision ?? undefined;
}

/** What keeps an answered run from its end, saying that the answer stands and how the run is finished. */
export function afterAnswer(thrown: unknown, runId: RunId, decision: Answer['decision']): unknown {
  const trouble = asSophiaError(thrown, ['mend that']);
  if (!(trouble instanceof UserError) || trouble.exit === 'held') return thrown;
  const { exit, message, next } = trouble;
  return new UserError(exit, message, [...next, `${decision}; nothing is lost: sophia runs resume ${runId}`]);
}

/** Whether a question of the run is still open. */
export async function isAsked(read: Reader, runId: RunId): Promise<boolean> {
  const open = await read
    .selectFrom('approval')
    .select('interrupt_id')
    .where('run_id', '=', runId)
    .where('status', '=', 'open')
    .limit(1)
    .executeTakeFirst();
  return open !== undefined;
}

/** Answers that no node has taken yet, by the interrupt that they answer. */
export async function unconsumed(read: Reader, runId: RunId): Promise<ReadonlyMap<string, Answer>> {
  const rows = await read
    .selectFrom('approval')
    .select(['interrupt_id', 'decision'])
    .where('run_id', '=', runId)
    .where('status', '=', 'answered')
    .where('consumed_at', 'is', null)
    .orderBy('asked_at')
    .execute();
  return new Map(rows.flatMap(({ interrupt_id, decision }) => (decision ? [[interrupt_id, { decision }]] : [])));
}

/** In the transaction that records the node that asked as finished. */
export async function consume(tx: FencedTx, { clock }: ApprovalDeps, runId: RunId, node: string): Promise<void> {
  await tx
    .updateTable('approval')
    .set({ consumed_at: clock.now() })
    .where('run_id', '=', runId)
    .where('node', '=', node)
    .where('status', '=', 'answered')
    .where('consumed_at', 'is', null)
    .execute();
}
