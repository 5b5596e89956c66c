/** How LangGraph carries every run: none of it is a workflow's to choose. */
export const policy = {
  /** A step is begun when what came of the one before is on disk. */
  durability: 'sync',
  /** Nodes at the same time, and results of nodes that are not on disk yet. */
  maxConcurrency: 20,
  /** LangGraph counts steps, and ends a graph that goes round for ever: ours cannot. */
  recursionLimit: (steps: number) => 2 * steps + 5,
} as const;

/**
 * What is tried again when its workflow says nothing of it and nobody sits at the terminal: for a quarter of an hour or so,
 * in which a disk, a folder or a server can be mended.
 */
export const unattended = { attempts: 12, firstMs: 1000, maxMs: 300_000 } as const;

/** How long to wait after the nth failure. Half of it is chance, so that many that failed together do not come together. */
export function backOffMs(
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  failures: number,
  random: () => number,
): number {
  const whole = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  return Math.round(whole * (0.5 + random() / 2));
}
