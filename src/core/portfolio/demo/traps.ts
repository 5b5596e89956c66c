import { addDays, daysBetween, GAP_DAYS, type IsoDay } from '../../domain/index.ts';
import { type Phone, tell, ticketFor } from './calls.ts';
import type { Chance } from './chance.ts';
import type { SimDue, SimLine } from './stay.ts';
import { keyOf, type Resident } from './tables.ts';
import { type Family, scenarios } from './transcripts/index.ts';

/** Cases that mislead a careless product. */
export const trapKinds = [
  ...(['accommodation', 'spanish', 'hardship', 'habitability', 'competitor_price', 'autopay_off'] as const),
  ...(['duplicate_payment', 'reversal', 'missing_calls', 'transfer', 'no_consent', 'after_end'] as const),
];
export type TrapKind = (typeof trapKinds)[number];

export interface Trap {
  readonly kind: TrapKind;
  /** The customer's id. */
  readonly tenant: string;
  /** The customer's id of the row, or of the property without calls; absent where no single row is meant. */
  readonly key?: string;
}

interface Ground {
  readonly chance: Chance;
  readonly phone: Phone;
  /** First day shown. */
  readonly first: IsoDay;
  /** Last day shown. */
  readonly endDay: IsoDay;
  hasCalls(property: string): boolean;
}

/**
 * Changes stays so that each kind of trap is there once, with tenants of their own as far as there are enough. A
 * portfolio too small for one goes without it: what is returned is what was planted.
 */
export function plantTraps(residents: readonly Resident[], ground: Ground): Trap[] {
  const order = residents.map((resident) => ({ resident, at: ground.chance.uniform() })).sort((a, b) => a.at - b.at);
  const drawn = order.map(({ resident }) => resident);
  // A transfer gives an id away, so it comes first.
  const moved = transfer(drawn, ground);
  const used = new Set(moved.map(({ tenant }) => tenant));
  const take = (fits: (resident: Resident) => boolean): Resident | undefined => {
    const found = drawn.find((each) => !used.has(each.tenant) && fits(each));
    if (found) used.add(found.tenant);
    return found;
  };
  const paysWell = (each: Resident) => livesThere(each) && newestDue(each, ground) !== undefined;
  const speaks = (each: Resident) => livesThere(each) && ground.hasCalls(each.property);
  return [
    ...moved,
    ...autopayOff(take(wasPunctual(ground)), ground),
    ...missingCalls(take((each) => livesThere(each) && !ground.hasCalls(each.property))),
    ...duplicate(take(paysWell), ground),
    ...reversal(take(paysWell), ground),
    ...afterEnd(take(livesThere), ground),
    ...accommodation(take(speaks), ground),
    ...call('spanish', 'spanish', take(speaks), ground),
    ...call('hardship', 'hardship', take(speaks), ground),
    ...call('habitability', 'habitability', take(speaks), ground),
    ...call('competitor_price', 'competitor', take(speaks), ground),
    ...call('no_consent', 'repair_repeat', take(speaks), ground),
  ];
}

function livesThere({ stay }: Resident): boolean {
  return stay.leases.at(-1)?.movedOutOn === undefined;
}

/** The rent of the last month shown, if it was paid at once and nothing is owed before it. */
function newestDue({ stay }: Resident, { first, endDay }: Ground): SimDue | undefined {
  const shown = stay.dues.filter(({ on }) => on >= first && on <= endDay);
  return shown.some(({ late }) => late) ? undefined : shown.at(-1);
}

function call(
  kind: TrapKind,
  family: Family,
  resident: Resident | undefined,
  { chance, phone, endDay }: Ground,
): Trap[] {
  if (!resident) return [];
  const { stay, house, unit } = resident;
  // Only in the days that the tenant has lived there.
  const lived = daysBetween(stay.leases[0]?.from ?? endDay, endDay);
  const on = addDays(endDay, -Math.min(lived, chance.whole(5, 45)));
  const scenario = chance.pick(scenarios.filter((each) => each.family === family));
  const lease = stay.leases.findLast(({ from }) => from <= on);
  const ticket = ticketFor(stay.tickets, on);
  const facts = { call: `trap ${kind}`, property: house, unit, on, rent: lease?.rent ?? 0 };
  const spoken = tell(phone, scenario, { ...facts, ...(ticket && { ticket }) }, scenario.polarity);
  stay.calls.push(kind === 'no_consent' ? { ...spoken, withoutConsent: true } : spoken);
  return [{ kind, tenant: resident.tenant, key: keyOf.call(resident, stay.calls.length - 1) }];
}

