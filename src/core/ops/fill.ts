import type { Context } from '../context/index.ts';
import { UserError } from '../errors/index.ts';
import type { Portfolio } from '../portfolio/index.ts';

const RETRY_MS = 200;

/** The demo is imported when it is first looked at, by whichever process comes first; the others wait for it. */
export async function fillDemo(context: Context, portfolio: Portfolio, fill: () => Promise<unknown>): Promise<void> {
  const { clock, logger, signal } = context;
  while ((await portfolio.properties()).length === 0) {
    signal.throwIfAborted();
    logger.progress('preparing the demo portfolio, once');
    try {
      await fill();
    } catch (thrown) {
      if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
      await clock.sleep(RETRY_MS, signal);
    }
  }
}
