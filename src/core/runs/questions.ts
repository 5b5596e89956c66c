import type { z } from 'zod';
import type { Instant } from '../domain/index.ts';
import { UsageError } from '../errors/index.ts';
import type { Lease } from '../store/index.ts';
import { answerTo, ask } from './approvals.ts';
import { type GraphDeps, type Task, Waits } from './deps.ts';
import type { Answer, Question } from './workflow.ts';

/** A question as it is kept: what whoever answers needs to know, whatever program asks them. */
export interface Asked {
  readonly title: string;
  readonly summary: string;
  /** What an answer must be, as JSON Schema. */
  readonly answer: object;
  readonly roles?: readonly string[];
  readonly by?: 'another';
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
  if (error) throw misfit('the answer does not fit the question', error, answer);
}

/** UsageError with path and reason of every field that is wrong in what was given. */
export function misfit(what: string, { issues }: z.ZodError, given: object, next: readonly string[] = []): UsageError {
  const told = (path: readonly PropertyKey[], why: string) => [path.join('.'), why].filter(Boolean).join(': ');
  const wrong = issues.flatMap((issue) => {
    const { path, message } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => told([...path, key], 'is not asked for'));
    return told(path, isMissing(given, path) ? 'is missing' : message);
  });
  return new UsageError(`${what}: ${wrong.join('; ')}`, next);
}

function isMissing(given: object, path: readonly PropertyKey[]): boolean {
  const at = path.reduce<unknown>((within, key) => (within as Record<PropertyKey, unknown> | undefined)?.[key], given);
  return at === undefined;
}
