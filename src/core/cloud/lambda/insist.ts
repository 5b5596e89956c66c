import type { Launching } from './launch.ts';
import { LambdaError } from './wire.ts';

const AGAIN_MS = 5000;
const PATIENCE_S = 30;
/** What used it may have ended a moment ago, and be known by then to half of the vendor only. */
const IN_USE = ['filesystems/filesystem-in-use', 'firewall-rulesets/firewall-ruleset-in-use'];

/** Asks for what does no harm when it is done twice, until it is heard or patience ends. What is refused stays refused. */
export async function insist<T>({ clock, signal }: Launching, ask: () => Promise<T>): Promise<T> {
  const began = Date.parse(clock.now());
  for (;;)
    try {
      return await ask();
    } catch (thrown) {
      const isOver = Date.parse(clock.now()) - began >= PATIENCE_S * 1000;
      if (!(thrown instanceof LambdaError) || isOver || !passes(thrown)) throw thrown;
      await clock.sleep(AGAIN_MS, signal);
      if (signal.aborted) throw thrown;
    }
}

function passes({ retryable, isInDoubt, code }: LambdaError): boolean {
  return retryable || isInDoubt || IN_USE.includes(code);
}

/** Resolves when it is gone. What is in use stays as it is, and so does all that is on it. */
export async function removeUnused(deps: Launching, what: string, remove: () => Promise<boolean>): Promise<void> {
  try {
    await insist(deps, remove);
  } catch (thrown) {
    if (!(thrown instanceof LambdaError) || !IN_USE.includes(thrown.code)) throw thrown;
    const told = { code: thrown.code, retryable: true, cause: thrown };
    const next = ['end the machines that use it first: sophia gpu ls shows what there is'];
    throw new LambdaError('failed', `the ${what} is in use, and stays as it is`, told, next);
  }
}
