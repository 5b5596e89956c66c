import type { Launching } from './launch.ts';
import { isEnding } from './tags.ts';
import { LambdaError } from './wire.ts';

const LOOK_EVERY_MS = 5000;
const PATIENCE_S = 600;

/** What came of ending machines: which are confirmed to have ended, and which may bill on. */
export interface Ended {
  readonly ended: readonly string[];
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/**
 * Ends machines, and looks at each until the vendor says that it has ended or knows it no more: what was asked for is not
 * taken for done. One that cannot be ended holds up none of the others.
 */
export async function endInstances(deps: Launching, ids: readonly string[]): Promise<Ended> {
  const { clock, signal } = deps;
  const began = Date.parse(clock.now());
  const ended: string[] = [];
  const left = new Map<string, string>();
  let open = [...new Set(ids)];
  while (open.length > 0) {
    for (const id of open) {
      const state = await endOne(deps, id);
      if (state === 'ended') ended.push(id);
      else if (state !== 'ending') left.set(id, state.why);
    }
    open = open.filter((id) => !ended.includes(id) && !left.has(id));
    if (open.length === 0) break;
    const isLate = Date.parse(clock.now()) - began >= PATIENCE_S * 1000;
    if (!isLate) await clock.sleep(LOOK_EVERY_MS, signal);
    if (isLate || signal.aborted) for (const id of open) left.set(id, 'is not confirmed to have ended');
    open = open.filter((id) => !left.has(id));
  }
  return { ended, left: [...left].map(([id, why]) => ({ id, why })) };
}

/** Asks for the end of a machine that is not ending yet. */
async function endOne(
  { lambda, signal }: Launching,
  id: string,
): Promise<'ended' | 'ending' | { readonly why: string }> {
  try {
    const found = await lambda.instance(id);
    if (found && isEnding(found)) return found.status === 'terminated' ? 'ended' : 'ending';
    // One that was launched a moment ago may be unknown to whoever looks, and still be there: it is ended all the same.
    return (await lambda.terminate(id)) ? 'ending' : 'ended';
  } catch (thrown) {
    // Whoever is silent, or in doubt, is asked again: to end a machine twice does no harm. Who was interrupted knows nothing.
    if (signal.aborted) return 'ending';
    if (thrown instanceof LambdaError && (thrown.retryable || thrown.isInDoubt)) return 'ending';
    return { why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
