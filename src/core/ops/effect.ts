import type { Workspace } from '../config/index.ts';
import { addDays, daysBetween, type IsoDay, LEAVE_DAYS } from '../domain/index.ts';
import {
  type Drawn,
  type Effect,
  effectOf,
  firstDrawn,
  type Pace,
  type Policy,
  type Proposal,
} from '../policy/index.ts';
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
  const before = firstUndrawn(all, new Set(drawn.map(({ tenant }) => tenant)));
  const ends = await portfolio.outcomes([...drawn, ...before], asOf);
  const became = ends.slice(0, drawn.length);
  const followed = drawn.map(({ arm, day }, at) => ({ arm, outcome: overBy(day, became[at]) }));
  const ended = before.map(({ day }, at) => overBy(day, ends[drawn.length + at]));
  const seen = became.flatMap(({ through }) => through ?? []).toSorted();
  return {
    ...effectOf(followed, paceOf(drawn, all, asOf, holdout), ended),
    exempt: all.filter(({ arm }) => arm === 'exempt').length,
    undrawn: all.filter(({ arm }) => arm === null).length,
    leasesSeen: seen.length < became.length ? null : (seen[0] ?? null),
  };
}

interface Dated extends Proposal {
  readonly day: IsoDay;
}

/** What became of somebody, once it is known of all of their 90 days. */
function overBy(day: IsoDay, became: Awaited<ReturnType<Portfolio['outcomes']>>[number] | undefined): Drawn['outcome'] {
  return became && addDays(day, LEAVE_DAYS) <= (became.through ?? '') ? became.outcome : undefined;
}

/** The first trigger of each tenant who was never drawn, and not in need. */
function firstUndrawn(all: readonly Dated[], drawn: ReadonlySet<string>): Dated[] {
  const first = new Map<string, Dated>();
  for (const each of all.toSorted((a, b) => (a.firstAt < b.firstAt ? -1 : 1)))
    if (each.arm === null && !drawn.has(each.tenant) && !first.has(each.tenant)) first.set(each.tenant, each);
  return [...first.values()];
}

/**
 * Who stands above the trigger on the day on which their home is analysed for the first time has gathered over months: a
 * backlog, which comes once and tells nothing of the rate at which others follow.
 */
function paceOf(drawn: readonly Dated[], all: readonly Dated[], asOf: IsoDay, share: number): Pace {
  const since = addDays(asOf, -PACE_DAYS);
  const begun = new Map<string, IsoDay>();
  for (const { property, day } of all) if (day < (begun.get(property) ?? '9999')) begun.set(property, day);
  const recent = drawn.filter(({ property, day }) => day > since && day !== begun.get(property));
  const first = drawn.reduce((earliest, { day }) => (day < earliest ? day : earliest), asOf);
  // What began lately has not had half a year; of fewer days than a month nothing can be told but that.
  const months = Math.max(1, Math.min(PACE_DAYS, daysBetween(first, asOf)) / DAYS_PER_MONTH);
  return { perMonth: recent.length / months, share };
}
