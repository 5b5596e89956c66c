import type { Launching } from './launch.ts';
import { isEnding } from './tags.ts';
import { LambdaError } from './wire.ts';

const LOOK_EVERY_MS = 5000;
const PATIENCE_S = 600;
/** So long may a machine be unknown after its launch. Not told by the vendor: assumed. */
const LAG_S = 30;

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
  const known = new Map(ids.map((id): [string, Known] => [id, { isSeen: false, unknownSince: undefined }]));
  let open = [...new Set(ids)];
  while (open.length > 0) {
    for (const id of open) {
      const state = await endOne(deps, id, known.get(id) ?? { isSeen: false, unknownSince: undefined });
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

/** What is known of a machine while it is ended. */
interface Known {
  isSeen: boolean;
  unknownSince: number | undefined;
}

/** Asks for the end of a machine that is not ending yet. */
async function endOne(
  { lambda, clock, signal }: Launching,
  id: string,
  known: Known,
): Promise<'ended' | 'ending' | { readonly why: string }> {
  try {
    const found = await lambda.instance(id, signal);
    if (found) known.isSeen = true;
    if (found && isEnding(found)) return found.status === 'terminated' ? 'ended' : 'ending';
    if (!found && known.isSeen) return 'ended';
    if (!found) known.unknownSince ??= Date.parse(clock.now());
    // One that was launched a moment ago may be unknown, and be there all the same: it is ended unseen, and looked for.
    await lambda.terminate(id);
    return isLongUnknown() ? 'ended' : 'ending';
  } catch (thrown) {
    // Whoever is silent, or in doubt, is asked again: to end a machine twice does no harm. Who was interrupted knows nothing.
    if (signal.aborted) return 'ending';
    if (thrown instanceof LambdaError && thrown.isInDoubt && isLongUnknown()) return 'ended';
    if (thrown instanceof LambdaError && (thrown.retryable || thrown.isInDoubt)) return 'ending';
    return { why: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  /** Of one that is gone the vendor may say no more than that it does not know what to say. */
  function isLongUnknown(): boolean {
    const since = known.unknownSince;
    return !known.isSeen && since !== undefined && Date.parse(clock.now()) - since >= LAG_S * 1000;
  }
}
