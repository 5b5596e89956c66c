import { daysBetween, type IsoDay, type Turn } from '../../domain/index.ts';
import { type Chance, streamOf } from './chance.ts';
import type { SimCall } from './stay.ts';
import { type Facts, type Family, type NoiseRates, type Scenario, scenarios, speak } from './transcripts/index.ts';

/** How residents of the realistic mode are heard. */
export interface Phone {
  readonly seed: number;
  readonly noise: NoiseRates;
  /** The product's own sentiment of a sentence. */
  scoreSentence(text: string): number;
}

/** What a tenant is in when the phone is picked up. */
export interface Situation extends Facts {
  /** Names the call within the portfolio. */
  readonly call: string;
  /** -1 to 1. */
  readonly felt: number;
  /** Satisfaction itself, about -3 to 3. */
  readonly satisfaction: number;
  readonly monthsToEnd: number;
  /** Tickets opened in the month of the call, and how many of them took more than a week. */
  readonly tickets: number;
  readonly slow: number;
  readonly late: boolean;
}

/** Calls a month: of whoever lives there, for each ticket, and for late rent. */
export const rates = { base: 0.14, ticket: 0.12, late: 0.25 } as const;
/** How far what is said may lie from what is felt. Sentiment keeps a half to two thirds of its coefficient. */
const LOOSENESS = 1.1;
const RECENT_DAYS = 60;

type Weights = Partial<Record<Family, number>>;

/** The call that such a tenant makes. */
export function phone(by: Phone, situation: Situation): SimCall {
  const chance = streamOf(by.seed, `matter ${situation.call}`);
  const moving = -3.2 + 0.9 * Math.max(0, -situation.satisfaction) + (situation.monthsToEnd <= 3 ? 1.1 : 0);
  const weights = chance.happens(1 / (1 + Math.exp(-moving))) ? { moving_said: 1 } : matters(situation, chance);
  return tell(by, matching(weights, situation.felt, chance), situation, situation.felt);
}

/** A call of one scenario. */
export function tell(by: Phone, scenario: Scenario, facts: Facts & { readonly call: string }, felt: number): SimCall {
  const { intents, polarity, redact, language } = scenario;
  const turns = speak(scenario, facts, { ...by, call: facts.call });
  const sentiment = sentimentOf(turns, by.scoreSentence);
  const gold = { intents, polarity, ...(redact && { redact }), ...(language && { language }) };
  return {
    on: facts.on,
    turns,
    ...(sentiment !== undefined && { sentiment }),
    told: { scenario: scenario.id, ...gold, felt },
  };
}

/** The newest ticket that a call on `on` can be about. */
export function ticketFor<T extends { readonly openedOn: IsoDay }>(tickets: readonly T[], on: IsoDay): T | undefined {
  return tickets.findLast(({ openedOn }) => openedOn <= on && daysBetween(openedOn, on) <= RECENT_DAYS);
}

/** What the call is about, by what made the tenant pick up the phone. */
function matters({ monthsToEnd, tickets, slow, late }: Situation, chance: Chance): Weights {
  const [ticket, rent] = [rates.ticket * tickets, late ? rates.late : 0];
  const total = rates.base + ticket + rent;
  const cause = chance.weighted([
    ['ticket', ticket / total],
    ['rent', rent / total],
    ['other', rates.base / total],
  ] as const);
  if (cause === 'ticket')
    return { repair_new: 5, repair_repeat: slow > 0 ? 7 : 2, repair_resolved: 2, habitability: 0.5, legal: 0.15 };
  if (cause === 'rent') return { payment: 4, hardship: 3 };
  const nearEnd = monthsToEnd <= 3;
  return {
    ...{ payment: 1.5, pleasant: 3, surroundings: 3, repair_resolved: 0.5, moving_denied: 0.8 },
    ...{ accommodation: 0.25, spanish: 0.4, habitability: 0.2, legal: 0.15, hardship: 0.2 },
    ...(nearEnd ? { renewal: 4, competitor: 1.2 } : { renewal: 0.6, competitor: 0.1 }),
  };
}

/** One of the scenarios of these families, likelier the nearer what it says lies to what is felt. */
function matching(weights: Weights, felt: number, chance: Chance): Scenario {
  const weighted = scenarios.flatMap((scenario) => {
    const share = (weights[scenario.family] ?? 0) / (sizes.get(scenario.family) ?? 1);
    const distance = (scenario.polarity - felt) / LOOSENESS;
    return share > 0 ? [[scenario, share * Math.exp(-0.5 * distance ** 2)] as const] : [];
  });
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  return chance.weighted(weighted.map(([scenario, weight]) => [scenario, weight / total] as const));
}

const sizes = new Map([...Map.groupBy(scenarios, ({ family }) => family)].map(([name, { length }]) => [name, length]));

/** As the product draws it: the mean over turns that stand under the resident's name and hold a word. */
function sentimentOf(turns: readonly Turn[], scoreSentence: (text: string) => number): number | undefined {
  const scored = turns.filter(({ by, text }) => by === 'resident' && /\p{L}/u.test(text));
  if (scored.length === 0) return undefined;
  return scored.reduce((sum, { text }) => sum + scoreSentence(text), 0) / scored.length;
}
