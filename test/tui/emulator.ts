import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { instant } from '../../src/core/domain/index.ts';
import { openTui } from '../../src/tui/app.tsx';
import type { KeyTable } from '../../src/tui/keys.ts';
import type { Deps, Outside, ScreenKey } from '../../src/tui/screens.ts';
import type { TestWorld } from './world.ts';

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** What a terminal without a window shows, as text. */
export function textOf(terminal: xterm.Terminal): string {
  const { active } = terminal.buffer;
  const line = (at: number) => active.getLine(active.baseY + at)?.translateToString(true, 0, terminal.cols) ?? '';
  return Array.from({ length: terminal.rows }, (_, at) => line(at)).join('\n');
}

function openEmulator({ cols, rows }: Size) {
  // A real terminal's line discipline turns \n into \r\n before it is shown.
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, convertEol: true });
  let sent = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      sent += chunk.toString();
      terminal.write(chunk, done);
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  return { terminal, stdin, raw: () => sent, stdout: Object.assign(stdout, { isTTY: true, columns: cols, rows }) };
}

/** The clock on the wall, of which nothing that is tested depends. */
export const clock: Deps['clock'] = {
  now: () => instant(Date.now()),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};

/** A clock that stands still: whoever sleeps is woken by the test. */
export function heldClock() {
  const sleepers = new Set<() => void>();
  let passed = 0;
  const held: Deps['clock'] = {
    now: () => instant(Date.now() + passed),
    sleep: (_ms, signal) =>
      new Promise<void>((wake) => {
        sleepers.add(wake);
        signal.addEventListener('abort', () => wake(), { once: true });
      }),
  };
  return {
    clock: held,
    /** All that was waited for has come. */
    pass() {
      passed += 60_000;
      for (const wake of sleepers) wake();
      sleepers.clear();
    },
  };
}

/** Opens a screen in this process, over a world that is told. */
export function openInProcess(screen: ScreenKey, size: Size, told: TestWorld, time = clock, sits: Sitting = {}) {
  const { answers, risks, environments, actions, places, ...facts } = told;
  return openScreens(screen, size, { facts, answers, risks, environments, actions, places, clock: time }, sits);
}

/** Who sits at which terminal. */
interface Sitting {
  readonly keys?: KeyTable;
  readonly isPlain?: boolean;
  readonly isAscii?: boolean;
}

/** `press` resolves when the keys are handled, what they set off is over, and drawn. */
export async function openScreens(screen: ScreenKey, size: Size, deps: Outside, sits: Sitting = {}) {
  const { terminal, stdin, stdout, raw } = openEmulator(size);
  let [reported, sent] = [-1, 0];
  let wake = () => {};
  const idle = (keys: number) => {
    reported = keys;
    wake();
  };
  const { isAscii = false, ...wishes } = sits;
  const at = { stdin: stdin as never, stdout: stdout as never, colours: 1, idle, isAscii } as const;
  const ended = openTui(screen, deps, { ...at, stop: new AbortController().signal }, wishes);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  ended.then(over, over);
  const settled = async () => {
    while (reported < sent && !isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await Promise.race([ended, promise]);
    }
  };
  await settled();
  return {
    terminal,
    text: () => textOf(terminal),
    /** All that was sent to it so far. */
    raw,
    resize({ cols, rows }: Size) {
      terminal.resize(cols, rows);
      Object.assign(stdout, { columns: cols, rows }).emit('resize');
    },
    /** As soon as it is seen. */
    async until(pattern: RegExp) {
      while (!pattern.test(textOf(terminal))) await new Promise(setImmediate);
    },
    /** Not waited for. */
    type(key: string) {
      sent += 1;
      stdin.write(key);
    },
    /** Several keys in one read. */
    async burst(text: string, keys: number) {
      sent += keys;
      stdin.write(text);
      await settled();
    },
    /** As a terminal says it that tells pasted text from typed. */
    async paste(pasted: string) {
      sent += 1;
      stdin.write(`\x1b[200~${pasted}\x1b[201~`);
      await settled();
    },
    async press(...keys: string[]) {
      for (const key of keys) {
        sent += key.startsWith('\x1b') ? 1 : [...key].length;
        stdin.write(key);
        await settled();
      }
    },
    /** Whether it has ended by itself, or is about to. */
    async isLeft() {
      for (let turn = 0; turn < 100 && !isOver; turn += 1) await new Promise(setImmediate);
      return isOver;
    },
    async close() {
      stdin.write('\x03');
      return (await ended).ending;
    },
  };
}
