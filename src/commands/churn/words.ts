import type { Stage, Step } from '../../core/domain/index.ts';
import type { Feature } from '../../core/risk/index.ts';
import { plural } from '../plural.ts';
import type { Style } from '../style.ts';
import type { Evidence } from './report.ts';

/** What each feature says of a tenant. Facts, never a guess about the person. */
const sayings: Record<Feature, (value: number) => string> = {
  slowRepairs90d: (n) => `${times(n, 'repair')} took over a week (90 days)`,
  reopened90d: (n) => `${times(n, 'repair')} had to be opened again`,
  negativeSentiment90d: (value) => {
    if (value === 0) return 'nothing in calls of 90 days to go by';
    return value > 0 ? 'calls of 90 days sound unhappy' : 'calls of 90 days sound content';
  },
  calls90d: (n) => `${times(n, 'call')} in 90 days`,
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
  renewal_call: 'finish what is open, then call about the renewal this week',
  service_check_in: 'finish what is open, then a service call within two weeks',
  watch: 'look again at the next contact',
  none: '',
};

export function toGo(stage: Stage): string {
  return stage === 'month to month' ? stage : `${stage} to go`;
}

/** Log-odds as they are shown: with their sign, and no minus before what rounds to nothing. */
export function points(logOdds: number): string {
  const text = Math.abs(logOdds).toFixed(2);
  return `${logOdds < 0 && text !== '0.00' ? '-' : '+'}${text}`;
}

/** `ticket of 2026-09-27`: how a row is named in words. */
export function dated({ id, on }: Evidence): string {
  const kind = id.slice(0, id.indexOf(':'));
  if (!on) return `${kind}, withdrawn since`;
  return kind === 'lease' ? `lease from ${on}` : `${kind === 'ledger' ? 'ledger line' : kind} of ${on}`;
}

/** The same with the customer's own id, and ours. */
export function traced(evidence: Evidence, style: Style): string {
  const { id, key } = evidence;
  return [dated(evidence), ...(key ? [style.text(key)] : []), id].join('  ');
}

function times(n: number, thing: string): string {
  return n === 0 ? `no ${thing}` : plural(n, thing);
}

function years(value: number): string {
  return value < 1 ? times(Math.max(1, Math.round(value * 12)), 'month') : `${value.toFixed(1)} years`;
}
