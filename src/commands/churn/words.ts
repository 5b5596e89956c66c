import type { Step } from '../../core/flows/churn.ts';
import type { Feature } from '../../core/risk/index.ts';

/** What each feature says of a tenant. Facts, never a guess about the person. */
const sayings: Record<Feature, (value: number) => string> = {
  slowRepairs90d: (n) => `${times(n, 'repair')} took over a week (90 days)`,
  reopened90d: (n) => `${times(n, 'repair')} had to be opened again`,
  negativeSentiment90d: (value) => (value > 0 ? 'calls of 90 days sound unhappy' : 'calls of 90 days sound content'),
  calls90d: (n) => `${times(n, 'call')} in 90 days`,
  increasePercent: (value) => `renewal offer ${value.toFixed(1)} % above the rent`,
  lateMonths6m: (n) => `rent late in ${n} of 6 months`,
  partialPayments6m: (n) => `${times(n, 'partial payment')} in 6 months`,
  lnTenureYears: (value) => `has lived here ${years(Math.exp(value))}`,
  lateNow: (n) => (n > 0 ? 'rent is late now' : 'rent is not late now'),
  behindTwoMonths: (n) => (n > 0 ? 'two or more months are unpaid' : 'not two months behind'),
  earlierLateMonths6m: (n) => `rent was late in ${times(n, 'earlier month')} of 6`,
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

function times(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

function years(value: number): string {
  return value < 1 ? times(Math.max(1, Math.round(value * 12)), 'month') : `${value.toFixed(1)} years`;
}
