import { type Intent, intents } from '../domain/index.ts';
import { type Rule, wordsOf } from './cues.ts';
import { habitability } from './rules/habitability.ts';
import { hardship } from './rules/hardship.ts';
import { legal } from './rules/legal.ts';
import { moving } from './rules/moving.ts';
import { price } from './rules/price.ts';
import { repeat } from './rules/repeat.ts';
import type { Said } from './turn.ts';

const rules: Readonly<Record<Intent, Rule>> = {
  moving_intent: moving,
  repeat_issue: repeat,
  hardship,
  habitability,
  price_objection: price,
  legal_threat: legal,
};

/** What an English turn means by rule, in the order of `intents`, and the words that say so. */
export function intentsByRule(said: Said): ReadonlyMap<Intent, string> {
  return new Map(
    intents.flatMap((intent) => {
      const words = wordsOf(rules[intent], said);
      return words === undefined ? [] : [[intent, words] as const];
    }),
  );
}
