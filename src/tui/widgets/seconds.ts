import { useEffect, useReducer } from 'react';
import type { Deps } from '../screens.ts';

/** Draws again every second: how old something is changes by itself. */
export function useSeconds(clock: Deps['clock']): void {
  const [ticks, tick] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tick orders the next
  useEffect(() => {
    const gone = new AbortController();
    clock.sleep(1000, gone.signal).then(() => {
      if (!gone.signal.aborted) tick();
    });
    return () => gone.abort();
  }, [clock, ticks]);
}
