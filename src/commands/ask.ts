import type { Host } from '../core/context/index.ts';
import { UserError } from '../core/errors/index.ts';

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
}

export function openAsk({ stdin, stderr }: Host, silent: boolean): Ask {
  if (silent || !stdin.isTTY || !stderr.isTTY)
    return {
      isHeard: false,
      confirm: async ({ fallback }) => fallback,
      text: async ({ fallback }) => fallback,
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
  };
}

function cancelled(): UserError {
  return new UserError('refused', 'nothing was done: the question was left unanswered', ['--yes takes the defaults']);
}
