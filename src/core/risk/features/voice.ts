import { type Call, daysBetween, type Intent, type IsoDay, type Tenancy } from '../../domain/index.ts';
import type { Feature } from '../scorecard.ts';
import { flag, type Measured, RECENT_DAYS, type Signal, upTo } from './signal.ts';

/**
 * Number of calls, how unhappy they sound, and the largest fall of mood from one to a later one. No further call makes any
 * of these less, as complaints may only help. A call of which nothing may be scored is none here: that it was made would tell
 * of a disability, of need or of a language.
 */
function mood({ calls }: Tenancy, day: IsoDay): Measured<'calls90d' | 'negativeSentiment90d' | 'moodDrop90d'> {
  const recent = calls.filter(({ on, residentTurns }) => residentTurns > 0 && daysBetween(on, day) <= RECENT_DAYS);
  const scored = recent.flatMap(({ id, on, sentiment }) => (sentiment === undefined ? [] : [{ id, on, sentiment }]));
  return {
    calls90d: upTo('calls90d', recent.length, traced(recent)),
    negativeSentiment90d: unhappiest(scored),
    moodDrop90d: dropIn(scored),
  };
}

type Scored = readonly (Pick<Call, 'id' | 'on'> & { readonly sentiment: number })[];

/**
 * The mean of the unhappiest calls, one alone counting half as it may be an accident: the most that
 * `sum of -sentiment / (k + 1)` comes to over the `k` unhappiest, and nothing where none sounds unhappy.
 */
function unhappiest(scored: Scored): Signal {
  const falling = scored.toSorted((a, b) => a.sentiment - b.sentiment);
  let [value, sum, taken] = [0, 0, 0];
  for (const [at, { sentiment }] of falling.entries()) {
    sum -= sentiment;
    if (sum / (at + 2) > value) [value, taken] = [sum / (at + 2), at + 1];
  }
  return { value, evidence: traced(falling.slice(0, taken)) };
}

function dropIn(scored: Scored): Signal {
  const inTime = scored.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  let drop: Signal = { value: 0, evidence: [] };
  let [happiest, earlier]: [Scored[number] | undefined, number] = [undefined, 0];
  for (const call of inTime) {
    // Of calls of one day nobody knows which came first.
    for (let before = inTime[earlier]; before && before.on < call.on; before = inTime[++earlier])
      if (!happiest || before.sentiment > happiest.sentiment) happiest = before;
    const fall = happiest ? happiest.sentiment - call.sentiment : 0;
    if (happiest && fall > drop.value) drop = { value: fall, evidence: traced([happiest, call]) };
  }
  return drop;
}

/** What is meant, as a feature. Hardship, an unfit home and threats of law are none. */
export const featureOf = {
  moving_intent: 'movingIntent90d',
  repeat_issue: 'repeatIssue90d',
  price_objection: 'priceObjection90d',
} as const satisfies Partial<Record<Intent, Feature>>;

/** What was meant, heard or not, however often. */
function meant({ calls }: Tenancy, day: IsoDay): Measured<'movingIntent90d' | 'repeatIssue90d' | 'priceObjection90d'> {
  const recent = calls.filter(({ on }) => daysBetween(on, day) <= RECENT_DAYS);
  const heard = (intent: Intent) => flag(traced(recent.filter((call) => tells(call, intent))));
  return Object.fromEntries(Object.entries(featureOf).map(([intent, feature]) => [feature, heard(intent as Intent)]));
}

export const voice = {
  ...{ calls90d: mood, negativeSentiment90d: mood, moodDrop90d: mood },
  ...{ movingIntent90d: meant, repeatIssue90d: meant, priceObjection90d: meant },
};

/**
 * Whoever speaks of need or of an unfit home is helped, and nothing said on that call is held against anybody: a call
 * keeps what it meant as a whole, and not turn by turn. Of another landlord's price only that somebody looks is left.
 */
function tells({ intents }: Call, intent: Intent): boolean {
  return intents.includes(intent) && !intents.includes('hardship') && !intents.includes('habitability');
}

function traced(calls: readonly Pick<Call, 'id'>[]): string[] {
  return calls.map(({ id }) => `call:${id}`);
}
