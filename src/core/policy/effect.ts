import {
  type Count,
  differenceInterval,
  type Interval,
  neededPerGroup,
  powerOf,
  rateOf,
  ratioInterval,
} from './proportions.ts';

/** A first trigger that was drawn: its arm, and what became of the tenant; `undefined` while the 90 days are not over. */
export interface Drawn {
  readonly arm: 'treated' | 'withheld';
  readonly outcome: 'left' | 'stayed' | 'apart' | 'unknown' | undefined;
}

/**
 * `no hold-out`: nobody was or is withheld, to be compared with. `insufficient data`: too few to tell. `none found`: an effect
 * of 25 % would most likely have been seen. The others: the interval leaves out zero; that of either, where it is harm.
 */
export type EffectState = 'no hold-out' | 'insufficient data' | 'none found' | 'keeps tenants' | 'loses tenants';

export interface Estimate extends Interval {
  readonly value: number;
}

export interface Effect {
  readonly state: EffectState;
  /** Matured, with what is known of them: who left of how many. */
  readonly arms: Readonly<Record<Drawn['arm'], Count & { readonly rate: number | null }>>;
  /**
   * `1 - rate_treated / rate_withheld`, with 95 %. `value` and `low` are null where nobody who was withheld left: neither
   * has an end. Null below 20 in an arm, and where nobody left at all.
   */
  readonly relative: { readonly value: number | null; readonly low: number | null; readonly high: number } | null;
  /** `rate_withheld - rate_treated`, with 95 %. Null below 20 in an arm. */
  readonly difference: Estimate | null;
  readonly waiting: number;
  /** Died, were sent, moved within the owner's homes: in no group. */
  readonly apart: number;
  readonly unknown: number;
  readonly power: Power;
}

/** What could be known, and when. */
export interface Power {
  /** The effect that is looked for: never one that was found. */
  readonly lookedFor: number;
  /** The rate without proposals that this reckons with, and whether it was measured here. */
  readonly baseline: number;
  readonly baselineFrom: 'withheld' | 'assumed';
  /** The chance that what there is by now would show it. */
  readonly now: number;
  /** First triggers that 80 % take, of both arms together, at the share that is withheld; null without a hold-out. */
  readonly needed: number | null;
  /** Months until they are there and matured, at the present rate; null when they never will be. */
  readonly months: number | null;
}

/** How fast first triggers come, and the share of them that is withheld now. */
export interface Pace {
  readonly perMonth: number;
  readonly share: number;
}

/** Fewer in an arm are not shown as a rate. */
const LEAST = 20;
const LOOKED_FOR = 0.25;
const ENOUGH = 0.8;
/** Leaving at a lease decision where nothing was measured yet. Source: RealPage, 54 % renewed in October 2024. */
const ASSUMED = 0.45;
const MATURING_MONTHS = 3;

/**
 * What proposals do, by intention to treat: everybody counts in the arm that was drawn, be they approved, rejected or
 * over capacity, as whoever is left out afterwards is left out for a reason that may have to do with leaving.
 */
export function effectOf(drawn: readonly Drawn[], pace: Pace): Effect {
  const arms = { treated: countOf(drawn, 'treated'), withheld: countOf(drawn, 'withheld') };
  const { treated, withheld } = arms;
  const isTold = treated.n >= LEAST && withheld.n >= LEAST;
  const relative = isTold ? relativeOf(treated, withheld) : null;
  const difference = isTold
    ? { value: rateOf(withheld) - rateOf(treated), ...differenceInterval(withheld, treated) }
    : null;
  const power = powerIn(arms, drawn.length, pace);
  const known = drawn.map(({ outcome }) => outcome);
  return {
    state: stateOf(drawn, { relative, difference, power }, pace),
    arms: { treated: shown(treated), withheld: shown(withheld) },
    ...{ relative, difference, power },
    waiting: known.filter((outcome) => outcome === undefined).length,
    apart: known.filter((outcome) => outcome === 'apart').length,
    unknown: known.filter((outcome) => outcome === 'unknown').length,
  };
}

function countOf(drawn: readonly Drawn[], of: Drawn['arm']): Count {
  const outcomes = drawn.flatMap(({ arm, outcome }) => (arm === of ? [outcome] : []));
  const hits = outcomes.filter((outcome) => outcome === 'left').length;
  return { n: hits + outcomes.filter((outcome) => outcome === 'stayed').length, hits };
}

function shown(count: Count) {
  return { ...count, rate: count.n >= LEAST ? rateOf(count) : null };
}

function relativeOf(treated: Count, withheld: Count): Effect['relative'] {
  if (withheld.hits === 0 && treated.hits === 0) return null;
  const { low, high } = ratioInterval(treated, withheld);
  // Nobody who was withheld left: nothing could have been kept from happening, but harm can have been done.
  if (withheld.hits === 0) return { value: null, low: null, high: 1 - low };
  return { value: 1 - rateOf(treated) / rateOf(withheld), low: 1 - high, high: 1 - low };
}

function stateOf(
  drawn: readonly Drawn[],
  { relative, difference, power }: Pick<Effect, 'relative' | 'difference' | 'power'>,
  { share }: Pace,
): EffectState {
  if (share === 0 && !drawn.some(({ arm }) => arm === 'withheld')) return 'no hold-out';
  if (!relative || !difference) return 'insufficient data';
  if (relative.high < 0 || difference.high < 0) return 'loses tenants';
  if (relative.low !== null && relative.low > 0) return 'keeps tenants';
  return power.now >= ENOUGH ? 'none found' : 'insufficient data';
}

/** Groups of unlike size count as two of their harmonic mean: with 20 % withheld 295 each are 184 and 737. */
function powerIn(
  { treated, withheld }: Readonly<Record<Drawn['arm'], Count>>,
  drawn: number,
  { perMonth, share }: Pace,
): Power {
  const isMeasured = withheld.n >= LEAST && withheld.hits > 0 && withheld.hits < withheld.n;
  const baseline = isMeasured ? rateOf(withheld) : ASSUMED;
  const kept = baseline * (1 - LOOKED_FOR);
  const now = powerOf(treated.n, withheld.n, baseline, kept);
  const needed = share > 0 && share < 1 ? Math.ceil(neededPerGroup(baseline, kept) / (2 * share * (1 - share))) : null;
  const missing = needed === null ? null : Math.max(0, needed - drawn);
  const wait = drawn > treated.n + withheld.n || (missing ?? 0) > 0 ? MATURING_MONTHS : 0;
  const months =
    missing === null || (missing > 0 && perMonth === 0)
      ? null
      : Math.ceil((missing === 0 ? 0 : missing / perMonth) + wait);
  return {
    ...{ lookedFor: LOOKED_FOR, baseline, baselineFrom: isMeasured ? 'withheld' : 'assumed' },
    ...{ now, needed, months: now >= ENOUGH ? 0 : months },
  };
}
