import { type ExitName, exits } from '../../core/errors/index.ts';
import type { RunSummary } from '../../core/runs/index.ts';
import { SPENDS } from './spent.ts';

/** What a run has failed of, in the words that its exit is told with. */
export function failureOf({ failure = '' }: Pick<RunSummary, 'failure'>): string {
  return isExit(failure) ? `${exits[failure].when} (${failure})` : failure;
}

const SURROUNDINGS = 'sophia doctor   looks at what is around it';
const lookInto: Partial<Record<ExitName, string>> = {
  ...{ config: SURROUNDINGS, auth: SURROUNDINGS, unreachable: SURROUNDINGS },
  insufficient: 'sophia portfolio list   shows what is known, and of what',
};

interface Failed extends Pick<RunSummary, 'id' | 'workflow' | 'input'> {
  readonly failure?: string | undefined;
}

/** What may be done about a run that has failed. */
export function mending({ id, workflow, input, failure = '' }: Failed): string[] {
  if (workflow === SPENDS) {
    const flag = Number(input.speed) > 0 ? ' --rehearse' : '';
    return [`sophia deploy ${input.environment}${flag}   shows what it comes to by now, and asks`];
  }
  const look = isExit(failure) ? lookInto[failure] : undefined;
  return [`sophia runs retry ${id}   tries again`, ...(look ? [look] : [])];
}

/** Another program may have written it. */
function isExit(name: string): name is ExitName {
  return Object.hasOwn(exits, name);
}
