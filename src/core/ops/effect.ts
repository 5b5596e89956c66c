import type { Workspace } from '../config/index.ts';
import { addDays, daysBetween, type IsoDay, LEAVE_DAYS } from '../domain/index.ts';
import { type Effect, effectOf, firstDrawn, type Pace, type Policy } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import { firstDayOf } from './proposals/proposed.ts';

interface Rooms {
  readonly today: IsoDay;
  policy(): Promise<Policy>;
  portfolio(): Promise<Portfolio>;
}

/** What proposals did to the tenants of one owner, as known on a day. */
export interface OwnersEffect extends Effect {
  /** Who was in need when they first stood above the trigger: helped, and in neither group. */
  readonly exempt: number;
  /** Proposed while no share was withheld, or by a sophia that did not say: compared with nobody. */
  readonly undrawn: number;
  /** The last day of which it is known, in each property of those who are followed, who had left by then. */
  readonly leasesSeen: IsoDay | null;
}

/** How far back the rate of first triggers is counted. */
const PACE_DAYS = 180;
const DAYS_PER_MONTH = 30.4375;

/**
 * First triggers of the leave head, by the arm that was drawn, and what came of them in the 90 days after: real exits, as
 * leases tell them. Who left early is counted when the 90 days are over, as is who stays.
 */
export async function effectFor(
  rooms: Rooms,
  { timeZone, holdout }: Pick<Workspace, 'timeZone' | 'holdout'>,
  asOf: IsoDay,
): Promise<OwnersEffect> {
  const [policy, portfolio] = [await rooms.policy(), await rooms.portfolio()];
  const all = (await policy.proposals())
    .map((each) => ({ ...each, day: firstDayOf(each, timeZone, rooms.today) }))
    .filter(({ day }) => day <= asOf);
  const drawn = firstDrawn(all);
  const became = await portfolio.outcomes(drawn, asOf);
  const followed = drawn.map(({ arm, day }, at) => {
    const { outcome, through = '' } = became[at] ?? {};
    return { arm, outcome: addDays(day, LEAVE_DAYS) <= through ? outcome : undefined };
  });
  const seen = became.flatMap(({ through }) => through ?? []).toSorted();
  return {
    ...effectOf(
      followed,
      paceOf(
        drawn.map(({ day }) => day),
        asOf,
        holdout,
      ),
    ),
    exempt: all.filter(({ arm }) => arm === 'exempt').length,
    undrawn: all.filter(({ arm }) => arm === null).length,
    leasesSeen: seen.length < became.length ? null : (seen[0] ?? null),
  };
}

function paceOf(days: readonly IsoDay[], asOf: IsoDay, share: number): Pace {
  const since = addDays(asOf, -PACE_DAYS);
  const recent = days.filter((day) => day > since);
  const first = days.reduce((earliest, day) => (day < earliest ? day : earliest), asOf);
  // What began lately has not had half a year; of fewer days than a month nothing can be told but that.
  const months = Math.max(1, Math.min(PACE_DAYS, daysBetween(first, asOf)) / DAYS_PER_MONTH);
  return { perMonth: recent.length / months, share };
}
