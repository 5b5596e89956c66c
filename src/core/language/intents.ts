import { type Intent, intents } from '../domain/index.ts';
import { applies, type Rule } from './cues.ts';
import { habitability } from './rules/habitability.ts';
import { hardship } from './rules/hardship.ts';
import { legal } from './rules/legal.ts';
import { moving } from './rules/moving.ts';
import { price } from './rules/price.ts';
import { repeat } from './rules/repeat.ts';
import { read } from './turn.ts';

const rules: Readonly<Record<Intent, Rule>> = {
  moving_intent: moving,
  repeat_issue: repeat,
  hardship,
  habitability,
  price_objection: price,
  legal_threat: legal,
};

/** What an English turn means by rule, in the order of `intents`. */
export function intentsOf(text: string): readonly Intent[] {
  const said = read(text);
  return intents.filter((intent) => applies(rules[intent], said));
}
