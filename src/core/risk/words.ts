import { plural, type Source } from '../domain/index.ts';
import { caps } from './features.ts';
import type { Lever, Lowering } from './lower.ts';
import type { Feature } from './scorecard.ts';

/** What each feature says of a tenant. Facts, never a guess about the person. */
const sayings: Record<Feature, (value: number) => string> = {
  slowRepairs90d: (n) => `${counted('slowRepairs90d', n, 'repair')} over a week, in 90 days`,
  reopened90d: (n) => `${counted('reopened90d', n, 'repair')} had to be opened again`,
  negativeSentiment90d: (value) => {
    if (Math.abs(value) < 0.05) return 'no mood heard in calls of 90 days';
    return value > 0 ? 'calls of 90 days sound unhappy' : 'calls of 90 days sound content';
  },
  calls90d: (n) => `${counted('calls90d', n, 'call')} in 90 days`,
  increasePercent: (value) => {
    if (value === 0) return 'no increase offered';
    return `renewal offer ${Math.abs(value).toFixed(1)} % ${value > 0 ? 'above' : 'below'} the rent`;
  },
  lateMonths6m: (n) => `rent late in ${n === 0 ? 'none' : n} of 6 months`,
  partialPayments6m: (n) => `${times(n, 'partial payment')} in 6 months`,
  lnTenureYears: (value) => `has lived here ${years(Math.exp(value))}`,
  lateNow: (n) => (n > 0 ? 'rent is late now' : 'rent is not late now'),
  behindTwoMonths: (n) => (n > 0 ? 'two or more months are unpaid' : 'not two months behind'),
  earlierLateMonths6m: (n) => `rent late in ${times(n, 'earlier month')} of 6`,
  missedMonths6m: (n) => `${times(n, 'month')} of 6 unpaid after 30 days`,
};

export function saying(feature: Feature, value: number): string {
  return sayings[feature](value);
}

const deeds: Record<Lever, string> = {
  slowRepairs90d: 'with repairs as quick as peers have them',
  reopened90d: 'with repairs that hold as those of peers do',
};

/** `0.71 with repairs as quick as peers have them`. */
export function lowering({ feature, index }: Pick<Lowering, 'feature' | 'index'>): string {
  return `${index.toFixed(2)} ${deeds[feature]}`;
}

/** Memory has no room yet: to tell that it is not connected would ask for what nobody can do. */
export function connectable(bySource: Readonly<Record<Source, number>>): [string, number][] {
  return Object.entries(bySource).filter(([source, amount]) => source !== 'memory' || amount > 0);
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
