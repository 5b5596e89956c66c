import { isatty } from 'node:tty';
import { type ExitName, exits } from '../errors/index.ts';

/**
 * The first signal asks to stop; of a terminal that was closed, SIGHUP, as SIGTERM does. The handlers are then gone,
 * all, so that the next one ends the process where it stands, even in the midst of a long computation: shells tell
 * that end as 130 or 143. A first one that comes during a single statement of SQLite is heard when that returns:
 * most take milliseconds. Copies are made in steps and pages are examined in another thread; what `purge` and
 * `restore` write at last takes seconds for a gigabyte.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const atTerminal = [0, 1, 2].some(isatty);
  const heard = (signal: NodeJS.Signals) => {
    process.off('SIGINT', heard).off('SIGTERM', heard).off('SIGHUP', heard);
    if (process.listenerCount(signal) > 0) standBeside(signal);
    if (signal === 'SIGHUP' && atTerminal) process.once('exit', endWithoutTerminal);
    controller.abort((signal === 'SIGINT' ? 'sigint' : 'sigterm') satisfies ExitName);
  };
  process.on('SIGINT', heard).on('SIGTERM', heard).on('SIGHUP', heard);
  return controller.signal;
}

/** Who draws screens listens as well, and ends the program itself where it finds that nobody else has heard. */
function standBeside(signal: NodeJS.Signals): void {
  const other = () => undefined;
  process.on(signal, other);
  process.nextTick(() => process.off(signal, other));
}

/** Node puts the terminal right at its end, and aborts where that is gone. Of this end shells tell 143 as well. */
function endWithoutTerminal(code: number): void {
  if (code === exits.sigterm.code) process.kill(process.pid, 'SIGTERM');
}
