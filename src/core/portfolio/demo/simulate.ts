import { addDays, daysBetween, type IsoDay } from '../../domain/index.ts';
import type { Chance } from './chance.ts';
import { categories, sayings } from './words.ts';

/** What moves a tenant to leave, per unit of each feature of the product. `exact` mode: the product sees all of it. */
export interface Betas {
  readonly slowRepairs90d: number;
  readonly reopened90d: number;
  readonly negativeSentiment90d: number;
  readonly calls90d: number;
  readonly increasePercent: number;
  readonly lateMonths6m: number;
  readonly partialPayments6m: number;
  readonly lnTenureYears: number;
}

export const betas: Betas = {
  slowRepairs90d: 0.35,
  reopened90d: 0.3,
  negativeSentiment90d: 0.85,
  calls90d: 0.1,
  increasePercent: 0.06,
  lateMonths6m: 0.28,
  partialPayments6m: 0.3,
  lnTenureYears: -0.35,
};

/** Log-odds of leaving in one month in the middle of a lease, and how much the end of the lease adds. */
const ALPHA = -5.5;
const NEAR_END: readonly number[] = [5.0, 1.3, 0.5];
const SEASON = [-0.25, -0.2, -0.05, 0.05, 0.2, 0.3, 0.3, 0.25, 0.05, -0.1, -0.2, -0.35];

export interface SimLease {
  readonly signedOn: IsoDay;
  readonly from: IsoDay;
  readonly to: IsoDay;
  readonly rent: number;
  movedOutOn?: IsoDay;
}
export interface Payment {
  readonly on: IsoDay;
  readonly amount: number;
}
export interface SimDue {
  readonly on: IsoDay;
  readonly amount: number;
  readonly payments: readonly Payment[];
  readonly late: boolean;
  readonly partial: boolean;
}
export interface SimTicket {
  readonly openedOn: IsoDay;
  readonly closedOn: IsoDay;
  readonly reopened: number;
  readonly category: string;
}
export interface SimCall {
  readonly on: IsoDay;
  readonly saying: string;
  readonly sentiment: number;
}
export interface Stay {
  readonly leases: SimLease[];
  readonly offers: { readonly on: IsoDay; readonly rent: number }[];
  readonly dues: SimDue[];
  readonly tickets: SimTicket[];
  readonly calls: SimCall[];
}

/** One month of one tenant as it truly was; the product never reads it. */
export interface TrueMonth {
  readonly day: IsoDay;
  readonly monthsToEnd: number;
  readonly features: Betas;
  readonly hazard: number;
  readonly left: boolean;
}

export interface House {
  readonly rent: number;
  /** Log-odds that the house adds for everyone. */
  readonly effect: number;
  /** Factor on how long its repairs take. */
  readonly slowness: number;
}

export interface World {
  readonly chance: Chance;
  readonly betas: Betas;
  /** First days of the months, from long before the first one shown. */
  readonly months: readonly IsoDay[];
  scoreSentence(text: string): number;
}

/** Two-state chains of payer types: share, and the chance of a late month after a good and after a late one. */
const payers: readonly (readonly [readonly [number, number], number])[] = [
  [[0.004, 0.15], 0.6],
  [[0.045, 0.36], 0.26],
  [[0.22, 0.62], 0.14],
];

/** Lives one tenant's stay from month `start` on. Returns it with its true months, and the month after it. */
export function liveStay(world: World, house: House, start: number): { stay: Stay; truth: TrueMonth[]; next: number } {
  const { chance, months } = world;
  const stay: Stay = { leases: [], offers: [], dues: [], tickets: [], calls: [] };
  const truth: TrueMonth[] = [];
  const [toLate, stayLate] = chance.weighted(payers);
  const [mood, trouble] = [0.75 * chance.normal(), chance.gamma(0.35) / 0.35];
  let [satisfaction, late, stopped] = [mood, false, false];
  let rent = Math.round(house.rent * Math.exp(0.06 * chance.normal()));
  const signs = (at: number, term: number) => {
    const from = months[at] ?? '';
    const to = addDays(months[at + term] ?? firstAfter(months, at + term), -1);
    stay.leases.push({ signedOn: addDays(from as IsoDay, -20), from: from as IsoDay, to, rent });
    return at + term - 1;
  };
  let end = signs(
    start,
    chance.weighted([
      [12, 0.74],
      [14, 0.13],
      [6, 0.08],
      [24, 0.05],
    ] as const),
  );

  for (let at = start; at < months.length - 1; at++) {
    const first = months[at] as IsoDay;
    const last = addDays(months[at + 1] as IsoDay, -1);
    stopped ||= late && chance.happens(0.03);
    late = stopped || chance.happens(late ? stayLate : toLate);
    stay.dues.push(pays(chance, first, rent, late, stopped));
    const tickets = opens(chance, first, house.slowness, chance.poisson((3.3 / 12) * trouble));
    stay.tickets.push(...tickets);
    const slow = tickets.filter(({ openedOn, closedOn }) => daysBetween(openedOn, closedOn) > 7).length;
    satisfaction = mood + 0.8 * (satisfaction - mood) + 0.35 * chance.normal() - 0.35 * slow;
    const calls = chance.poisson(0.14 + 0.12 * tickets.length + (late ? 0.25 : 0));
    for (let n = 0; n < calls; n++) stay.calls.push(phones(world, first, satisfaction));

    const monthsToEnd = end - at;
    if (monthsToEnd === 3) {
      const asked = Math.round(rent * (1 + Math.max(-0.03, 0.038 + 0.025 * chance.normal())));
      stay.offers.push({ on: addDays(first, 14), rent: asked });
    }
    const features = featuresOn(stay, last);
    const hazard = hazardOf(world.betas, features, house, monthsToEnd, last);
    const left = chance.happens(hazard);
    truth.push({ day: last, monthsToEnd, features, hazard, left });
    const current = stay.leases.at(-1);
    if (left && current) {
      current.movedOutOn = last;
      return { stay, truth, next: at + 2 + chance.poisson(0.6) };
    }
    if (monthsToEnd === 0) {
      rent = stay.offers.at(-1)?.rent ?? rent;
      end = signs(
        at + 1,
        chance.weighted([
          [12, 0.85],
          [14, 0.1],
          [6, 0.05],
        ] as const),
      );
    }
  }
  return { stay, truth, next: months.length };
}

