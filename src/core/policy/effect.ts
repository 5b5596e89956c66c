import { intervalOfAllLooks } from './looks.ts';
import { LOOKED_FOR, type Pace, type Power, powerIn } from './power.ts';
import { type Count, differenceInterval, type Interval, rateOf, ratioInterval } from './proportions.ts';

/** Among how many it is not asked whether they wanted to go, and why. */
const asides = ['unavoidable', 'sent', 'unknown'] as const;
type Aside = (typeof asides)[number];

/** A first trigger that was drawn: its arm, and what became of the tenant; `undefined` while the 90 days are not over. */
export interface Drawn {
  readonly arm: 'treated' | 'withheld';
  readonly outcome: 'left' | 'stayed' | 'transferred' | Aside | undefined;
}

/**
 * `no hold-out`: nobody was or is withheld, to be compared with. `insufficient data`: too few to tell. `none found`: an effect
 * of 25 % or more is ruled out. The others: more or fewer leave. All by the interval that holds at all looks together.
 */
export type EffectState = 'no hold-out' | 'insufficient data' | 'none found' | 'keeps tenants' | 'loses tenants';

export interface Estimate extends Interval {
  readonly value: number;
}

/**
 * `1 - rate_treated / rate_withheld`, with 95 %. `value` and `low` are null where nobody who was withheld left: neither has
 * an end.
 */
export interface Relative {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number;
}

/** Who left of how many that count, and what became of the others. */
export interface Armed extends Count, Readonly<Record<Aside, number>> {
  readonly rate: number | null;
  /** Among those who count, as not lost. */
  readonly transferred: number;
  readonly waiting: number;
}

export interface Effect {
  readonly state: EffectState;
  readonly arms: Readonly<Record<Drawn['arm'], Armed>>;
  /** With 95 % at this one look. Null below 20 in an arm, and where nobody left at all. */
  readonly relative: Relative | null;
  /**
   * What the state is read from: the interval that holds at this and all other looks together. `information` is the share
   * that there is of what finds 25 % by 80 %.
   */
  readonly allLooks: (Omit<Relative, 'value'> & { readonly information: number }) | null;
  /** `rate_withheld - rate_treated`, with 95 % at this one look. Null below 20 in an arm. */
  readonly difference: Estimate | null;
  /** `relative`, had those who are left out stayed, or had they left; null where none is. */
  readonly sensitivity: { readonly stayed: Relative | null; readonly left: Relative | null } | null;
  readonly power: Power;
}

/** Fewer in an arm are not shown as a rate. */
const LEAST = 20;

/**
 * What proposals do, by intention to treat: everybody counts in the arm that was drawn, be they approved, rejected or
 * over capacity, as whoever is left out afterwards is left out for a reason that may have to do with leaving. So a move
 * to another home of the owner, which a call may have brought about, is a tenant not lost. Left out are those who had no
 * choice: who died or had orders, which no call brings about, and whom the owner sent, as counting them as kept would make
 * sending a way of keeping; the owner knows the arms, and so it is told what becomes of the result with them.
 * `drawn` is in the order of the draw. `undrawn`: what became of those above the trigger while no share was withheld; they
 * tell how many leave, and are compared with nobody.
 */
export function effectOf(drawn: readonly Drawn[], pace: Pace, undrawn: readonly Drawn['outcome'][] = []): Effect {
  const arms = { treated: armOf(drawn, 'treated'), withheld: armOf(drawn, 'withheld') };
  const { treated, withheld } = arms;
  const isTold = treated.n >= LEAST && withheld.n >= LEAST;
  const relative = isTold ? relativeOf(treated, withheld) : null;
  const counted = drawn.flatMap(({ arm, outcome }) => (counts(outcome) ? [{ arm, isHit: outcome === 'left' }] : []));
  const allLooks = relative && allLooksOf(intervalOfAllLooks(counted, LOOKED_FOR), withheld);
  const isApart = outsideOf(treated) + outsideOf(withheld) > 0;
  const before = undrawn.filter(counts);
  const own = {
    n: treated.n + withheld.n + before.length,
    hits: treated.hits + withheld.hits + before.filter((outcome) => outcome === 'left').length,
  };
  const waiting = treated.waiting + withheld.waiting;
  const progress = { counted: { treated: treated.n, withheld: withheld.n }, over: drawn.length - waiting, waiting };
  return {
    state: stateOf(drawn, allLooks, pace),
    ...{ arms, relative, allLooks },
    difference: isTold ? { value: rateOf(withheld) - rateOf(treated), ...differenceInterval(withheld, treated) } : null,
    sensitivity:
      isTold && isApart
        ? {
            stayed: relativeOf(withOutside(treated, 0), withOutside(withheld, 0)),
            left: relativeOf(withOutside(treated, 1), withOutside(withheld, 1)),
          }
        : null,
    power: powerIn(progress, own, pace),
  };
}

function counts(outcome: Drawn['outcome']): boolean {
  return outcome === 'left' || outcome === 'stayed' || outcome === 'transferred';
}

function armOf(drawn: readonly Drawn[], of: Drawn['arm']): Armed {
  const outcomes = drawn.flatMap(({ arm, outcome }) => (arm === of ? [outcome] : []));
  const many = (which: Drawn['outcome']) => outcomes.filter((outcome) => outcome === which).length;
  const count = { n: outcomes.filter(counts).length, hits: many('left') };
  return {
    ...{ ...count, rate: count.n >= LEAST ? rateOf(count) : null },
    ...{ transferred: many('transferred'), waiting: many(undefined) },
    ...{ unavoidable: many('unavoidable'), sent: many('sent'), unknown: many('unknown') },
  };
}

function outsideOf(arm: Armed): number {
  return asides.reduce((sum, why) => sum + arm[why], 0);
}

function withOutside(arm: Armed, left: 0 | 1): Count {
  return { n: arm.n + outsideOf(arm), hits: arm.hits + left * outsideOf(arm) };
}

function relativeOf(treated: Count, withheld: Count): Relative | null {
  if (withheld.hits === 0 && treated.hits === 0) return null;
  const { low, high } = ratioInterval(treated, withheld);
  // Nobody who was withheld left: nothing could have been kept from happening, but harm can have been done.
  if (withheld.hits === 0) return { value: null, low: null, high: 1 - low };
  return { value: 1 - rateOf(treated) / rateOf(withheld), low: 1 - high, high: 1 - low };
}

function allLooksOf(
  { low, high, information }: ReturnType<typeof intervalOfAllLooks>,
  withheld: Count,
): NonNullable<Effect['allLooks']> {
  return { low: withheld.hits === 0 || !Number.isFinite(high) ? null : 1 - high, high: 1 - low, information };
}

function stateOf(drawn: readonly Drawn[], allLooks: Effect['allLooks'], { share }: Pace): EffectState {
  if (share === 0 && !drawn.some(({ arm }) => arm === 'withheld')) return 'no hold-out';
  if (!allLooks) return 'insufficient data';
  if (allLooks.high < 0) return 'loses tenants';
  if (allLooks.low !== null && allLooks.low > 0) return 'keeps tenants';
  return allLooks.high < LOOKED_FOR ? 'none found' : 'insufficient data';
}
