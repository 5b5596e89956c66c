import type { Source } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';

/** The allow-list of sources: what a score may rest on. Nothing about the person, and no proxy for it. */
export type FeatureSource = Source | 'lease';

/** The allow-list of features, each with the source it is drawn from. A scorecard cannot weigh anything else. */
export const features = {
  slowRepairs90d: 'tickets',
  reopened90d: 'tickets',
  negativeSentiment90d: 'calls',
  calls90d: 'calls',
  increasePercent: 'lease',
  lateMonths6m: 'ledger',
  partialPayments6m: 'ledger',
  lnTenureYears: 'lease',
  lateNow: 'ledger',
  behindTwoMonths: 'ledger',
  earlierLateMonths6m: 'ledger',
  missedMonths6m: 'ledger',
} as const satisfies Record<string, FeatureSource>;
export type Feature = keyof typeof features;

export const headNames = ['leave', 'arrears'] as const;
export type HeadName = (typeof headNames)[number];

export interface Weight {
  readonly feature: Feature;
  /** Log-odds per unit of the feature. */
  readonly logOdds: number;
  /** Value of an unremarkable tenant. Always judgement. */
  readonly typical: number;
  readonly basis: 'judgement' | 'data';
}

/** Expert weights of both heads, as data. */
export interface Scorecard {
  readonly schema: 1;
  readonly name: string;
  /** Per head: share of cases when nothing else is known, and the weights in their fixed order. */
  readonly heads: Readonly<Record<HeadName, { readonly baseline: number; readonly weights: readonly Weight[] }>>;
}

const order: Readonly<Record<HeadName, readonly Feature[]>> = {
  leave: [
    ...['slowRepairs90d', 'reopened90d', 'negativeSentiment90d', 'calls90d'],
    ...['increasePercent', 'lateMonths6m', 'partialPayments6m', 'lnTenureYears'],
  ] as Feature[],
  arrears: ['lateNow', 'behindTwoMonths', 'earlierLateMonths6m', 'missedMonths6m'],
};

const weight = (feature: Feature, logOdds: number, typical: number, basis: Weight['basis']): Weight => {
  return { feature, logOdds, typical, basis };
};

/**
 * Version 1.1: as 1.0, but `calls90d` leaves out calls of which nothing is scored. Leave: baseline 1 - 0.55 renewals (RealPage, twelve months to October 2024: 54 %); tenure from renew
 * intent 52 % under one year, 64 % over five (Zego 2025), odds ratio 1.64 over ln 12; partial payments weigh next to
 * nothing, as in credit data (odds ratio 0.97); the others are judgement. Arrears: odds ratios of credit cards
 * (Taiwan 2005: late now 2.27, two months behind a further 3.93, each earlier late month 1.23, missed month 1.22),
 * carried over to rent by judgement; its baseline of 6 % is judgement.
 */
const builtIn: Scorecard = {
  schema: 1,
  name: 'scorecard-1.1.0',
  heads: {
    leave: {
      baseline: 0.45,
      weights: [
        weight('slowRepairs90d', 0.5, 0.3, 'judgement'),
        weight('reopened90d', 0.4, 0.1, 'judgement'),
        weight('negativeSentiment90d', 0.4, 0, 'judgement'),
        weight('calls90d', 0.05, 0.5, 'judgement'),
        weight('increasePercent', 0.05, 2, 'judgement'),
        weight('lateMonths6m', 0.2, 0.4, 'judgement'),
        weight('partialPayments6m', 0.05, 0.1, 'data'),
        weight('lnTenureYears', -0.2, 0.7, 'data'),
      ],
    },
    arrears: {
      baseline: 0.06,
      weights: [
        weight('lateNow', 0.82, 0.05, 'data'),
        weight('behindTwoMonths', 1.37, 0.01, 'data'),
        weight('earlierLateMonths6m', 0.21, 0.4, 'data'),
        weight('missedMonths6m', 0.2, 0.05, 'data'),
      ],
    },
  },
};

/**
 * Checks a scorecard that came from outside. Refuses (UserError `incompatible`) another schema, a feature that is not
 * allowed, features missing or in another order, and numbers that are none.
 */
export function loadScorecard(given: unknown): Scorecard {
  const refuse = (why: string) => new UserError('incompatible', `this scorecard cannot be used: ${why}`);
  const card = given as Partial<Scorecard>;
  if (card?.schema !== 1) throw refuse(`its schema is ${String(card?.schema)}, not 1`);
  if (typeof card.name !== 'string' || !/^[a-z0-9][a-z0-9.-]{0,59}$/.test(card.name)) throw refuse('it has no name');
  for (const name of headNames) {
    const head = card.heads?.[name];
    if (!head || !Array.isArray(head.weights)) throw refuse(`head "${name}" is missing`);
    if (!(head.baseline > 0 && head.baseline < 1)) throw refuse(`the baseline of "${name}" is no share`);
    const named = head.weights.map(({ feature }) => feature);
    const banned = named.find((feature) => !Object.hasOwn(features, feature));
    if (banned !== undefined) throw refuse(`"${String(banned)}" is not a feature that may be weighed`);
    if (named.join() !== order[name].join())
      throw refuse(`the features of "${name}" must be ${order[name].join(', ')}`);
    for (const { feature, logOdds, typical } of head.weights)
      if (!Number.isFinite(logOdds) || !Number.isFinite(typical)) throw refuse(`a number of "${feature}" is none`);
  }
  return card as Scorecard;
}

export const scorecard = loadScorecard(builtIn);
