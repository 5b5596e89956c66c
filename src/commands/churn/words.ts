import type { KeptOut, Source, Stage, Step } from '../../core/domain/index.ts';
import type { Evidence } from '../../core/ops/proposals/proposed.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import { caps, type Feature, MIN_COVERAGE } from '../../core/risk/index.ts';
import { plural } from '../plural.ts';
import type { Style } from '../style.ts';

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

export const steps: Record<Step, string> = {
  renewal_call: 'call about the renewal this week',
  service_check_in: 'a service call within two weeks',
  watch: 'ask how they are at the next contact',
  none: '',
};

export function toGo(stage: Stage): string {
  return stage === 'month to month' ? stage : `${stage} to go`;
}

export function peersOf(peers: number): string {
  return peers === 0 ? 'no peer' : plural(peers, 'peer');
}

/** The part of an index that is nobody's own. With few neighbours it is large, as the usual tenant weighs in. */
export function sharedBy(peers: number): string {
  return peers === 0 ? 'a house with nobody else at that stage' : 'shared by all here at that stage';
}

/** How a property is called, and its own id where that is another word. */
export function titleOf({ name, key }: { readonly name: string; readonly key: string }, style: Style): string[] {
  return [style.bold(style.fit(name, 26)), ...(key === name ? [] : [style.fit(key, 24)])];
}

/** Memory has no room yet: to tell that it is not connected would ask for what nobody can do. */
export function connectable(bySource: Readonly<Record<Source, number>>): [string, number][] {
  return Object.entries(bySource).filter(([source, amount]) => source !== 'memory' || amount > 0);
}

/** For whoever has imported rows and wonders. */
export const UNSTATED = 'No source counts until sources.csv says since when it is complete: sophia portfolio template';

/** What an analysis rests on, and what follows when that is too little. */
export function coverageLines(coverage: Readonly<Record<Source, number>>, capped: boolean, style: Style): string[] {
  const parts = connectable(coverage).map(([source, share]) =>
    share > 0 ? `${source} ${Math.round(share * 100)} %` : style.dim(`${source} not connected`),
  );
  const sum = Object.values(coverage).reduce((total, share) => total + share, 0);
  // Cut and not rounded: what falls short must not read as enough.
  const reached = (Math.floor(sum * 10) / 10).toFixed(1);
  return [
    `coverage: ${parts.join(', ')}`,
    ...(sum === 0 ? [UNSTATED] : []),
    ...(capped ? [style.warn(`Sources cover ${reached} of the ${MIN_COVERAGE} needed: nobody is called high.`)] : []),
  ];
}

const keptOut: Readonly<Record<KeptOut, string>> = {
  sensitive: 'about what fair housing protects: for a human to see to',
  not_english: 'not in English',
  hardship: 'about money that is short: help, not a score',
  habitability: 'about a home not fit to live in: mend it, not a score',
  competitor: 'about another landlord and a price',
  speakers_unclear: 'with speakers that cannot be told apart',
};

/** What was heard or reported and not scored, and why. */
export function keptOutLines(counts: Readonly<Partial<Record<KeptOut, number>>>): string[] {
  const entries = Object.entries(counts) as [KeptOut, number][];
  return entries.map(([reason, n]) => `not scored: ${n} ${keptOut[reason]}`);
}

/** Log-odds as they are shown: with their sign, and no minus before what rounds to nothing. */
export function points(logOdds: number): string {
  const text = Math.abs(logOdds).toFixed(2);
  return `${logOdds < 0 && text !== '0.00' ? '-' : '+'}${text}`;
}

/** How a row is named in words, with the customer's own id, and ours. */
export function traced(evidence: Evidence, style: Style): string {
  const { id, key } = evidence;
  return [dated(evidence), ...(key ? [style.text(key)] : []), id].join('  ');
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
