import { type Host, isCi, type Logger } from '../core/context/index.ts';
import { colourFor, wrapped } from './style.ts';

/** Whoever waits longer than this is told what for. */
const PATIENCE_MS = 100;
/** Where nobody watches, what is being done is written down as often: who is silent for long is taken for stuck, and killed. */
const UNWATCHED_MS = 60_000;

export interface Progress extends Logger {
  /** Clears what is shown, before the result is printed. From here on nothing is shown. */
  clear(): void;
  /** Clears what is shown, before a question; it goes on when something else is being done. */
  pause(): void;
  /** From here on nothing is said, or, where a file asked for that, nothing but what no file may keep back. */
  mute(by: 'file' | 'caller'): void;
  /** Until it is disposed of nothing is said; then all of it is. */
  hold(): Disposable;
  /** Whether colour was asked for, as `--color` has it; until then it is as for `auto`. */
  colour(color: string): void;
}

const nothing = () => undefined;

/** For work of which nobody is told. */
export const silent: Logger = { warn: nothing, alert: nothing, progress: nothing };

/** Warnings, and what is being done: on stderr, the latter only at a terminal and never before 100 ms have passed. */
export function openProgress({ stderr, env, clock }: Host): Progress {
  const watched = stderr.isTTY === true && !isCi(env) && env.TERM !== 'dumb';
  let spinner: { text: string; start(): unknown; stop(): unknown } | undefined;
  let latest: string | undefined;
  let written: string | undefined;
  let done = false;
  let muted: 'file' | 'caller' | undefined;
  let color = 'auto';
  let held: string[] | undefined;
  const clear = () => {
    spinner?.stop();
    spinner = undefined;
  };
  // One step may take long and be announced before anybody has had to wait: it is shown when the patience is over.
  const ticker = watched ? clock.every(PATIENCE_MS, () => void show()) : clock.every(UNWATCHED_MS, tell);
  const end = () => {
    done = true;
    ticker[Symbol.dispose]();
    clear();
  };
  const say = (text: string) => {
    if (held) return void held.push(text);
    clear();
    stderr.write(`${wrapped('', text, stderr)}\n`);
  };
  return {
    clear: end,
    pause() {
      latest = undefined;
      clear();
    },
    mute(by) {
      muted = by;
      end();
    },
    hold() {
      end();
      held = [];
      return {
        [Symbol.dispose]() {
          const late = held ?? [];
          held = undefined;
          for (const text of late) say(text);
        },
      };
    },
    colour(when) {
      color = when;
    },
    warn(text) {
      if (!muted) say(text);
    },
    alert(text) {
      if (muted !== 'caller') say(text);
    },
    progress(text, share) {
      latest = share === undefined ? text : `${text}, ${Math.floor(Math.min(share, 1) * 100)}%`;
    },
  };

  function tell(): void {
    if (done || latest === undefined || latest === written) return;
    written = latest;
    say(latest);
  }

  async function show(): Promise<void> {
    if (latest === undefined) return;
    const { default: yoctoSpinner } = await import('yocto-spinner');
    if (done || latest === undefined) return;
    if (spinner) spinner.text = latest;
    else {
      const isColoured = colourFor({ env, stdout: stderr }, color, false).on;
      const stream = (isColoured ? stderr : uncoloured(stderr)) as unknown as NodeJS.WriteStream;
      spinner = yoctoSpinner({ text: latest, stream, handleSignals: false });
      spinner.start();
    }
  }
}

const LOOK = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** The same terminal without colour: the spinner has one whatever is asked for. */
function uncoloured(stderr: Host['stderr']): Host['stderr'] {
  const write = (text: string) => stderr.write(text.replaceAll(LOOK, ''));
  return Object.create(stderr, { write: { value: write, writable: true } });
}
