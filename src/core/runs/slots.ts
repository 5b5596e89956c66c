/** A bounded number of things at the same time; who comes later waits for a slot. */
export interface Slots {
  take(holder: string): Promise<void>;
  /** Does nothing when the holder has none. */
  free(holder: string): void;
}

/**
 * LangGraph bounds how many nodes run, and begins the next one as soon as a node returns: before its result is on disk.
 * With a slow disk most of a thousand items would be done again after a crash. So a node begins with a slot of its own,
 * which is free again when its result is written.
 */
export function openSlots(count: number): Slots {
  const holders = new Set<string>();
  const waiting: (() => void)[] = [];
  return {
    async take(holder) {
      while (holders.size >= count) await new Promise<void>((free) => waiting.push(free));
      holders.add(holder);
    },
    free(holder) {
      if (holders.delete(holder)) waiting.shift()?.();
    },
  };
}
