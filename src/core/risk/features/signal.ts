import type { IsoDay, Tenancy } from '../../domain/index.ts';
import type { Feature } from '../scorecard.ts';

export interface Signal {
  readonly value: number;
  /** What the value was counted from, so that every point can be traced: `ticket:tic-…`, `ledger:lin-…`. */
  readonly evidence: readonly string[];
}

/** What a group of features measures; a feature is absent when nothing can be said of it. */
export type Measured<F extends Feature> = Readonly<Partial<Record<F, Signal>>>;

/** Measures of one tenant what can be counted from the same rows; what happened after the day is not among them. */
export type Measure = (tenancy: Tenancy, day: IsoDay) => Measured<Feature>;

export const RECENT_DAYS = 90;

/** More of these counts no more. */
export const caps = {
  slowRepairs90d: 3,
  reopened90d: 3,
  tickets90d: 6,
  openAgeMax: 90,
  slowestReply90d: 30,
  calls90d: 4,
  balanceOverRent: 6,
  renewals: 10,
  portalLogins30d: 30,
} as const satisfies Partial<Record<Feature, number>>;

/** Beyond so many days a month, later or sooner, nothing changes any more. */
const MOST_PER_MONTH = 30;

const flagged = [0, 1] as const;
const sixMonths = [0, 6] as const;

/**
 * The least and the most that each feature can be, in its own unit; of rents, terms and stays, which nothing limits, the most
 * that is no slip of a pen (judgement): eleven times the rent in percent, a term of a century in months, the log of as many
 * years. Nobody here has a value beyond, and what a model says there tells nothing.
 */
export const bounds: Readonly<Record<Feature, readonly [least: number, most: number]>> = {
  ...{ slowRepairs90d: [0, caps.slowRepairs90d], reopened90d: [0, caps.reopened90d], tickets90d: [0, caps.tickets90d] },
  ...{ openAgeMax: [0, caps.openAgeMax], slowestReply90d: [0, caps.slowestReply90d], calls90d: [0, caps.calls90d] },
  ...{ negativeSentiment90d: [0, 1], moodDrop90d: [0, 2] },
  ...{ movingIntent90d: flagged, repeatIssue90d: flagged, priceObjection90d: flagged },
  ...{ increasePercent: [-100, 1000], rentVsOwnAsking: [-100, 1000] },
  ...{ lnTenureYears: [Math.log(1 / 12), Math.log(100)], renewals: [0, caps.renewals], termMonths: [0, 1200] },
  ...{
    lateMonths6m: sixMonths,
    partialPayments6m: sixMonths,
    earlierLateMonths6m: sixMonths,
    missedMonths6m: sixMonths,
  },
  ...{ lateNow: flagged, behindTwoMonths: flagged, payRatioMin6m: flagged },
  ...{ daysLateSlope6m: [-MOST_PER_MONTH, MOST_PER_MONTH], balanceOverRent: [0, caps.balanceOverRent] },
  ...{ portalLogins30d: [0, caps.portalLogins30d], surveyAnswer: [0, 10], autopay: flagged },
};

export function upTo(feature: keyof typeof caps, value: number, evidence: readonly string[]): Signal {
  return { value: Math.min(value, caps[feature]), evidence };
}

export function flag(evidence: readonly string[]): Signal {
  return { value: evidence.length > 0 ? 1 : 0, evidence };
}

/** Least-squares change a month of what was measured at several ages in days; nothing to say of fewer than three. */
export function changeAMonth(
  points: readonly { readonly daysAgo: number; readonly value: number; readonly evidence: readonly string[] }[],
): Signal | undefined {
  if (points.length < 3) return undefined;
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [age, level] = [mean(({ daysAgo }) => daysAgo), mean(({ value }) => value)];
  const spread = mean(({ daysAgo }) => (daysAgo - age) ** 2);
  if (spread === 0) return undefined;
  const aDay = -mean(({ daysAgo, value }) => (daysAgo - age) * (value - level)) / spread;
  return {
    value: Math.max(-MOST_PER_MONTH, Math.min(MOST_PER_MONTH, aDay * 30)),
    evidence: points.flatMap(({ evidence }) => evidence),
  };
}
