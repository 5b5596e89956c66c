/** What a resident may mean on the phone, beyond the matter itself. The names are those of the labelled utterances. */
export type Intent =
  | 'moving_intent'
  | 'repeat_issue'
  | 'hardship'
  | 'habitability'
  | 'price_objection'
  | 'legal_threat';

/** What a call says, by the hand that wrote it. */
export interface Gold {
  readonly intents: readonly Intent[];
  /** How the resident feels toward the landlord, -1 to 1, in steps of 0.1. */
  readonly polarity: number;
  /** Why no score may see it. */
  readonly redact?: readonly ('accommodation' | 'medical')[];
  /** Absent: English. */
  readonly language?: 'es';
}

export const families = [
  ...(['repair_new', 'repair_repeat', 'repair_resolved', 'moving_said', 'moving_denied', 'renewal'] as const),
  ...(['hardship', 'payment', 'pleasant', 'surroundings', 'habitability', 'legal'] as const),
  ...(['accommodation', 'spanish', 'competitor'] as const),
];
export type Family = (typeof families)[number];

/**
 * A conversation as a grammar. Turns alternate and the agent begins. `{name}` is a slot, the same throughout one call;
 * `{a|b|}` is one of its parts, drawn each time; both may be nested.
 */
export interface Scenario extends Gold {
  readonly id: string;
  readonly family: Family;
  readonly turns: readonly string[];
}
