import { UsageError } from '../../errors/index.ts';

/** Words that follow `sophia deploy` and are no environment. */
const VERBS = ['init', 'plan', 'status', 'diff', 'logs', 'destroy', 'unlock', 'smoke', 'help'];

/** Where an environment's wish lies, below the folder that one stands in. UsageError for what can be no name of one. */
export function fileOf(environment: string): string {
  if (VERBS.includes(environment))
    throw new UsageError(`"${environment}" is a verb of sophia deploy, and so no name of an environment`, [
      'sophia deploy init production',
    ]);
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(environment))
    throw new UsageError(
      'an environment is named by small letters, digits and dashes, 31 at most, beginning with a letter',
      ['sophia deploy init production'],
    );
  return `deploy/${environment}.yaml`;
}
