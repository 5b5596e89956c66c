import type { Scenario } from './scenario.ts';

/** Leaving: said, weighed, denied or long past. */
export const moving: readonly Scenario[] = [
  {
    ...{ id: 'moving_stated_01', family: 'moving_said', intents: ['moving_intent'], polarity: 0 },
    turns: [
      '{greeting}',
      "{I'd like to give notice|I want to give my notice} for {unit}. We {found another place|bought a place} and go at the end of {month}.",
      "I'll send you the form. May I ask what made you decide?",
      '{My job moved across town|We need another room|It is closer to my work}. Where do I return the keys?',
      'Here at the office. {closing}',
    ],
  },
  {
    ...{ id: 'moving_stated_02', family: 'moving_said', intents: ['moving_intent'], polarity: -0.8 },
    turns: [
      '{greeting}',
      "I've had enough. We are {not renewing|out of here when the lease is up}, {put that in writing|write it down}.",
      '{sorry} Is there something we can do?',
      'No. It has been {awful|miserable|a bad joke} from the first day. I am so disappointed in this office.',
    ],
  },
  {
    ...{ id: 'moving_hedged_01', family: 'moving_said', intents: ['moving_intent'], polarity: -0.3 },
    turns: [
      '{greeting}',
      'Hypothetically, what would it cost us to end the lease {early|before {month}}?',
      'That depends on the date. Are you thinking of leaving?',
      "{We might|Maybe, we could end up leaving|We're weighing it}. It is not decided. The last months were a bit difficult here.",
      'I can send you the page about it.',
    ],
  },
  {
    ...{ id: 'moving_hedged_02', family: 'moving_said', intents: ['moving_intent'], polarity: 0.2 },
    turns: [
      '{greeting}',
      "We like it here, but {my partner|my husband|my wife} {has been looking at|toured} a few {houses|places} for {month}, so I'm not sure that we stay.",
      'Thanks for telling me. Your offer is open until {weekday}.',
      'Good to know. {We will talk about it|Let us sleep on it}.',
    ],
  },
  {
    ...{ id: 'moving_negated_01', family: 'moving_denied', intents: [], polarity: 0.3 },
    turns: [
      '{greeting}',
      'I got a letter that says I am moving out. {That is not me|That must be a mix-up}, we are staying put.',
      "Oh, that was meant for another unit. I'll correct it.",
      'Thanks. {We are happy where we are|We have no plans to go anywhere}.',
    ],
  },
  {
    ...{ id: 'moving_past_01', family: 'moving_denied', intents: [], polarity: 0.1 },
    turns: [
      '{greeting}',
      '{Last year|Two years ago} we nearly left over the {fixture}, and I gave notice at my old place for less. {Anyway|But that is over}, it is sorted.',
      'I am glad you stayed. What can I do today?',
      'I only need a copy of the lease for {unit}.',
      '{closing}',
    ],
  },
];
