import { type ActorId, type Instant, id, minuteIn, type RunId, type TimeZone } from '../domain/index.ts';
import { asSophiaError, UsageError, UserError } from '../errors/index.ts';
import type { FencedTx, Reader, Tables, Tx } from '../store/index.ts';
import type { RunsDeps, Task } from './deps.ts';
import type { Asked } from './questions.ts';
import { type Row, UNFINISHED } from './rows.ts';
import type { Answer, Fate } from './workflow.ts';

type ApprovalDeps = Pick<RunsDeps<never>, 'owner' | 'clock' | 'actor' | 'journal'>;

/** From now on the run has a question. */
export async function ask(
  tx: FencedTx,
  { owner, clock, journal }: ApprovalDeps,
  { runId, taskId, node }: Task,
  questionId: string,
  asked: Asked | null,
): Promise<void> {
  await tx
    .insertInto('approval')
    .values({
      ...{ run_id: runId, interrupt_id: questionId, owner, node, task_id: taskId, status: 'open' },
      ...{ asked_at: clock.now(), question: asked && JSON.stringify(asked), expires_at: asked?.expires?.at ?? null },
      ...{ decision: null, reason: null, answered_by: null, assurance: null, answered_at: null, consumed_at: null },
      answer: null,
    })
    .execute();
  await journal.appendIn(tx, { kind: 'approval.asked', runId, body: { node } });
}

/**
 * What became of a question: not asked yet, open, or its answer. Asked by its id, so that an answer is given to the
 * question that it answers and to no later one.
 */
export async function answerTo(
  read: Reader,
  { runId, node }: Task,
  questionId: string,
): Promise<{ readonly status: 'unasked' | 'open' } | { readonly status: 'answered'; readonly answer: object }> {
  const of = read.selectFrom('approval').select(['status', 'decision', 'answer']).where('run_id', '=', runId);
  const row =
    (await of.where('interrupt_id', '=', questionId).executeTakeFirst()) ??
    // Before 0.3.0 LangGraph gave the ids, and there was one question a node.
    (await of.where('node', '=', node).where('task_id', 'is', null).executeTakeFirst());
  if (!row) return { status: 'unasked' };
  if (row.status !== 'answered') return { status: 'open' };
  return { status: 'answered', answer: row.answer === null ? { decision: row.decision } : JSON.parse(row.answer) };
}

export type OpenQuestion = Pick<Row, 'id'> & {
  readonly questionId: string;
  readonly node: string;
  readonly question: string | null;
};

/**
 * The open question of a run. UserError `refused` when it has been answered, even equally, when none is asked, when its
 * time is over, or when there are several and none of them is named.
 */
export async function openQuestion(
  read: Reader,
  { owner, clock, timeZone }: Pick<RunsDeps<never>, 'owner' | 'clock' | 'timeZone'>,
  runId: RunId,
  named: string | undefined,
): Promise<OpenQuestion> {
  const rows = await read
    .selectFrom('approval')
    .selectAll()
    .where('run_id', '=', runId)
    .where('owner', '=', owner)
    .$if(named !== undefined, (query) => query.where('interrupt_id', '=', named as string))
    .orderBy('asked_at')
    .execute();
  const open = rows.filter(({ status }) => status === 'open');
  const [only] = open;
  const next = [`sophia runs show ${runId}`];
  if (named !== undefined && rows.length === 0)
    throw new UsageError(`${runId} asks no question "${named}"`, [
      `sophia runs reply ${runId} --dry-run   tells which`,
    ]);
  if (!only) {
    const given = rows.filter(({ status }) => status === 'answered');
    const [last] = given.toSorted((a, b) => ((a.answered_at ?? '') < (b.answered_at ?? '') ? 1 : -1));
    if (!last) throw new UserError('refused', `${runId} asks nothing${rows.length > 0 ? ' any more' : ''}`, next);
    throw answerStands(runId, { ...last, answeredBy: last.answered_by, answeredAt: last.answered_at, timeZone }, next);
  }
  if (open.length > 1)
    throw new UserError('refused', `${runId} asks ${open.length} questions, and it is not said which`, next);
  if (isOver(only, clock.now()))
    throw new UserError(
      'refused',
      `the time to answer ${runId} was over at ${minuteIn(timeZone, only.expires_at as Instant)}`,
      [`sophia runs resume ${runId}   goes on with what was declared for that`],
    );
  return { id: runId, questionId: only.interrupt_id, node: only.node, question: only.question };
}

