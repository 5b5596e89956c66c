import { SophiaError } from '../errors/index.ts';
import type { Fence, Rows } from './batch.ts';

/** What is to be recorded, and what proves that it may be. */
export interface Recording {
  readonly fence: Fence;
  readonly rows: Rows;
}

interface Waiting {
  readonly recording: Recording;
  readonly settle: PromiseWithResolvers<boolean>;
}

/** Waits for its turn, takes what is there by then, and records it in one transaction. Of each: whether its lease was held. */
export type InTurn = (take: () => readonly Recording[]) => Promise<readonly boolean[]>;

/**
 * Whoever comes until it is its turn goes along: a step of LangGraph and what its nodes came to are one commit, or one
 * round trip. What one of them cannot have, the others get without it; what ails the store is not tried for each.
 */
export function openGathering(inTurn: InTurn): (recording: Recording) => Promise<boolean> {
  let gathered: Waiting[] = [];
  const record = async (take: () => readonly Waiting[]) => {
    let taken: readonly Waiting[] | undefined;
    try {
      const held = await inTurn(() => {
        taken = take();
        return taken.map(({ recording }) => recording);
      });
      taken?.forEach(({ settle }, at) => void settle.resolve(held[at] === true));
    } catch (thrown) {
      taken ??= take();
      if (taken.length > 1 && !(thrown instanceof SophiaError)) for (const each of taken) await record(() => [each]);
      else for (const { settle } of taken) settle.reject(thrown);
    }
  };
  return (recording) => {
    const settle = Promise.withResolvers<boolean>();
    gathered.push({ recording, settle });
    if (gathered.length === 1)
      void record(() => {
        const taken = gathered;
        gathered = [];
        return taken;
      });
    return settle.promise;
  };
}
