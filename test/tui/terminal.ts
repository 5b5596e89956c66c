import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { OFFSET } from '../kill/life.ts';
import { packageRoot } from '../sophia.ts';
import { type Size, textOf } from './emulator.ts';

const codes = {
  enter: '\r',
  esc: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  tab: '\t',
  backspace: '\x7f',
  'ctrl-c': '\x03',
};
type Named = keyof typeof codes;

interface Place extends Size {
  readonly dir: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The built program in a real pseudo terminal. Nothing sleeps: the program says when it has nothing left to do. */
export function openTerminal({ cols, rows, dir, words, env: more = {} }: Place) {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  const env = {
    ...{ PATH: process.env.PATH, HOME: dir, SOPHIA_IDLE: '1', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    ...{ NODE_OPTIONS: `--import ${join(import.meta.dirname, 'clock.mjs')}`, KILL_CLOCK_OFFSET: `${OFFSET}` },
    ...more,
  };
  // The shell outlives the program, and tells how that left the line discipline.
  const line = '"$0" "$@"; code=$?; stty -a; exit $code';
  const pty = spawn('/bin/sh', ['-c', line, process.execPath, join(packageRoot, 'bin/sophia.cjs'), ...words], {
    cols,
    rows,
    cwd: dir,
    env,
  });

  const waiting = new Set<() => void>();
  let raw = '';
  const begun = performance.now();
  /** As asciinema has them: seconds, and what was written then. */
  const recorded: [number, 'o', string][] = [];
  let [sent, handled] = [0, -1];
  const look = () => {
    for (const wake of waiting) wake();
  };
  terminal.parser.registerOscHandler(777, (text) => {
    const [kind, keys] = text.split(';');
    if (kind === 'idle') handled = Number(keys);
    return true;
  });
  pty.onData((text) => {
    raw += text;
    recorded.push([Number(((performance.now() - begun) / 1000).toFixed(3)), 'o', text]);
    terminal.write(text, look);
  });
  const ended = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode }) => terminal.write('', () => resolve(exitCode))),
  );

  const holds = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        if (!condition()) return;
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      wake();
    });
  const screen = () => textOf(terminal);
  const idle = () => Promise.race([ended, holds(() => handled >= sent)]);

  return {
    ...{ terminal, screen, ended, idle },
    raw: () => raw,
    /** What was seen, for any player of asciicasts. */
    cast: (title: string) =>
      [{ version: 2, width: cols, height: rows, title }, ...recorded]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    /** Named keys, or text typed as fast as a machine can. */
    async press(...keys: (Named | (string & {}))[]) {
      for (const key of keys) {
        const code = codes[key as Named] as string | undefined;
        sent += code ? 1 : [...key].length;
        pty.write(code ?? key);
        if (code) await idle(); // what follows Escape in one read would become part of it
      }
      await idle();
    },
    /** The program itself, not the shell around it. */
    signal: (signal: NodeJS.Signals) =>
      process.kill(Number(execFileSync('pgrep', ['-P', String(pty.pid)], { encoding: 'utf8' })), signal),
    /** Typed all at once, and not waited for. */
    type: (text: string) => pty.write(text),
    until: (pattern: RegExp) => Promise.race([ended, holds(() => pattern.test(screen()))]),
    resize(to: Size) {
      terminal.resize(to.cols, to.rows);
      pty.resize(to.cols, to.rows);
    },
    [Symbol.dispose]: () => pty.kill(),
  };
}
