/** What residents may mean, as far as rules can hear it. */
export const intents = [
  'moving_intent',
  'repeat_issue',
  'hardship',
  'habitability',
  'price_objection',
  'legal_threat',
] as const;
export type Intent = (typeof intents)[number];
