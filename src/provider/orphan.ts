const LOOK_EVERY_MS = 250;

/**
 * Ends this process when its parent is gone: an engine that is killed does not take its plugins with it, and one that goes
 * on launching spends money that nobody writes down.
 */
export function endWithParent(
  process: Pick<NodeJS.Process, 'ppid' | 'exit'>,
  every: (ms: number, work: () => void) => void,
): void {
  const engine = process.ppid;
  // It was gone before we began.
  if (engine === 1) process.exit(1);
  every(LOOK_EVERY_MS, () => {
    if (process.ppid !== engine) process.exit(1);
  });
}
