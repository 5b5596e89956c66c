import type { Actor, Context } from '../context/index.ts';
import type { Instant } from '../domain/index.ts';
import { asSophiaError } from '../errors/index.ts';
import { verifyActorToken } from './actor-token.ts';
import { findSecret } from './find.ts';

/** Who acts, and by what that is known. */
export interface Acting {
  readonly actor: Actor;
  /** Where the token was found; absent without one. */
  readonly at?: string;
  readonly expires?: Instant;
  /** Why a token that was found proves nothing. */
  readonly refused?: string;
  readonly next?: readonly string[];
}

/**
 * Whoever the token proves, when one is found and a key of `issuers` signed it; else the user of the operating system.
 * Errors as `findSecret`.
 */
export async function whoActs(context: Context, issuers: readonly string[]): Promise<Acting> {
  const found = await findSecret(context, 'actor-token');
  if (!found) return { actor: context.actor };
  try {
    return { ...(await verifyActorToken(context.clock, found.secret, issuers)), at: found.at };
  } catch (thrown) {
    const { kind, message, next } = asSophiaError(thrown);
    if (kind === 'bug') throw thrown;
    return { actor: context.actor, at: found.at, refused: message, next };
  }
}

/** The context of whoever acts; what a token does not prove is told. */
export async function actingIn(context: Context, issuers: readonly string[]): Promise<Context> {
  const { actor, refused } = await whoActs(context, issuers);
  if (refused) context.logger.warn(`${refused}; you act as ${actor.id}`);
  return { ...context, actor };
}