function isOver({ expires_at }: { readonly expires_at: Instant | null }, now: Instant): boolean {
  return expires_at !== null && expires_at <= now;
}

interface Given {
  readonly answer: object;
  readonly reason: string | null;
}

export interface ApprovalSummary {
  readonly id: string;
  readonly node: string;
  readonly askedAt: Instant;
  /** What is asked; a question that asks for a decision and nothing else has none. */
  readonly question?: Asked;
  readonly decision?: Answer['decision'];
  readonly answer?: object;
  /** In the words of who answered: for the person at the terminal. */
  readonly reason?: string;
  readonly answeredBy?: string;
  readonly answeredAt?: Instant;
}

/** What a run has asked so far, and what was answered. */
export async function approvalsOf(
  read: Reader,
  { owner }: Pick<ApprovalDeps, 'owner'>,
  runId: RunId,
): Promise<ApprovalSummary[]> {
  const rows = await read
    .selectFrom('approval')
    .selectAll()
    .where('owner', '=', owner)
    .where('run_id', '=', runId)
    .orderBy('asked_at')
    .execute();
  return rows.map(({ interrupt_id, node, asked_at, question, decision, answer, reason, answered_by, answered_at }) => ({
    ...{ id: interrupt_id, node, askedAt: asked_at },
    ...(question && { question: JSON.parse(question) }),
    ...(decision && { decision }),
    ...(answer && { answer: JSON.parse(answer) }),
    ...(reason && { reason }),
    ...(answered_by && { answeredBy: answered_by }),
    ...(answered_at && { answeredAt: answered_at }),
  }));
}

/** Who began a run, and who has answered in it so far. */
export async function tookPart(read: Reader, { id, actor }: Pick<Row, 'id' | 'actor'>): Promise<ActorId[]> {
  const answers = await read
    .selectFrom('approval')
    .select('answered_by')
    .where('run_id', '=', id)
    .where('status', '=', 'answered')
    // What nobody answered in time was answered by no person.
    .where('assurance', 'is not', null)
    .execute();
  return [...new Set([actor, ...answers.flatMap(({ answered_by }) => answered_by ?? [])])];
}

/** Answers an open question, once. What fits it was looked at before. */
export async function answer(
  tx: FencedTx,
  { clock, actor, journal }: ApprovalDeps,
  { id: runId, questionId, node }: OpenQuestion,
  { answer, reason }: Given,
): Promise<void> {
  const by = { answered_by: actor.id, assurance: actor.assurance, answered_at: clock.now() };
  await close(tx, runId, questionId, { ...by, answer, reason });
  const decision = decisionIn(answer);
  const approved = decision && { approved: decision === 'approved' ? 1 : 0 };
  await journal.appendIn(tx, { kind: 'approval.answered', runId, body: { node: id('node', node), ...approved } });
}

/** Answers what nobody has answered in time with what was declared for that. */
export async function expire(tx: FencedTx, { clock, journal }: ApprovalDeps, runId: RunId): Promise<void> {
  const now = clock.now();
  const over = await tx
    .selectFrom('approval')
    .select(['interrupt_id', 'node', 'question'])
    .where('run_id', '=', runId)
    .where('status', '=', 'open')
    .where('expires_at', '<=', now)
    .execute();
  for (const { interrupt_id, node, question } of over) {
    const { expires } = JSON.parse(question ?? '{}') as Partial<Asked>;
    if (!expires) continue;
    const by = { answered_by: id('actor', 'timer'), assurance: null, answered_at: now };
    await close(tx, runId, interrupt_id, { ...by, answer: expires.answer, reason: null });
    await journal.appendIn(tx, { kind: 'approval.expired', runId, body: { node: id('node', node) } });
  }
}

