import type { z } from 'zod';
import type { Instant } from '../domain/index.ts';
import { BugError, UsageError, UserError } from '../errors/index.ts';
import type { Lease } from '../store/index.ts';
import { answerTo, ask } from './approvals.ts';
import { type GraphDeps, type Task, Waits } from './deps.ts';
import type { Answer, Question, Rule } from './workflow.ts';

/** A question as it is kept: what whoever answers needs to know, whatever program asks them. */
export interface Asked extends Rule {
  readonly title: string;
  readonly summary: string;
  /** What an answer must be, as JSON Schema. */
  readonly answer: object;
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
  if (stands.status === 'answered') return question ? fitting(task, question, stands.answer) : (stands.answer as T);
  if (stands.status === 'unasked') {
    const asked = question ? kept(question) : null;
    await write((tx) => ask(tx, deps, task, questionId, asked));
  }
  throw new Waits();
}

/** What was answered is looked at by the question as it is now: a sophia that asks for something else has come since. */
function fitting<T extends object>({ runId }: Task, { answer }: Question<T>, given: object): T {
  const { error, data } = answer.safeParse(given);
  if (!error) return data;
  throw new UserError('incompatible', `the answer to ${runId} is not what is asked for: ${wrongIn(error, given)}`, [
    'finish it with the sophia that asked',
  ]);
}

/** BugError for a question that would take an answer with which its node cannot go on. */
function kept<T extends object>({ answer, ...question }: Question<T>): Asked {
  const { expires } = question;
  const { error } = answer.safeParse(expires?.answer);
  if (expires && error)
    throw new BugError(
      `${question.title} is left unanswered with what does not fit: ${wrongIn(error, expires.answer)}`,
    );
  return { ...question, answer: answer.toJSONSchema({ override: ({ zodSchema }) => mustBeTold(zodSchema) }) } as Asked;
}

/** An answer is looked at by the JSON Schema, in a process that has no other: what that cannot say would not count. */
function mustBeTold(schema: z.core.$ZodType): void {
  const { checks = [] } = schema._zod.def;
  if (checks.some((each) => each._zod.def.check === 'custom' || each._zod.def.check === 'property'))
    throw new BugError('a question has a rule that JSON Schema cannot say: check it in the node, and ask again there');
}

/** Whom it was for when it was asked. */
export function ruleIn({ question }: { readonly question: string | null }): Rule {
  return question === null ? {} : (JSON.parse(question) as Asked);
}

/** What an answer must be, as JSON Schema. */
export function answerOf(question: Asked | undefined): object {
  return question?.answer ?? DECISION;
}

/** UsageError, with path and reason of every field, for an answer that is not what was asked for. */
export async function checkFit(question: string | null, answer: object): Promise<void> {
  const error = await errorIn(question === null ? undefined : JSON.parse(question), answer);
  if (error) throw misfit('the answer does not fit the question', error, answer);
}

/** The same for who still types: what is wrong, by field; what concerns none of them has no name. */
export async function faultsIn(
  question: Asked | undefined,
  answer: unknown,
): Promise<readonly { readonly field: string; readonly why: string }[]> {
  const error = await errorIn(question, answer);
  return error ? faultsOf(error, answer).map(({ path: [field = ''], why }) => ({ field: String(field), why })) : [];
}

async function errorIn(question: Asked | undefined, answer: unknown): Promise<z.ZodError | undefined> {
  const { fromJSONSchema } = await import('zod');
  return fromJSONSchema(answerOf(question) as never).safeParse(answer).error;
}

/** UsageError with path and reason of every field that is wrong in what was given. */
export function misfit(what: string, error: z.ZodError, given: object, next: readonly string[] = []): UsageError {
  return new UsageError(`${what}: ${wrongIn(error, given)}`, next);
}

function wrongIn(error: z.ZodError, given: object): string {
  return faultsOf(error, given)
    .map(({ path, why }) => [path.join('.'), why].filter(Boolean).join(': '))
    .join('; ');
}

function faultsOf({ issues }: z.ZodError, given: unknown): { readonly path: readonly PropertyKey[]; why: string }[] {
  return issues.flatMap((issue) => {
    const { path, message } = issue;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], why: 'is not asked for' }));
    return { path, why: isMissing(given, path) ? 'is missing' : message };
  });
}

function isMissing(given: unknown, path: readonly PropertyKey[]): boolean {
  const at = path.reduce<unknown>((within, key) => (within as Record<PropertyKey, unknown> | undefined)?.[key], given);
  return at === undefined;
}
