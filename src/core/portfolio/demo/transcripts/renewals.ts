import type { Scenario } from './scenario.ts';

/** What the next lease costs, and what others ask. Sums are in dollars a month. */
export const renewals: readonly Scenario[] = [
  {
    ...{ id: 'renewal_question_01', family: 'renewal', intents: [], polarity: 0.1 },
    turns: [
      '{greeting}',
      'My lease for {unit} ends {soon|in {month}}. {How long do I have to sign the new one|When will I get the new offer}?',
      'Until the end of {month}. I can mail it again.',
      '{Please do|Yes, please}. Is it the same term as before?',
      'Twelve months, or six if you like.',
    ],
  },
  {
    ...{ id: 'renewal_question_02', family: 'renewal', intents: [], polarity: 0.6 },
    turns: [
      '{greeting}',
      "{We'd love to stay another year|We are happy to sign again}. What do you need from us?",
      'Only a signature. I will send the link.',
      'Wonderful, thank you. {You make it easy|That is great}.',
    ],
  },
  {
    ...{ id: 'price_objection_01', family: 'renewal', intents: ['price_objection'], polarity: -0.4 },
    turns: [
      '{greeting}',
      'I got the offer. {raise} more a month, {is that really the best you can do|that seems like a lot for {unit}}?',
      'Prices went up across the city. I can ask.',
      "{Please ask|I'd appreciate it}. I pay on time and nothing in here was improved.",
    ],
  },
  {
    ...{ id: 'price_objection_02', family: 'renewal', intents: ['price_objection'], polarity: -0.8 },
    turns: [
      '{greeting}',
      '{raise} on top of {rent}? {That is a rip-off|That is outrageous|Are you kidding me}!',
      '{sorry} It follows the market.',
      'The market has a working elevator. It is greedy and unfair, and I am angry that nobody even explains it.',
      'I will pass it on.',
    ],
  },
  {
    ...{ id: 'price_objection_03', family: 'renewal', intents: ['price_objection', 'repeat_issue'], polarity: -0.6 },
    turns: [
      '{greeting}',
      'You want {fee} for {parking|a storage box} and the {fixture} that I reported {days} days ago still does not work.',
      'Those are two departments.',
      "For that money it should. I'm not happy with what we get for the rent.",
    ],
  },
  {
    ...{ id: 'competitor_price_01', family: 'competitor', intents: ['price_objection'], polarity: -0.3 },
    turns: [
      '{greeting}',
      '{competitor} {asks|advertises} {competitor_rent} for the same two rooms. {Why do I pay {rent}|Can you match that}?',
      'I cannot speak about other houses, but I note your question.',
      '{It is a fair question, I think|I would like an answer before I sign}.',
    ],
  },
  {
    ...{
      id: 'competitor_price_02',
      family: 'competitor',
      intents: ['price_objection', 'moving_intent'],
      polarity: -0.5,
    },
    turns: [
      '{greeting}',
      'I toured {competitor} {on {weekday}|last week}. {competitor_rent} with a {gym|balcony|washer}, and a month free.',
      'What would keep you with us?',
      'A price near that. At {rent} it is too expensive, and I have the {application|form} here on my table.',
      'Let me talk to the manager.',
    ],
  },
];
