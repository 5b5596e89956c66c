import type { FeatureSource } from '../allowed.ts';
import { type Feature, features } from '../scorecard.ts';

/** What one unit of a feature is. */
const units: Readonly<Record<Feature, string>> = {
  slowRepairs90d: 'repairs over 7 days, in 90 days',
  reopened90d: 'times a repair was opened again, in 90 days',
  tickets90d: 'repairs asked for, in 90 days',
  openAgeMax: 'days that the oldest open repair has waited',
  slowestReply90d: 'days to the slowest first answer of a repair, in 90 days',
  negativeSentiment90d: 'how unhappy the unhappiest calls sound, 0 to 1',
  calls90d: 'calls in 90 days',
  moodDrop90d: 'largest fall of mood from a call to a later one, 0 to 2',
  movingIntent90d: '0 or 1: heard looking elsewhere',
  repeatIssue90d: '0 or 1: called again about the same thing',
  priceObjection90d: '0 or 1: heard to find the rent too high',
  increasePercent: 'per cent that the renewal offer lies above the rent',
  rentVsOwnAsking: "per cent above the owner's own asking rent",
  lnTenureYears: 'natural logarithm of years here',
  renewals: 'renewals',
  termMonths: 'months of the lease',
  lateMonths6m: 'late months of 6',
  partialPayments6m: 'months of 6 paid in part',
  lateNow: '0 or 1: rent is late now',
  behindTwoMonths: '0 or 1: two months are unpaid',
  earlierLateMonths6m: 'earlier late months of 6',
  missedMonths6m: 'months of 6 unpaid after 30 days',
  daysLateSlope6m: 'days that rent comes later each month',
  payRatioMin6m: 'smallest share of a month paid within 30 days',
  balanceOverRent: 'months of rent owed',
  portalLogins30d: 'logins to the portal in 30 days',
  surveyAnswer: 'answer of a survey, of 10',
  autopay: '0 or 1, as it stood on the day',
};

/** Why what comes from a source may say who leaves or falls behind. */
const reasons: Readonly<Record<FeatureSource, string>> = {
  tickets: 'residents name maintenance as a reason to leave',
  calls: 'what a resident says and means, turns of residents only',
  lease: 'how long somebody has lived here, and what renewing would cost',
  ledger: 'how rent was paid says how it will be paid',
  engagement: 'who uses what is offered tends to stay',
  memory: 'what was promised to a tenant, and kept',
};

export function aboutFeature(feature: Feature): { readonly unit: string; readonly why: string } {
  return { unit: units[feature], why: reasons[features[feature]] };
}
