import type { Host, Logger } from '../core/context/index.ts';

/** Whoever waits longer than this is told what for. */
const PATIENCE_MS = 100;

export interface Progress extends Logger {
  /** Clears what is shown, before anything else is printed. */
  clear(): void;
}

/** Warnings, and what is being done: on stderr, the latter only at a terminal and never before 100 ms have passed. */
export function openProgress({ stderr, env, clock }: Host): Progress {
  const began = Date.parse(clock.now());
  const watched = stderr.isTTY === true && !env.CI && env.TERM !== 'dumb';
  let spinner: { text: string; start(): unknown; stop(): unknown } | undefined;
  let done = false;
  const clear = () => {
    spinner?.stop();
    spinner = undefined;
  };
  return {
    clear() {
      done = true;
      clear();
    },
    warn(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!watched || done || Date.parse(clock.now()) - began < PATIENCE_MS) return;
      if (spinner) spinner.text = text;
      else void show(text);
    },
  };

  async function show(text: string): Promise<void> {
    const { default: yoctoSpinner } = await import('yocto-spinner');
    if (done || spinner) return;
    spinner = yoctoSpinner({ text, stream: stderr as unknown as NodeJS.WriteStream, handleSignals: false });
    spinner.start();
  }
}