async function close(
  tx: FencedTx,
  runId: RunId,
  questionId: string,
  { answer, ...set }: Given & Pick<Tables['approval'], 'answered_by' | 'assurance' | 'answered_at'>,
): Promise<void> {
  await tx
    .updateTable('approval')
    .set({ ...set, status: 'answered', decision: decisionIn(answer), answer: JSON.stringify(answer) })
    .where('run_id', '=', runId)
    .where('interrupt_id', '=', questionId)
    .where('status', '=', 'open')
    .execute();
}

function decisionIn(answer: object): Answer['decision'] | null {
  const { decision } = answer as Partial<Answer>;
  return decision === 'approved' || decision === 'rejected' ? decision : null;
}

/** Takes the open questions of a run back. */
export async function takeBack(tx: FencedTx, runId: RunId): Promise<void> {
  await tx
    .updateTable('approval')
    .set({ status: 'withdrawn' })
    .where('run_id', '=', runId)
    .where('status', '=', 'open')
    .execute();
}

/** What became of the question of a run. One that was approved and then cancelled, before anything was begun, was dropped. */
export async function fateOf(tx: FencedTx, runId: RunId): Promise<Fate> {
  const run = await tx.selectFrom('run').select('status').where('id', '=', runId).executeTakeFirst();
  const answer = await lastAnswer(tx, runId);
  const isDropped = run?.status === 'cancelled' && answer !== 'rejected' && !(await hasBegun(tx, runId));
  if (answer && !isDropped) return 'answered';
  return run && (UNFINISHED as readonly string[]).includes(run.status) ? 'unanswered' : 'dropped';
}

/** Whether it has done something to the world outside, or may have. */
async function hasBegun(tx: FencedTx, runId: RunId): Promise<boolean> {
  const first = await tx.selectFrom('effect').select('key').where('run_id', '=', runId).limit(1).executeTakeFirst();
  return first !== undefined;
}

/** What was answered last, if anything was: `answered` where no decision was asked for. */
export async function lastAnswer(db: Reader | Tx, runId: RunId): Promise<Answer['decision'] | 'answered' | undefined> {
  const last = await (db as Reader)
    .selectFrom('approval')
    .select('decision')
    .where('run_id', '=', runId)
    .where('status', '=', 'answered')
    .orderBy('answered_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last && (last.decision ?? 'answered');
}

interface Stands {
  readonly decision?: Answer['decision'] | null;
  readonly answeredBy?: string | null;
  readonly answeredAt?: Instant | null;
  readonly timeZone: TimeZone;
}

/** Says who gave the first answer to whoever gives a second. */
export function answerStands(runId: RunId, given: Stands, next: readonly string[]): UserError {
  const { decision, answeredBy, answeredAt, timeZone } = given;
  const at = answeredAt ? ` at ${minuteIn(timeZone, answeredAt)}` : '';
  const message = `${runId} was ${decision ?? 'answered'} by ${answeredBy}${at}; an answer stands`;
  return new UserError('refused', message, next);
}

/** What keeps an answered run from its end, saying that the answer stands and how the run is finished. */
export function afterAnswer(thrown: unknown, runId: RunId, answered: string): unknown {
  const trouble = asSophiaError(thrown, ['mend that']);
  if (!(trouble instanceof UserError) || trouble.exit === 'held') return thrown;
  const { exit, message, next } = trouble;
  return new UserError(exit, message, [...next, `${answered}; nothing is lost: sophia runs resume ${runId}`]);
}

/** In the transaction that records the node that asked as finished. */
export async function consume(tx: FencedTx, { clock }: ApprovalDeps, { runId, taskId, node }: Task): Promise<void> {
  await tx
    .updateTable('approval')
    .set({ consumed_at: clock.now() })
    .where('run_id', '=', runId)
    .where('status', '=', 'answered')
    .where('consumed_at', 'is', null)
    .where((or) => or.or([or('task_id', '=', taskId), or.and([or('task_id', 'is', null), or('node', '=', node)])]))
    .execute();
}
