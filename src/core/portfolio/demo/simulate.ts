import { addDays, daysBetween, type IsoDay } from '../../domain/index.ts';
import { type Phone, phone, rates, ticketFor } from './calls.ts';
import type { Chance } from './chance.ts';
import { type Betas, featuresOn, meantOn, type SimCall, type SimDue, type SimTicket, type Stay } from './stay.ts';
import { categories, sayings } from './words.ts';

/**
 * Log-odds of leaving in one month in the middle of a lease, and how much the end of the lease adds. Where tenants differ
 * by frailty those who stay are the steady ones: the constant is higher, for renewals as the sector knows them.
 */
const ALPHA = { exact: -5.5, realistic: -5.2 } as const;
const NEAR_END: readonly number[] = [5.0, 1.3, 0.5];
const SEASON = [-0.25, -0.2, -0.05, 0.05, 0.2, 0.3, 0.3, 0.25, 0.05, -0.1, -0.2, -0.35];

/** One month of one tenant as it truly was; the product never reads it. */
export interface TrueMonth {
  readonly day: IsoDay;
  readonly monthsToEnd: number;
  readonly features: Betas;
  readonly hazard: number;
  readonly left: boolean;
  /** Realistic mode: what else moved the tenant, in its own units; `frailty` is log-odds. */
  readonly unseen?: { readonly frailty: number; readonly negativeFeeling: number; readonly movingIntent: 0 | 1 };
}

/** What moves tenants in realistic mode beyond the product's features. */
export interface Unseen {
  /** Standard deviation, between tenants, of the log-odds of leaving. */
  readonly frailty: number;
  /** Log-odds of whoever said on the phone in the last 90 days that they may leave. */
  readonly movingIntent: number;
}

export const unseen: Unseen = { frailty: 0.6, movingIntent: 0.95 };

export interface House {
  readonly name: string;
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
  /** Present in realistic mode. */
  readonly real?: { readonly phone: Phone; readonly unseen: Unseen };
}

/** Two-state chains of payer types: share, and the chance of a late month after a good and after a late one. */
const payers: readonly (readonly [readonly [number, number], number])[] = [
  [[0.004, 0.15], 0.6],
  [[0.045, 0.36], 0.26],
  [[0.22, 0.62], 0.14],
];

/** Lives one tenant's stay from month `start` on. Returns it with its true months, and the month after it. */
export function liveStay(
  world: World,
  house: House,
  unit: string,
  start: number,
): { stay: Stay; truth: TrueMonth[]; next: number } {
  const { chance, months, real } = world;
  const stay: Stay = { leases: [], offers: [], dues: [], lines: [], tickets: [], calls: [] };
  const truth: TrueMonth[] = [];
  const [toLate, stayLate] = chance.weighted(payers);
  const [mood, trouble] = [0.75 * chance.normal(), chance.gamma(0.35) / 0.35];
  const frailty = real ? real.unseen.frailty * chance.normal() : 0;
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
    const monthsToEnd = end - at;
    const calls = chance.poisson(rates.base + rates.ticket * tickets.length + (late ? rates.late : 0));
    for (let n = 0; n < calls; n++) {
      if (!real) {
        stay.calls.push(phones(world, first, satisfaction));
        continue;
      }
      const on = addDays(first, chance.whole(0, 27));
      const [ticket, asked] = [ticketFor(stay.tickets, on), stay.offers.at(-1)?.rent];
      const call = phone(real.phone, {
        ...{ call: `${house.name} ${unit} ${at}.${n}`, property: house.name, unit, on, rent },
        ...{ ...(ticket && { ticket }), ...(asked && { asked }) },
        ...{ felt: Math.tanh(0.55 * satisfaction + 0.35 * chance.normal()), satisfaction },
        ...{ monthsToEnd, tickets: tickets.length, slow, late },
      });
      stay.calls.push(call);
    }

    if (monthsToEnd === 3) {
      const asked = Math.round(rent * (1 + Math.max(-0.03, 0.038 + 0.025 * chance.normal())));
      stay.offers.push({ on: addDays(first, 14), rent: asked });
    }
    const features = featuresOn(stay, last);
    const meant = real && { frailty, ...meantOn(stay, last) };
    const moved = meant ? { ...features, negativeSentiment90d: meant.negativeFeeling } : features;
    const more = meant && real ? meant.frailty + real.unseen.movingIntent * meant.movingIntent : 0;
    const constant = ALPHA[real ? 'realistic' : 'exact'];
    const hazard = hazardOf(world.betas, moved, { constant, more: house.effect + more, monthsToEnd, day: last });
    const left = chance.happens(hazard);
    truth.push({ day: last, monthsToEnd, features, hazard, left, ...(meant && { unseen: meant }) });
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
  const turns = [{ by: 'resident', text: saying }] as const;
  return { on: addDays(first, chance.whole(0, 27)), turns, sentiment: scoreSentence(saying) };
}

function hazardOf(
  weights: Betas,
  features: Betas,
  at: { readonly constant: number; readonly more: number; readonly monthsToEnd: number; readonly day: IsoDay },
): number {
  const season = SEASON[Number(at.day.slice(5, 7)) - 1] ?? 0;
  let logit = at.constant + (NEAR_END[at.monthsToEnd] ?? 0) + at.more + season;
  for (const name of Object.keys(features) as (keyof Betas)[]) logit += weights[name] * features[name];
  return 1 / (1 + Math.exp(-logit));
}