/** The first day of a month that lies beyond the calendar that was made. */
function firstAfter(months: readonly IsoDay[], at: number): IsoDay {
  const last = months.at(-1) as IsoDay;
  const date = new Date(`${last}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + at - months.length + 1);
  return date.toISOString().slice(0, 10) as IsoDay;
}

/** Rent falls due on the first. Late means after the 6th; whoever has stopped paying pays nothing more. */
function pays(chance: Chance, on: IsoDay, amount: number, late: boolean, stopped: boolean): SimDue {
  if (stopped) return { on, amount, payments: [], late: true, partial: false };
  if (!late) return { on, amount, payments: [{ on: addDays(on, chance.whole(0, 3)), amount }], late, partial: false };
  const paidOn = addDays(on, Math.min(25, 6 + Math.round(6 * chance.gamma(1.3))));
  const partial = chance.happens(0.2);
  const part = Math.round(amount * 0.4);
  const payments = partial
    ? [
        { on: addDays(on, 2), amount: part },
        { on: paidOn, amount: amount - part },
      ]
    : [{ on: paidOn, amount }];
  return { on, amount, payments, late, partial };
}

function opens(chance: Chance, first: IsoDay, slowness: number, count: number): SimTicket[] {
  return Array.from({ length: count }, () => {
    const openedOn = addDays(first, chance.whole(0, 27));
    const days = Math.floor(slowness * Math.exp(-0.869 + 2.11 * chance.normal()));
    const closedOn = addDays(openedOn, Math.min(days, 120));
    return { openedOn, closedOn, reopened: chance.happens(0.04) ? 1 : 0, category: chance.pick(categories) };
  });
}

/** The less content a tenant is, the earlier in the list lies what they say. */
function phones({ chance, scoreSentence }: World, first: IsoDay, satisfaction: number): SimCall {
  const tone = (1 + Math.tanh(0.55 * satisfaction + 0.35 * chance.normal())) / 2;
  const saying = sayings[Math.min(sayings.length - 1, Math.floor(tone * sayings.length))] ?? sayings[0];
  return { on: addDays(first, chance.whole(0, 27)), saying, sentiment: scoreSentence(saying) };
}

/** The product's own features, read from the events themselves, as known on `day`. */
export function featuresOn({ leases, offers, dues, tickets, calls }: Stay, day: IsoDay): Betas {
  const within = (on: IsoDay, days: number) => on <= day && daysBetween(on, day) <= days;
  const recent = tickets.filter(({ openedOn }) => within(openedOn, 90));
  const slow = recent.filter(({ openedOn, closedOn }) => daysBetween(openedOn, closedOn <= day ? closedOn : day) > 7);
  const again = recent.filter(({ closedOn }) => closedOn <= day).reduce((sum, { reopened }) => sum + reopened, 0);
  const heard = calls.filter(({ on }) => within(on, 90));
  const owed = dues.filter(({ on }) => within(on, 183));
  const lease = leases.findLast(({ from }) => from <= day);
  const offer = offers.findLast(({ on }) => on <= day && on >= (lease?.from ?? on));
  const years = daysBetween(leases[0]?.from ?? day, day) / 365.25;
  return {
    slowRepairs90d: Math.min(3, slow.length),
    reopened90d: Math.min(3, again),
    negativeSentiment90d: -heard.reduce((sum, { sentiment }) => sum + sentiment, 0) / (heard.length + 1) || 0,
    calls90d: Math.min(4, heard.length),
    increasePercent: lease && offer ? (offer.rent / lease.rent - 1) * 100 : 0,
    lateMonths6m: owed.filter(({ late }) => late).length,
    partialPayments6m: owed.filter(({ partial }) => partial).length,
    lnTenureYears: Math.log(Math.max(years, 1 / 12)),
  };
}

function hazardOf(weights: Betas, features: Betas, house: House, monthsToEnd: number, day: IsoDay): number {
  const season = SEASON[Number(day.slice(5, 7)) - 1] ?? 0;
  let logit = ALPHA + (NEAR_END[monthsToEnd] ?? 0) + house.effect + season;
  for (const name of Object.keys(features) as (keyof Betas)[]) logit += weights[name] * features[name];
  return 1 / (1 + Math.exp(-logit));
}
