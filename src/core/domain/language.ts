/** What a resident means now, about this home and this landlord. */
export const intents = [
  'moving_intent',
  'repeat_issue',
  'hardship',
  'habitability',
  'price_objection',
  'legal_threat',
] as const;
export type Intent = (typeof intents)[number];

/** Why turns were kept out of scoring. */
export type KeptOut = 'sensitive' | 'not_english' | 'hardship' | 'habitability' | 'competitor' | 'speakers_unclear';