/** A request that no score may see, by phone, and the ticket that a person opened for it. */
function accommodation(resident: Resident | undefined, ground: Ground): Trap[] {
  const asked = call('accommodation', 'accommodation', resident, ground);
  const on = resident?.stay.calls.at(-1)?.on;
  if (!resident || !on) return [];
  const { stay, tenant } = resident;
  stay.tickets.push({ openedOn: on, closedOn: addDays(on, 3), reopened: 0, category: 'accommodation' });
  return [...asked, { kind: 'accommodation', tenant, key: keyOf.ticket(resident, stay.tickets.length - 1) }];
}

function wasPunctual({ first, endDay }: Ground): (resident: Resident) => boolean {
  return ({ stay }) => {
    const gone = stay.leases.at(-1)?.movedOutOn;
    const shown = stay.dues.filter(({ on }) => on >= first);
    return gone !== undefined && gone <= endDay && shown.length >= 6 && shown.every(({ late }) => !late);
  };
}

/**
 * No file says who pays automatically: it shows as rent that arrives on the very day it is due. Whoever leaves switches
 * it off, so that the last rent comes by hand some days later, in time, but when all is decided.
 */
function autopayOff(resident: Resident | undefined, { first }: Ground): Trap[] {
  if (!resident) return [];
  const { dues } = resident.stay;
  dues.forEach((due, at) => {
    if (due.on < first) return;
    const paidOn = addDays(due.on, at === dues.length - 1 ? 3 : 0);
    dues[at] = { ...due, payments: [{ on: paidOn, amount: due.amount }] };
  });
  return [{ kind: 'autopay_off', tenant: resident.tenant }];
}

/** The bank sends the same rent twice on one day; the second is not a payment of anything. */
function duplicate(resident: Resident | undefined, ground: Ground): Trap[] {
  const paid = resident && newestDue(resident, ground)?.payments[0];
  if (!resident || !paid) return [];
  return lines('duplicate_payment', resident, [{ ...paid, type: 'payment' }]);
}

/** A payment comes back from the bank the day after, and is made once more within the days of grace. */
function reversal(resident: Resident | undefined, ground: Ground): Trap[] {
  const paid = resident && newestDue(resident, ground)?.payments[0];
  if (!resident || !paid) return [];
  const again = { on: addDays(paid.on, 2), amount: paid.amount, type: 'payment' } as const;
  return lines('reversal', resident, [{ on: addDays(paid.on, 1), amount: paid.amount, type: 'reversal' }, again]);
}

/**
 * What is dated, or may be known, only after the last day: rent of the second next month that is booked already, and a
 * repair that has been waiting for weeks but reaches the files later.
 */
function afterEnd(resident: Resident | undefined, { endDay }: Ground): Trap[] {
  const lease = resident?.stay.leases.at(-1);
  if (!resident || !lease) return [];
  const { stay, tenant } = resident;
  const later = `${addDays(endDay, 45).slice(0, 8)}01` as IsoDay;
  const opened = addDays(endDay, -Math.min(20, daysBetween(stay.leases[0]?.from ?? endDay, endDay)));
  stay.tickets.push({ openedOn: opened, closedOn: later, reopened: 0, category: 'heating', knownOn: later });
  const ticket = { kind: 'after_end', tenant, key: keyOf.ticket(resident, stay.tickets.length - 1) } as const;
  return [...lines('after_end', resident, [{ on: later, type: 'charge', amount: lease.rent }]), ticket];
}

function lines(kind: TrapKind, resident: Resident, planted: readonly SimLine[]): Trap[] {
  const { stay, tenant } = resident;
  // The first of them is the trap itself.
  const key = keyOf.line(resident, stay.lines.length);
  stay.lines.push(...planted);
  return [{ kind, tenant, key }];
}

/** Who lives where nobody exports calls: silence there says nothing. */
function missingCalls(resident: Resident | undefined): Trap[] {
  return resident ? [{ kind: 'missing_calls', tenant: resident.tenant, key: resident.property }] : [];
}

/** Who leaves one property and signs in another one of the owner within a month: one person with two stays. */
function transfer(residents: readonly Resident[], { first }: Ground): Trap[] {
  for (const from of residents) {
    const out = from.stay.leases.at(-1)?.movedOutOn;
    if (out === undefined || out < first) continue;
    const to = residents.find(({ property, stay }) => {
      const gap = daysBetween(out, stay.leases[0]?.from ?? out);
      return property !== from.property && gap > 0 && gap <= GAP_DAYS;
    });
    if (!to) continue;
    to.tenant = from.tenant;
    return [{ kind: 'transfer', tenant: from.tenant, key: keyOf.lease(to, 0) }];
  }
  return [];
}
