import type { ActorId, RunId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { RunsDeps } from './deps.ts';
import type { Rule } from './workflow.ts';

type EntitledDeps = Pick<RunsDeps<never>, 'actor' | 'roles' | 'logger'>;

/** UserError `refused` when the token of whoever acts has expired since it was looked at: screens stay open for days. */
export function mustBeInForce({ actor, clock }: Pick<RunsDeps<never>, 'actor' | 'clock'>): void {
  if (actor.assurance === 'token' && actor.until <= clock.now())
    throw new UserError('refused', 'the actor token has expired', ['ask whoever holds the key: sophia actor token']);
}

/**
 * UserError `refused` when a question is not for whoever acts: it is for roles, and nothing proves that they have one of
 * them; or it is for another than `before`, who began the run or answered in it. Where nothing can be proved, the answer
 * is taken, and that is said.
 */
export function mustBeEntitled(
  deps: EntitledDeps,
  runId: RunId,
  { roles = [], by }: Rule,
  before: readonly ActorId[],
): void {
  if (roles.length > 0) needRole(deps, runId, roles);
  if (by === 'another') needAnother(deps, runId, before);
}

const TOKEN = 'SOPHIA_ACTOR_TOKEN   proves it: whoever holds the key signs one with sophia actor token';

function needRole({ actor, roles, logger }: EntitledDeps, runId: string, wanted: readonly string[]): void {
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
  throw new UserError('refused', `${runId} is for ${named}, and nothing proves that ${actor.id} is one`, [TOKEN]);
}

/** The two-person rule. */
function needAnother({ actor, roles, logger }: EntitledDeps, runId: string, before: readonly ActorId[]): void {
  const rule = `${runId} is for another than ${before.join(' and ')}, who began or answered it`;
  if (actor.assurance === 'token') {
    if (!before.map(personOf).includes(personOf(actor.id))) return;
    throw new UserError('refused', `${rule}, and you are ${actor.id}`, ['somebody else runs the same command']);
  }
  if (roles === 'believed') {
    logger.warn(`${rule}: nothing here proves who ${actor.id} is, and the answer is taken all the same`);
    return;
  }
  throw new UserError('refused', `${rule}, and nothing proves who ${actor.id} is`, [TOKEN]);
}

/** `os:ada` and `token:ada` are one: who begins without a token does not become somebody else by one. */
function personOf(actor: ActorId): string {
  return actor.slice(actor.indexOf(':') + 1);
}
