import { UsageError } from '../../errors/index.ts';

/** Words that follow `sophia deploy` and are no environment; and what `gpu kill-all` calls all of them. */
const VERBS = ['init', 'plan', 'status', 'diff', 'logs', 'destroy', 'unlock', 'smoke', 'engine', 'help'];
export const EVERYTHING = 'everything';
/** The environment of a trial: no file wishes for it, and none can. */
export const SMOKE = 'smoke';
const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** UsageError for what can be the name of no environment that is recorded: a name becomes a part of paths. */
export function mustBeNamed(environment: string): void {
  if (environment !== SMOKE && environment !== '') fileOf(environment);
}

/** Whether something of that name that lies where environments are recorded is one. */
export function isNameOfOne(name: string): boolean {
  return name === SMOKE || environmentIn(`${name}.yaml`) !== undefined;
}

/** Where an environment's wish lies, below the folder that one stands in. UsageError for what can be no name of one. */
export function fileOf(environment: string): string {
  if (VERBS.includes(environment))
    throw new UsageError(`"${environment}" is a verb of sophia deploy, and so no name of an environment`, [
      'sophia deploy init production',
    ]);
  if (environment === EVERYTHING)
    throw new UsageError(`"${EVERYTHING}" is what gpu kill-all calls all environments, and so no name of one`, [
      'sophia deploy init production',
    ]);
  if (!NAME.test(environment))
    throw new UsageError(
      'an environment is named by small letters, digits and dashes, 31 at most, beginning with a letter',
      ['sophia deploy init production'],
    );
  return `deploy/${environment}.yaml`;
}

/** Of which environment a file in that folder is the wish, if of any. */
export function environmentIn(name: string): string | undefined {
  const environment = name.endsWith('.yaml') ? name.slice(0, -'.yaml'.length) : '';
  const isName = NAME.test(environment) && !VERBS.includes(environment) && environment !== EVERYTHING;
  return isName ? environment : undefined;
}
