import { daysBetween, type IsoDay, type Turn } from '../../domain/index.ts';
import type { Gold } from './transcripts/index.ts';

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
/** A line of the ledger beside rent and what settles it. */
export interface SimLine {
  readonly on: IsoDay;
  readonly type: 'charge' | 'payment' | 'reversal';
  readonly amount: number;
}
export interface SimTicket {
  readonly openedOn: IsoDay;
  readonly closedOn: IsoDay;
  readonly reopened: number;
  readonly category: string;
  /** When the exporting system says that it may be known; absent for its own day. */
  readonly knownOn?: IsoDay;
}
/** What a call was about, and how the tenant felt: for tests, never for a file. */
export interface Told extends Gold {
  readonly scenario: string;
  /** The tenant's feeling on the phone, -1 to 1, of which the words are a noisy sign. */
  readonly felt: number;
}
export interface SimCall {
  readonly on: IsoDay;
  /** In exact mode what the tenant said, and nothing else. */
  readonly turns: readonly Turn[];
  /** The product's own, -1 to 1; absent when no turn of a resident has words. */
  readonly sentiment?: number;
  /** Calls from the template grammar only. */
  readonly told?: Told;
  /** Exported without the flag of consent, so that no import takes it in. */
  readonly withoutConsent?: true;
}
export interface Stay {
  readonly leases: SimLease[];
  readonly offers: { readonly on: IsoDay; readonly rent: number }[];
  readonly dues: SimDue[];
  readonly lines: SimLine[];
  readonly tickets: SimTicket[];
  readonly calls: SimCall[];
}

/** The product's own features, read from the events themselves, as known on `day`. */
export function featuresOn({ leases, offers, dues, tickets, calls }: Stay, day: IsoDay): Betas {
  const within = (on: IsoDay, days: number) => on <= day && daysBetween(on, day) <= days;
  const recent = tickets.filter(({ openedOn, knownOn = openedOn }) => within(openedOn, 90) && knownOn <= day);
  const slow = recent.filter(({ openedOn, closedOn }) => daysBetween(openedOn, closedOn <= day ? closedOn : day) > 7);
  const again = recent.filter(({ closedOn }) => closedOn <= day).reduce((sum, { reopened }) => sum + reopened, 0);
  const heard = calls.filter(({ on, withoutConsent }) => within(on, 90) && !withoutConsent);
  const scored = heard.flatMap(({ sentiment }) => sentiment ?? []);
  const owed = dues.filter(({ on }) => within(on, 183));
  const lease = leases.findLast(({ from }) => from <= day);
  const offer = offers.findLast(({ on }) => on <= day && on >= (lease?.from ?? on));
  const years = daysBetween(leases[0]?.from ?? day, day) / 365.25;
  return {
    slowRepairs90d: Math.min(3, slow.length),
    reopened90d: Math.min(3, again),
    negativeSentiment90d: unhappiest(scored),
    calls90d: Math.min(4, heard.length),
    increasePercent: lease && offer ? (offer.rent / lease.rent - 1) * 100 : 0,
    lateMonths6m: owed.filter(({ late }) => late).length,
    partialPayments6m: owed.filter(({ partial }) => partial).length,
    lnTenureYears: Math.log(Math.max(years, 1 / 12)),
  };
}

function unhappiest(sentiments: readonly number[]): number {
  const falling = sentiments.toSorted((a, b) => a - b);
  const sums = falling.map((_, at) => -falling.slice(0, at + 1).reduce((sum, each) => sum + each, 0) / (at + 2));
  return Math.max(0, ...sums);
}

/** What moves tenants in realistic mode and no file holds: in the 90 days before `day`, as the tenant meant it. */
export function meantOn(
  { calls }: Stay,
  day: IsoDay,
): { readonly negativeFeeling: number; readonly movingIntent: 0 | 1 } {
  const told = calls.flatMap(({ on, told }) => (told && on <= day && daysBetween(on, day) <= 90 ? [told] : []));
  const total = told.reduce((sum, { felt }) => sum + felt, 0);
  return {
    negativeFeeling: -total / (told.length + 1) || 0,
    movingIntent: told.some(({ intents }) => intents.includes('moving_intent')) ? 1 : 0,
  };
}
