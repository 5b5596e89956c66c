import type { SophiaError } from '../core/errors/index.ts';

/** Up to the name of the environment, or the verb; those that know no rehearsal are left as they are. */
const COMMAND =
  /\bsophia (?:gpu [\w-]+|deploy (?:plan|status|diff|logs|destroy|unlock) \S+|deploy (?!init\b|engine\b)[\w<>-]+)/g;

/** What is said of a rehearsal to be done next stays in it: a line that is copied must not cost money. */
export function inRehearsal(text: string): string {
  return text.replaceAll(COMMAND, (command, at: number) => {
    const [rest = ''] = text.slice(at + command.length).split(/ {2}|\n|;/);
    return rest.includes('--rehearse') ? command : `${command} --rehearse`;
  });
}

/** The same error, as it is told of a rehearsal. */
export function ofRehearsal<E extends SophiaError>(error: E): E {
  return Object.create(error, {
    message: { value: `in the rehearsal: ${inRehearsal(error.message)}` },
    next: { value: error.next.map(inRehearsal) },
  });
}
