import { type Host, isAttended, isSeated } from '../core/context/index.ts';
import { localeIn } from '../core/ops/doctor/around.ts';
import type { Terminal } from '../tui/app.tsx';
import type { Progress } from './progress.ts';
import { colourFor } from './style.ts';

/** Tells tests that keys are handled: what a real terminal does not know it passes over. */
const IDLE = 'SOPHIA_IDLE';

/** A terminal that a screen can take over, with who is kept quiet meanwhile. */
export interface Takeable extends Terminal {
  /** It does more than to show text. */
  readonly obeys: boolean;
  /** Until then nothing else is written; what was to be said is said afterwards. */
  take(): Disposable;
}

/** `undefined` where nobody sits at one. */
export function terminalOf(host: Host, color: string, progress: Progress): Takeable | undefined {
  const { stdin, stdout, env, signal } = host;
  if (!isAttended(host) || !('setRawMode' in stdin)) return undefined;
  return {
    ...{ stdin: stdin as NodeJS.ReadStream, stdout: stdout as NodeJS.WriteStream, stop: signal },
    // Sixteen colours, which follow the theme of whoever looks.
    colours: colourFor(host, color, false).on ? 1 : 0,
    obeys: isSeated(host),
    isAscii: localeIn(env)?.isUnicode === false,
    ...(env[IDLE] && { idle: (keys: number) => stdout.write(`\u001b]777;idle;${keys}\u0007`) }),
    take: () => progress.hold(),
  };
}
