import { type Interval, neededPerGroup, ratioInterval } from './proportions.ts';

/** Somebody who was drawn, of whom it is known what came of it. */
export interface Counted {
  readonly arm: 'treated' | 'withheld';
  readonly isHit: boolean;
}

export type Sizes = Readonly<Record<Counted['arm'], number>>;

/**
 * How much more it takes to find what is looked for by 80 % with looks of any number than with one: (2.972 / 2.802)², the
 * drifts at which a Brownian motion passes the first bound by 1, and at which one look is beyond 1.96.
 */
export const LOOKING = 1.1256;

/**
 * Plans, one after the other: until how much of the information that is needed each lasts, and its critical value. P(sup
 * |B| > c) = 4 (1 - Phi(c)) comes to 4 % for the first, and to a fifth of that before for each that follows: 5 % in all.
 * One plan alone would have 2.2414 for all 5 %; but who goes on looking after its end finds what is not there.
 */
const PLANS = [
  { lasts: 1, critical: 2.32634787 },
  { lasts: 4, critical: 2.87816174 },
  { lasts: 16, critical: 3.35279478 },
  { lasts: 64, critical: 3.77501194 },
] as const;

/** A rate above this is taken for it. */
const MOST_RATE = 0.99;

/** The bound of the plan that such information falls into, in standard errors. */
export function boundAt(information: number): number {
  const { lasts, critical } = PLANS.find((plan) => information < plan.lasts) ?? PLANS[3];
  return critical * Math.sqrt(lasts / Math.min(lasts, information));
}

/** How much arms of given sizes tell of `effect` on `rate`, as a share of what finds it by 80 %. */
export function informing(rate: number, effect: number): (sizes: Sizes) => number {
  const needed = neededPerGroup(rate, rate * (1 - effect)) * LOOKING;
  return ({ treated, withheld }) => (treated === 0 || withheld === 0 ? 0 : 2 / (1 / treated + 1 / withheld) / needed);
}

/**
 * The ratio of two rates, treated over withheld, that holds with 95 % at all looks together, however many they are: the
 * score interval, wide while there is little information. What a plan had come to at its end is kept, and the interval is
 * what all plans leave. How much is needed rests on the rate of both arms together, which tells nothing of the effect, and
 * is taken to be as low as it would be if there were that effect (Gould 1992, Stat Med 11:55-66).
 * `counted` is in the order of the draw, as the end of a plan must not hang on what is known today.
 * Sources: O'Brien and Fleming 1979, Biometrics 35:549-556; as intervals, Jennison and Turnbull 1989, JRSS B 51:305-361;
 * the chance by the reflection principle.
 */
export function intervalOfAllLooks(counted: readonly Counted[], effect: number): Interval & { information: number } {
  const treated = counted.filter(({ arm }) => arm === 'treated').length / counted.length;
  const seen = counted.filter(({ isHit }) => isHit).length / counted.length / (1 - effect * treated);
  // Where nearly all leave it would pass 1, and nothing could be reckoned from it.
  const rate = Math.min(seen, MOST_RATE);
  const informationOf = informing(rate, effect);
  const [sizes, hits] = [
    { treated: 0, withheld: 0 },
    { treated: 0, withheld: 0 },
  ];
  let left: Interval = { low: 0, high: Number.POSITIVE_INFINITY };
  let [information, ended] = [0, 0];
  const narrow = (bound: number) => {
    const [a, b] = [
      { n: sizes.treated, hits: hits.treated },
      { n: sizes.withheld, hits: hits.withheld },
    ];
    const told = ratioInterval(a, b, bound);
    const both = { low: Math.max(left.low, told.low), high: Math.min(left.high, told.high) };
    // Where two plans contradict each other, as when times have changed, the newer one counts.
    left = both.low <= both.high ? both : told;
  };
  for (const { arm, isHit } of counted) {
    sizes[arm] += 1;
    hits[arm] += isHit ? 1 : 0;
    information = informationOf(sizes);
    const plan = PLANS[ended];
    if (!plan || information < plan.lasts) continue;
    narrow(plan.critical);
    ended += 1;
  }
  if (ended < PLANS.length && information > 0) narrow(boundAt(information));
  return { ...left, information };
}
