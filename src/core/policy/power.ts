import { boundAt, informing, LOOKING, type Sizes } from './looks.ts';
import { type Count, chanceToSee, type Interval, neededPerGroup, rateInterval } from './proportions.ts';

/** What could be known, and when. */
export interface Power {
  /** The effect that is looked for: never one that was found. */
  readonly lookedFor: number;
  /** The rate of leaving in 90 days above the trigger that this reckons with: of both arms, and of before there were any. */
  readonly baseline: number;
  /** Measured, where 30 have their 90 days behind them. */
  readonly baselineFrom: 'own' | 'assumed';
  /** With 95 %, where it was measured; else what it may well be. */
  readonly baselineRange: Interval;
  /** The chance that what there is by now would have shown it. */
  readonly now: number;
  /** First triggers that 80 % take, of both arms together, at the share that is withheld; null without a hold-out. */
  readonly needed: number | null;
  /** The same at the ends of the range: the fewest and the most; the most are null where there is no end. */
  readonly neededRange: Reach | null;
  /** Months until they are there and matured, at the present rate; null when that cannot be told. */
  readonly months: number | null;
  readonly monthsRange: Reach | null;
}

export interface Reach {
  readonly low: number | null;
  readonly high: number | null;
}

/** How fast first triggers come, and the share of them that is withheld now. */
export interface Pace {
  readonly perMonth: number;
  readonly share: number;
}

/** Those drawn: whose 90 days are over, those among them that count, and those who wait. */
export interface Progress {
  readonly counted: Sizes;
  readonly over: number;
  readonly waiting: number;
}

export const LOOKED_FOR = 0.25;
const ENOUGH = 0.8;
/** An assumption, of no source: between the shares that leave in 90 days, and in a year, of those above the trigger. */
const ASSUMED = 0.2;
const ASSUMED_RANGE: Interval = { low: 0.1, high: 0.45 };
const OWN_FROM = 30;
const MATURING_MONTHS = 3;

/**
 * First triggers that one look takes to see `rate` fall by what is looked for, by 80 %, where `share` is withheld: groups of
 * unlike size count as two of their harmonic mean. With 20 % withheld 295 each are 184 and 737.
 */
export function triggersFor(rate: number, share: number): number {
  return neededPerGroup(rate, rate * (1 - LOOKED_FOR)) / (2 * share * (1 - share));
}

/** `own`: of those above the trigger whose 90 days are over, in whatever arm or none, how many left: blind to any effect. */
export function powerIn({ counted, over, waiting }: Progress, own: Count, { perMonth, share }: Pace): Power {
  const isOwn = own.n >= OWN_FROM;
  // Where all of them stayed, or left, it is half a tenant that did not.
  const baseline = isOwn ? Math.min(own.n - 0.5, Math.max(0.5, own.hits)) / own.n : ASSUMED;
  const range = isOwn ? rateInterval(own) : ASSUMED_RANGE;
  const information = informing(baseline, LOOKED_FOR)(counted);
  const looked = chanceToSee(counted, baseline, baseline * (1 - LOOKED_FOR), boundAt(information));
  const now = information < 1 ? looked : Math.max(looked, ENOUGH);
  const neededAt = (rate: number) =>
    share > 0 && share < 1 && rate > 0 ? Math.ceil(triggersFor(rate, share) * LOOKING) : null;
  const there = counted.treated + counted.withheld;
  // Of those still to come as many will not count as of those whose time is over.
  const counting = over === 0 ? 1 : there / over;
  const monthsFor = (needed: number | null) => {
    if (needed === null) return null;
    const missing = needed - there - waiting * counting;
    if (missing <= 0) return there >= needed ? 0 : MATURING_MONTHS;
    return perMonth * counting > 0 ? Math.ceil(missing / (perMonth * counting) + MATURING_MONTHS) : null;
  };
  const [fewest, needed, most] = [neededAt(range.high), neededAt(baseline), neededAt(range.low)];
  return {
    ...{ lookedFor: LOOKED_FOR, baseline, baselineFrom: isOwn ? 'own' : 'assumed', baselineRange: range },
    ...{ now, needed, neededRange: needed === null ? null : { low: fewest, high: most } },
    months: now >= ENOUGH ? 0 : monthsFor(needed),
    monthsRange: needed === null || now >= ENOUGH ? null : { low: monthsFor(fewest), high: monthsFor(most) },
  };
}
