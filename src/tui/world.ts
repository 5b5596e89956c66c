import type { App } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { openActions } from './actions.ts';
import { openAnswers } from './answers.ts';
import { openEnvironments } from './environments.ts';
import { openFacts } from './facts.ts';
import { openPlaces } from './places.ts';
import { openRisks } from './risks.ts';
import type { Outside } from './screens.ts';
import { openWatch } from './watch.ts';

type WorldContext = Pick<Context, 'clock' | 'files' | 'launch' | 'signal'>;

/** All that screens see and can do, over the rooms of a command. With `readOnly` they change nothing. */
export async function openWorld(
  context: WorldContext,
  app: App,
  { readOnly }: { readonly readOnly: boolean },
): Promise<Outside> {
  const watch = await openWatch(app, context.files);
  const facts = openFacts(app, watch);
  return {
    ...{ facts, clock: context.clock, places: openPlaces(app, facts) },
    answers: openAnswers(context, app, { watch, readOnly }),
    risks: openRisks(context, app, { watch, readOnly }),
    environments: openEnvironments(context, app, { watch, readOnly }),
    actions: openActions(context, app, { watch, readOnly }),
  };
}
