import type { Host } from '../core/context/index.ts';
import { UsageError, UserError } from '../core/errors/index.ts';
import { quoted } from '../core/ops/quoted.ts';
import { harmless } from './harmless.ts';

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

export function openAsk({ stdin, stderr }: Host, silent: boolean): Ask {
  if (silent || !stdin.isTTY || !stderr.isTTY)
    return {
      isHeard: false,
      confirm: async ({ fallback }) => fallback,
      text: async ({ fallback }) => fallback,
      async name({ what, name, given }) {
        if (isGiven(name, given)) return;
        throw new UserError('paused', `nothing was done: to ${what}, its name must be given`, [
          `the same command with --confirm ${quoted(name)}`,
        ]);
      },
    };
  // stdout carries results only; a question is none.
  const output = stderr as unknown as NodeJS.WriteStream;
  return {
    isHeard: true,
    async confirm({ message, fallback, flag }) {
      const { confirm, isCancel } = await import('@clack/prompts');
      const answer = await confirm({ message: `${message} (${flag})`, initialValue: fallback, output });
      if (isCancel(answer)) throw cancelled();
      return answer;
    },
    async text({ message, fallback, flag, refuse }) {
      const { isCancel, text } = await import('@clack/prompts');
      const answer = await text({
        message: `${message} (${flag})`,
        defaultValue: fallback,
        placeholder: fallback,
        validate: (typed) => refuse?.(typed || fallback),
        output,
      });
      if (isCancel(answer)) throw cancelled();
      return answer;
    },
    async name({ what, name, given }) {
      if (isGiven(name, given)) return;
      const { isCancel, text } = await import('@clack/prompts');
      const answer = await text({
        message: `To ${what}, type its name: ${harmless(name)} (--confirm)`,
        validate: (typed) => (typed === name ? undefined : `type ${harmless(name)}, or stop with Ctrl-C`),
        output,
      });
      if (isCancel(answer)) throw cancelled();
    },
  };
}

function isGiven(name: string, given: string | undefined): boolean {
  if (given === undefined || given === name) return given === name;
  throw new UsageError(`--confirm: "${given}" is not the name`, [`--confirm ${quoted(name)}`]);
}

function cancelled(): UserError {
  return new UserError('refused', 'nothing was done: the question was left unanswered', ['--yes takes the defaults']);
}
