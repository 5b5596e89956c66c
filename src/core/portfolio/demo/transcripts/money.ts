import type { Scenario } from './scenario.ts';

/** Rent that cannot be paid, and payments that went astray. */
export const money: readonly Scenario[] = [
  {
    ...{ id: 'hardship_01', family: 'hardship', intents: ['hardship'], polarity: -0.2 },
    turns: [
      '{greeting}',
      "This is hard to say. {My hours were cut|I lost my job|The shop closed} and I can't pay all of the rent {this month|on the first}.",
      '{sorry} Thank you for calling before it is due.',
      'I can send half on {weekday}. {I am ashamed|I am so worried about it}.',
      'We have a form for that. I will mail it to you.',
    ],
  },
  {
    ...{ id: 'hardship_02', family: 'hardship', intents: ['hardship'], polarity: -0.6 },
    turns: [
      '{greeting}',
      'You put a late fee of {fee} on me {while I am out of work|when I told you that I have no income}. How should I pay that?',
      'The fee is automatic.',
      'I have nothing left. It is cruel, and it makes everything worse.',
      '{sorry} I will ask for a waiver.',
    ],
  },
  {
    ...{ id: 'payment_plan_01', family: 'hardship', intents: ['hardship'], polarity: 0 },
    turns: [
      '{greeting}',
      'Could I pay {rent} in {two|three} parts? Money is short until {month}.',
      'Yes, there is a plan. The first part is due {weekday}.',
      'That {helps|would help}. {Can I do it online|Do I come in to sign}?',
      '{closing}',
    ],
  },
  {
    ...{ id: 'payment_plan_02', family: 'hardship', intents: ['hardship'], polarity: 0.6 },
    turns: [
      '{greeting}',
      'I wanted to thank you for the payment plan. We still need it {this month|until {month}}, we have no other way.',
      'Good that it works. Your next part is due {weekday}.',
      'I will have it. You were very kind, it is a great relief.',
    ],
  },
  {
    ...{ id: 'payment_query_01', family: 'payment', intents: [], polarity: 0 },
    turns: [
      '{greeting}',
      '{Did my payment from {ticket_date} arrive|Can you see my payment of {rent}}? The portal shows {nothing|a blank page}.',
      'Yes, it came in. The page is a day behind.',
      'Okay. {That is all|I only wanted to be sure}.',
    ],
  },
  {
    ...{ id: 'payment_query_02', family: 'payment', intents: [], polarity: -0.4 },
    turns: [
      '{greeting}',
      'There is a {fee} fee on my account and {no one can tell me what it is for|I do not know why}.',
      'That looks like the water bill of {month}.',
      'Then write that on it, please. It is confusing and {a waste of my time|rather annoying}.',
      '{closing}',
    ],
  },
  {
    ...{ id: 'payment_duplicate_01', family: 'payment', intents: [], polarity: -0.5 },
    turns: [
      '{greeting}',
      'You took {rent} twice. {Two payments on the same day|It is on my statement two times}, and my account is overdrawn now.',
      '{sorry} I see both. One goes back today.',
      'It is a serious problem for me. I need the refund {now|by {weekday}}.',
    ],
  },
  {
    ...{ id: 'payment_reversal_01', family: 'payment', intents: [], polarity: -0.1 },
    turns: [
      '{greeting}',
      'My bank {sent the rent back|returned the payment}. {I changed the card|The card had expired}, that is all.',
      'I see the reversal. Can you pay it again?',
      'I did it {a minute ago|this morning}. {Is there a charge for that|Please check that it is there}.',
      '{closing}',
    ],
  },
];
