import type { Clock } from '../../context/index.ts';
import { LambdaError } from './wire.ts';

/** So long may a thing be missing from the list after it was made. Not told by the vendor: assumed. */
const LAG_S = 30;
const LOOK_EVERY_S = 10;

/**
 * Looks for what may have been made, for as long as it may be missing from the list, and heeds nobody who wants to stop:
 * what is there must be known before anybody leaves. Where it is not found, or nobody answers, that is told in words.
 */
export async function lookedFor<T>(
  clock: Clock,
  doubt: LambdaError,
  find: () => Promise<T | undefined>,
): Promise<{ readonly found: T } | { readonly why: string }> {
  const unheeding = new AbortController().signal;
  let why = doubt.message;
  for (let waited = 0; waited <= LAG_S; waited += LOOK_EVERY_S) {
    if (waited > 0) await clock.sleep(LOOK_EVERY_S * 1000, unheeding);
    try {
      const found = await find();
      if (found !== undefined) return { found };
    } catch (thrown) {
      if (!(thrown instanceof LambdaError)) throw thrown;
      why = `${doubt.message}; and it cannot be looked for: ${thrown.message}`;
    }
  }
  return { why };
}
