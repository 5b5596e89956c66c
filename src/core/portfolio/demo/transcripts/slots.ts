import { addDays, daysBetween, type IsoDay } from '../../../domain/index.ts';
import type { Chance } from '../chance.ts';

/** What a call can speak of. Amounts in dollars. */
export interface Facts {
  readonly property: string;
  readonly unit: string;
  /** Day of the call. */
  readonly on: IsoDay;
  readonly rent: number;
  /** The rent that was offered for the next lease. */
  readonly asked?: number;
  /** The ticket that the call may be about. */
  readonly ticket?: { readonly openedOn: IsoDay; readonly category: string };
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const fixtures: Readonly<Record<string, readonly string[]>> = {
  plumbing: ['kitchen faucet', 'shower', 'sink', 'bathroom drain'],
  heating: ['radiator', 'thermostat', 'air conditioning'],
  electrical: ['light in the hallway', 'outlet by the stove', 'doorbell'],
  appliance: ['dishwasher', 'dryer', 'stove', 'refrigerator'],
  door: ['balcony door', 'mailbox lock', 'closet door'],
  window: ['bedroom window', 'window blind'],
  other: ['intercom', 'ceiling fan', 'garage opener'],
};

/** Every house in it is invented. */
const competitors = ['Alder Point', 'Marlow Flats', 'Copperline Lofts', 'Thistle Yard', 'Osprey Commons'] as const;
const greetings = [
  ...['Thanks for calling {property}, how can I help?', 'Hello, this is the office of {property}.'],
  ...['{property}, good {morning|afternoon}, what can I do for you?', 'Leasing office, hello.'],
] as const;
const apologies = ["I'm sorry about that.", 'I understand.', 'I see.', 'Oh, I apologize for that.'] as const;
const closings = ['Is there anything else?', 'Have a good day.', 'You will hear from us.', 'Take care.'] as const;
const counts = ['second', 'third', 'fourth', 'fifth'] as const;

/** How each slot is filled; what is returned may hold slots itself. */
export const slots: Readonly<Record<string, (facts: Facts, chance: Chance) => string>> = {
  greeting: (_, chance) => chance.pick(greetings),
  sorry: (_, chance) => chance.pick(apologies),
  closing: (_, chance) => chance.pick(closings),
  property: ({ property }) => property,
  unit: ({ unit }) => unit,
  fixture: ({ ticket }, chance) =>
    chance.pick(fixtures[ticket?.category ?? ''] ?? chance.pick(Object.values(fixtures))),
  nth: (_, chance) => chance.pick(counts),
  weekday: (_, chance) => chance.pick(weekdays),
  month: ({ on }, chance) => monthOf(addDays(on, chance.whole(20, 90))),
  days: (facts) => `${waited(facts)}`,
  ticket_date: (facts) => {
    const day = addDays(facts.on, -waited(facts));
    return `${monthOf(day)} ${Number(day.slice(8))}`;
  },
  rent: ({ rent }) => dollars(rent),
  raise: ({ rent, asked = 0 }) => dollars(asked > rent ? asked - rent : rent * 0.04),
  fee: (_, chance) => dollars(5 * chance.whole(8, 30)),
  competitor: (_, chance) => chance.pick(competitors),
  competitor_rent: ({ rent }, chance) => dollars(rent - 5 * chance.whole(10, 40)),
};

/** Days since the matter was first reported: since the ticket, or else nine. */
function waited({ ticket, on }: Facts): number {
  const days = ticket ? daysBetween(ticket.openedOn, on) : 0;
  return days > 2 ? days : 9;
}

function monthOf(day: IsoDay): string {
  return months[Number(day.slice(5, 7)) - 1] ?? '';
}

function dollars(amount: number): string {
  return `$${Math.round(amount)}`;
}
