import { plural, type Source } from '../domain/index.ts';
import { caps } from './features/signal.ts';
import type { Lever, Lowering } from './lower.ts';
import type { Feature } from './scorecard.ts';

/** What each feature says of a tenant. Facts, never a guess about the person. */
const sayings: Record<Feature, (value: number) => string> = {
  slowRepairs90d: (n) => `${counted('slowRepairs90d', n, 'repair')} over a week, in 90 days`,
  reopened90d: (n) => `${counted('reopened90d', n, 'repair')} had to be opened again`,
  negativeSentiment90d: (value) =>
    value < 0.05 ? 'no call of 90 days sounds unhappy' : 'calls of 90 days sound unhappy',
  // Who called and was kept out of the score has called all the same.
  calls90d: (n) => (n === 0 ? 'no call that counts in 90 days' : `${counted('calls90d', n, 'call')} in 90 days`),
  increasePercent: (value) => {
    if (value === 0) return 'no increase offered';
    return `renewal offer ${Math.abs(value).toFixed(1)} % ${value > 0 ? 'above' : 'below'} the rent`;
  },
  lateMonths6m: (n) => `rent late in ${n === 0 ? 'none' : n} of 6 months`,
  partialPayments6m: (n) => `${times(n, 'partial payment')} in 6 months`,
  tickets90d: (n) => `${counted('tickets90d', n, 'repair')} asked for in 90 days`,
  openAgeMax: (n) => (n === 0 ? 'no repair is open' : `a repair has been open ${counted('openAgeMax', n, 'day')}`),
  slowestReply90d: (n) =>
    n === 0
      ? 'no repair waited for an answer'
      : `a repair waited ${counted('slowestReply90d', n, 'day')} for an answer`,
  moodDrop90d: (value) =>
    value < 0.05 ? 'no call sounds worse than one before' : 'a call sounds worse than one before',
  movingIntent90d: (n) => (n > 0 ? 'was heard looking elsewhere, in 90 days' : 'not heard looking elsewhere'),
  repeatIssue90d: (n) =>
    n > 0 ? 'called again about the same thing, in 90 days' : 'no call about the same thing again',
  priceObjection90d: (n) => (n > 0 ? 'was heard to find the rent too high' : 'no word that the rent is too high'),
  rentVsOwnAsking: (value) => {
    if (Math.abs(value) < 0.05) return 'pays what is asked for the unit';
    return `pays ${Math.abs(value).toFixed(1)} % ${value > 0 ? 'more' : 'less'} than is asked for the unit`;
  },
  renewals: (n) => (n === 0 ? 'the first lease here' : `has renewed ${times(n, 'time')}`),
  termMonths: (n) => `a lease of ${plural(n, 'month')}`,
  lnTenureYears: (value) => `has lived here ${years(Math.exp(value))}`,
  lateNow: (n) => (n > 0 ? 'rent is late now' : 'rent is not late now'),
  behindTwoMonths: (n) => (n > 0 ? 'two or more months are unpaid' : 'not two months behind'),
  earlierLateMonths6m: (n) => `rent late in ${times(n, 'earlier month')} of 6`,
  missedMonths6m: (n) => `${times(n, 'month')} of 6 unpaid after 30 days`,
  daysLateSlope6m: (value) => {
    if (Math.abs(value) < 0.5) return 'rent comes as it did, in 6 months';
    return `rent comes ${Math.abs(value).toFixed(0)} days ${value > 0 ? 'later' : 'sooner'} each month, in 6 months`;
  },
  payRatioMin6m: (value) => `at least ${Math.floor(value * 100)} % of each month paid within 30 days`,
  balanceOverRent: (value) => (value === 0 ? 'nothing is owed' : `owes ${value.toFixed(1)} months of rent`),
  portalLogins30d: (n) => `${counted('portalLogins30d', n, 'login')} to the portal in 30 days`,
  surveyAnswer: (n) => `answered ${n} of 10 in a survey`,
  autopay: (n) => (n > 0 ? 'pays by autopay' : 'does not pay by autopay'),
};

export function saying(feature: Feature, value: number): string {
  return sayings[feature](value);
}

const deeds: Record<Lever, string> = {
  slowRepairs90d: 'with repairs as quick as peers have them',
  reopened90d: 'with repairs that hold as those of peers do',
  openAgeMax: 'with no repair open for longer than those of peers',
  slowestReply90d: 'with replies as quick as peers have them',
};

/** `0.71 with repairs as quick as peers have them`. */
export function lowering({ feature, index }: Pick<Lowering, 'feature' | 'index'>): string {
  return `${index.toFixed(2)} ${deeds[feature]}`;
}

/** Memory has no room yet, and no weight is stated for engagement: that they are missing is no reproach. */
export function connectable(bySource: Readonly<Record<Source, number>>): [string, number][] {
  return Object.entries(bySource).filter(
    ([source, amount]) => amount > 0 || (source !== 'memory' && source !== 'engagement'),
  );
}

/** What share of its window each source covers. */
export function covered(coverage: Readonly<Record<Source, number>>): string[] {
  return connectable(coverage).map(([source, share]) =>
    share > 0 ? `${source} ${Math.round(share * 100)} %` : `${source} not connected`,
  );
}

/** Log-odds as they are shown: with their sign, and no minus before what rounds to nothing. */
export function points(logOdds: number): string {
  const text = Math.abs(logOdds).toFixed(2);
  return `${logOdds < 0 && text !== '0.00' ? '-' : '+'}${text}`;
}

/** Ten cells; the index is told beside it, so it may be left out by who cannot see it. */
export function bar(index: number): string {
  const full = Math.round(index * 10);
  return '█'.repeat(full) + '░'.repeat(10 - full);
}

/** How an index has changed. */
export function trendOf(trend: number | null): string {
  if (trend === null) return 'new';
  if (Math.abs(trend) < 0.005) return '=';
  return `${trend > 0 ? '▲' : '▼'}${Math.abs(trend).toFixed(2).slice(1)}`;
}

/** At its cap a number says only that there are so many. */
function counted(feature: keyof typeof caps, n: number, thing: string): string {
  return n >= caps[feature] ? `${n}+ ${thing}s` : times(n, thing);
}

function times(n: number, thing: string): string {
  return n === 0 ? `no ${thing}` : plural(n, thing);
}

function years(value: number): string {
  return value < 1 ? times(Math.max(1, Math.round(value * 12)), 'month') : `${value.toFixed(1)} years`;
}
