import { type Call, daysBetween, type Intent, type IsoDay, type Tenancy } from '../../domain/index.ts';
import type { Feature } from '../scorecard.ts';
import { changeAMonth, flag, type Measured, RECENT_DAYS, upTo } from './signal.ts';

/**
 * Number of calls, and their mean sentiment turned round; one call alone counts half, as it may be an accident. A call
 * of which nothing may be scored is none here: that it was made would tell of a disability, of need or of a language.
 */
function mood({ calls }: Tenancy, day: IsoDay): Measured<'calls90d' | 'negativeSentiment90d' | 'sentimentSlope'> {
  const recent = calls.filter(({ on, residentTurns }) => residentTurns > 0 && daysBetween(on, day) <= RECENT_DAYS);
  const scored = recent.flatMap(({ id, on, sentiment }) => (sentiment === undefined ? [] : [{ id, on, sentiment }]));
  const total = scored.reduce((sum, { sentiment }) => sum + sentiment, 0);
  const slope = changeAMonth(
    'sentiment',
    scored.map(({ id, on, sentiment }) => ({
      ...{ daysAgo: daysBetween(on, day), value: sentiment, evidence: [`call:${id}`] },
    })),
  );
  return {
    calls90d: upTo('calls90d', recent.length, traced(recent)),
    negativeSentiment90d: {
      value: scored.length === 0 ? 0 : -total / (scored.length + 1),
      evidence: traced(scored),
    },
    ...(slope && { sentimentSlope: slope }),
  };
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
  ...{ calls90d: mood, negativeSentiment90d: mood, sentimentSlope: mood },
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
