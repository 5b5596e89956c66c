import type { Instant, RunId } from '../domain/index.ts';
import type { RunsDeps } from './deps.ts';
import type { Asked } from './questions.ts';
import type { Registry } from './registry.ts';
import type { RunInput } from './workflow.ts';

/** A question that nobody has answered yet, of a run that waits with it. */
export interface PendingQuestion {
  readonly runId: RunId;
  readonly workflow: string;
  readonly input: RunInput;
  /** Of the question; a run may ask several. */
  readonly id: string;
  readonly node: string;
  readonly askedAt: Instant;
  /** When it is answered by what was declared for that. */
  readonly expiresAt?: Instant;
  /** What is asked; a question that asks for a decision and nothing else has none. */
  readonly question?: Asked;
}

/** More are not looked through by anybody. */
export const MOST_PENDING = 500;

/**
 * What humans are waited for with, in runs that this program can go on with: whose time is over first comes first, then
 * what was asked first. At most 500.
 */
export async function pendingQuestions(
  { store, owner }: Pick<RunsDeps<never>, 'store' | 'owner'>,
  { isCompatible }: Pick<Registry<never>, 'isCompatible'>,
): Promise<PendingQuestion[]> {
  const rows = await store.read
    .selectFrom('approval')
    .innerJoin('run', 'run.id', 'approval.run_id')
    .select(['run_id', 'workflow', 'version', 'shape', 'fingerprint', 'input'])
    .select(['interrupt_id', 'node', 'asked_at', 'expires_at', 'question'])
    .where('approval.owner', '=', owner)
    .where('approval.status', '=', 'open')
    .where('run.status', '=', 'waiting')
    .orderBy((its) => its.case().when('expires_at', 'is', null).then(1).else(0).end())
    .orderBy('expires_at')
    .orderBy('asked_at')
    .orderBy('interrupt_id')
    .limit(MOST_PENDING)
    .execute();
  return rows
    .filter(isCompatible)
    .map(({ run_id, workflow, input, interrupt_id, node, asked_at, expires_at, question }) => ({
      ...{ runId: run_id, workflow, input: JSON.parse(input), id: interrupt_id, node, askedAt: asked_at },
      ...(expires_at && { expiresAt: expires_at }),
      ...(question && { question: JSON.parse(question) }),
    }));
}
