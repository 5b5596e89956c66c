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
