import type { Key } from 'node:readline';
import type { TextOptions } from '@clack/prompts';
import { type Host, isCi } from '../core/context/index.ts';
import { UsageError, UserError } from '../core/errors/index.ts';
import { quoted } from '../core/ops/quoted.ts';
import { escaped } from './harmless.ts';
import { isInteractive } from './surroundings.ts';

interface Question<Answer> {
  readonly message: string;
  /** What is taken when nobody is asked. */
  readonly fallback: Answer;
  /** The flag that answers it. */
  readonly flag: string;
  /** Why an answer cannot be taken; `undefined` when it can. */
  readonly refuse?: (answer: Answer) => string | undefined;
}

/** Questions to whoever sits at the terminal. None is ever required: each has a fallback and a flag. */
export interface Ask {
  /** Somebody sits at the terminal and may be asked. */
  readonly isHeard: boolean;
  confirm(question: Question<boolean>): Promise<boolean>;
  text(question: Question<string>): Promise<string>;
  /**
   * Returns when `name` was typed, or `given` is it. UsageError when another is given; UserError `paused` when none is
   * and nobody can be asked: `--yes` is no name.
   */
  name(asked: { readonly what: string; readonly name: string; readonly given: string | undefined }): Promise<void>;
}

export function openAsk(host: Listener, silent: boolean): Ask {
  if (silent || !isInteractive(host) || isCi(host.env))
    return {
      isHeard: false,
      confirm: async ({ fallback }) => fallback,
      text: async ({ fallback }) => fallback,
      async name({ what, name, given }) {
        if (isGiven(name, given)) return;
        throw new UserError('paused', `nothing was done: to ${what}, its name must be given`, [
          `the same command with --confirm ${quoted(escaped(name))}`,
        ]);
      },
    };
  return {
    isHeard: true,
    confirm: ({ message, fallback, flag }) =>
      put(host, `${flag} answers it`, ({ confirm }, terminal) =>
        confirm({ message: `${message} (${flag})`, initialValue: fallback, ...terminal }),
      ),
    text: ({ message, fallback, flag, refuse }) =>
      put(host, `${flag} answers it`, ({ text }, terminal) =>
        text({
          message: `${message} (${flag})`,
          defaultValue: fallback,
          placeholder: fallback,
          validate: (typed) => refuse?.(typed || fallback),
          ...terminal,
        }),
      ),
    async name({ what, name, given }) {
      if (isGiven(name, given)) return;
      await put(host, `the same command with --confirm ${quoted(escaped(name))}`, ({ text }, terminal) =>
        text({
          message: `To ${what}, type its name: ${escaped(name)} (--confirm)`,
          validate: (typed) => (isName(name, typed) ? undefined : `type ${escaped(name)}, or stop with Ctrl-C`),
          ...terminal,
        }),
      );
    },
  };
}

type Listener = Pick<Host, 'stdin' | 'stderr' | 'signal' | 'env'>;
type Prompts = typeof import('@clack/prompts');
type Terminal = Pick<TextOptions, 'input' | 'output' | 'signal'>;

/**
 * Puts a question. UserError when it is left unanswered: `sigint` after Ctrl-C, which at a question is a key and no
 * signal; `refused` after Escape, Ctrl-D, at the end of the input, or when a signal came, which then decides the exit.
 */
async function put<Answer>(
  { stdin, stderr, signal }: Listener,
  instead: string,
  question: (prompts: Prompts, terminal: Terminal) => Promise<Answer>,
): Promise<Exclude<Answer, symbol>> {
  const prompts = await import('@clack/prompts');
  const left = new AbortController();
  let exit: 'sigint' | 'refused' = 'refused';
  // The prompt itself knows no Ctrl-D: it would wait, with nobody to hear. It sees the key first, and is then ended.
  const leave = () => queueMicrotask(() => left.abort());
  const heard = (_text: string | undefined, { ctrl, name }: Key) => {
    if (ctrl && name === 'c') exit = 'sigint';
    if (ctrl && name === 'd') leave();
  };
  stdin.on('keypress', heard).on('end', leave);
  signal.addEventListener('abort', leave);
  try {
    // stdout carries results only; a question is none.
    const output = stderr as unknown as NodeJS.WriteStream;
    const answer = await question(prompts, { input: stdin, output, signal: left.signal });
    if (!prompts.isCancel(answer)) return answer as Exclude<Answer, symbol>;
  } finally {
    stdin.off('keypress', heard).off('end', leave);
    signal.removeEventListener('abort', leave);
  }
  throw new UserError(exit, 'nothing was done: the question was left unanswered', [instead]);
}

/** What cannot be seen in a name cannot be typed either: then it is given as it is shown, escaped. */
function isName(name: string, typed: string | undefined): boolean {
  return typed === name || typed === escaped(name);
}

function isGiven(name: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  if (isName(name, given)) return true;
  throw new UsageError(`--confirm: "${given}" is not the name`, [`--confirm ${quoted(escaped(name))}`]);
}
