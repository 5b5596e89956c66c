import type { Host, Logger } from '../core/context/index.ts';

/** Whoever waits longer than this is told what for. */
const PATIENCE_MS = 100;

export interface Progress extends Logger {
  /** Clears what is shown, before anything else is printed. */
  clear(): void;
  /** From here on nothing is said at all. */
  mute(): void;
}

/** Warnings, and what is being done: on stderr, the latter only at a terminal and never before 100 ms have passed. */
export function openProgress({ stderr, env, clock }: Host): Progress {
  const watched = stderr.isTTY === true && !env.CI && env.TERM !== 'dumb';
  let spinner: { text: string; start(): unknown; stop(): unknown } | undefined;
  let latest: string | undefined;
  let done = false;
  let muted = false;
  const clear = () => {
    spinner?.stop();
    spinner = undefined;
  };
  // One step may take long and be announced before anybody has had to wait: it is shown when the patience is over.
  const ticker = watched ? clock.every(PATIENCE_MS, () => void show()) : undefined;
  const end = () => {
    done = true;
    ticker?.[Symbol.dispose]();
    clear();
  };
  return {
    clear: end,
    mute() {
      muted = true;
      end();
    },
    warn(text) {
      if (muted) return;
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      latest = text;
    },
  };

  async function show(): Promise<void> {
    if (latest === undefined) return;
    const { default: yoctoSpinner } = await import('yocto-spinner');
    if (done) return;
    if (spinner) spinner.text = latest;
    else {
      spinner = yoctoSpinner({ text: latest, stream: stderr as unknown as NodeJS.WriteStream, handleSignals: false });
      spinner.start();
    }
  }
}
