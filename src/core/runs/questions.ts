import type { z } from 'zod';
import type { Instant } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import type { Lease } from '../store/index.ts';
import { answerTo, ask, type OpenQuestion } from './approvals.ts';
import { type GraphDeps, type RunsDeps, type Task, Waits } from './deps.ts';
import type { Answer, Question } from './workflow.ts';

/** A question as it is kept: what whoever answers needs to know, whatever program asks them. */
export interface Asked {
  readonly title: string;
  readonly summary: string;
  /** What an answer must be, as JSON Schema. */
  readonly answer: object;
  readonly roles?: readonly string[];
  readonly expires?: { readonly at: Instant; readonly answer: object };
}

/** What a question without a schema is answered with. */
const DECISION = {
  type: 'object',
  properties: { decision: { enum: ['approved', 'rejected'] } },
  required: ['decision'],
  additionalProperties: false,
};

type QuestionDeps = Pick<GraphDeps<never>, 'read' | 'owner' | 'clock' | 'actor' | 'journal'>;

/** The answer to a question of a task; throws Waits until there is one. */
export async function approve<T extends object = Answer>(
  deps: QuestionDeps,
  { write }: Pick<Lease, 'write'>,
  task: Task,
  key: string,
  question?: Question<T>,
): Promise<T> {
  const questionId = `${task.taskId}:${key}`;
  const stands = await answerTo(deps.read, task, questionId);
  if (stands.status === 'answered') return (question ? question.answer.parse(stands.answer) : stands.answer) as T;
  if (stands.status === 'unasked') {
    const asked = question ? kept(question) : null;
    await write((tx) => ask(tx, deps, task, questionId, asked));
  }
  throw new Waits();
}

function kept<T extends object>({ answer, ...question }: Question<T>): Asked {
  return { ...question, answer: answer.toJSONSchema() } as Asked;
}

/** UsageError, with path and reason of every field, for an answer that is not what was asked for. */
export async function checkFit(question: string | null, answer: object): Promise<void> {
  const { fromJSONSchema } = await import('zod');
  const schema = question === null ? DECISION : (JSON.parse(question) as Asked).answer;
  const { error } = fromJSONSchema(schema as never).safeParse(answer);
  if (error) throw misfit('the answer does not fit the question', error);
}

/** UserError `refused` when the question is for roles, and nothing proves that whoever acts has one of them. */
export function needRole(
  { actor, roles, logger }: Pick<RunsDeps<never>, 'actor' | 'roles' | 'logger'>,
  { id: runId, question }: Pick<OpenQuestion, 'id' | 'question'>,
): void {
  const wanted = question === null ? undefined : (JSON.parse(question) as Asked).roles;
  if (!wanted || wanted.length === 0) return;
  const named = wanted.join(', ');
  if (actor.assurance === 'token') {
    if (actor.roles.some((role) => wanted.includes(role))) return;
    throw new UserError(
      'refused',
      `${runId} is for ${named}, and your token says ${actor.roles.join(', ') || 'no role'}`,
      ['sophia actor show'],
    );
  }
  if (roles === 'believed') {
    logger.warn(
      `${runId} is for ${named}: nothing here proves that ${actor.id} is one, and the answer is taken all the same`,
    );
    return;
  }
  throw new UserError('refused', `${runId} is for ${named}, and nothing proves that ${actor.id} is one`, [
    'SOPHIA_ACTOR_TOKEN   proves it: whoever holds the key signs one with sophia actor token',
  ]);
}

/** UsageError with path and reason of every field. */
export function misfit(what: string, { issues }: z.ZodError): UsageError {
  const wrong = issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return new UsageError(`${what}: ${wrong.join('; ')}`);
}
