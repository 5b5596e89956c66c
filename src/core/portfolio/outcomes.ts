import {
  addDays,
  daysBetween,
  GAP_DAYS,
  type IsoDay,
  LEAVE_DAYS,
  type LeaveReason,
  type PropertyId,
  type TenantId,
} from '../domain/index.ts';
import type { Bodies } from './rows.ts';

/** A lease as it was believed on the day on which one looks back. */
export interface LeaseTerm extends Omit<Bodies['lease'], 'unit' | 'rent'> {
  readonly property: PropertyId | null;
}

/**
 * `left`: gave notice, moved out or did not renew within the horizon. `transferred`: went to another home of the owner.
 * `unavoidable`: died, or had military orders, which nobody could have changed. `sent`: the owner ended it. `unknown`: no
 * lease is known. Whoever asks says what those count for who had not the choice.
 */
export type Outcome = 'left' | 'stayed' | 'transferred' | 'unavoidable' | 'sent' | 'unknown';

const BECAUSE: Readonly<Record<LeaveReason, Outcome>> = {
  ...{ transfer: 'transferred', death: 'unavoidable', military: 'unavoidable', owner: 'sent', other: 'left' },
};

/**
 * What a tenant of `property` did in the 90 days after `day`, as their leases tell it: the one definition of leaving,
 * for what is measured and for what is learned from. Whoever asks sees to it that the 90 days are over, and hands over
 * what was believed at the time from which one looks back.
 */
export function outcomeOf(leases: readonly LeaseTerm[], property: PropertyId, day: IsoDay): Outcome {
  const here = leases.filter((lease) => lease.property === property).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const current = here.findLast(({ from }) => from <= day);
  if (!current) return 'unknown';
  const until = addDays(day, LEAVE_DAYS);
  for (const lease of here) {
    if (lease.from < current.from || !goesBy(lease, day, until)) continue;
    const next = following(leases, lease);
    if (next?.property === property) continue;
    return next ? 'transferred' : BECAUSE[lease.leftBecause ?? 'other'];
  }
  return 'stayed';
}

/** Notice or departure in those days; or the lease ended in them, and was left when its end was decided upon. */
function goesBy({ to, noticeOn, movedOutOn }: LeaseTerm, day: IsoDay, until: IsoDay): boolean {
  const isWithin = (on: IsoDay | undefined) => on !== undefined && on > day && on <= until;
  if (isWithin(noticeOn) || isWithin(movedOutOn)) return true;
  return isWithin(to) && movedOutOn !== undefined && movedOutOn >= to && daysBetween(to, movedOutOn) <= GAP_DAYS;
}

/** The lease that the tenant went on with, there or in another home of the owner. */
function following(leases: readonly LeaseTerm[], { from, to, movedOutOn }: LeaseTerm): LeaseTerm | undefined {
  const end = movedOutOn ?? to;
  return leases.find((other) => other.from > from && daysBetween(end, other.from) <= GAP_DAYS);
}

/** A tenant, and the day from which on it is looked at what became of them. */
export interface Followed {
  readonly tenant: TenantId;
  readonly property: PropertyId;
  readonly day: IsoDay;
}
