import type { App } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { openActions } from './actions.ts';
import { openAnswers } from './answers.ts';
import { openFacts } from './facts.ts';
import { openPlaces } from './places.ts';
import { openRisks } from './risks.ts';
import type { Outside } from './screens.ts';

type WorldContext = Pick<Context, 'clock' | 'files' | 'launch'>;

/** All that screens see and can do, over the rooms of a command. With `readOnly` they change nothing. */
export function openWorld(context: WorldContext, app: App, mode: { readonly readOnly: boolean }): Outside {
  const facts = openFacts(app, context);
  return {
    ...{ facts, clock: context.clock, places: openPlaces(app, facts) },
    answers: openAnswers(context, app, mode),
    risks: openRisks(context, app, mode),
    actions: openActions(context, app, mode),
  };
}
