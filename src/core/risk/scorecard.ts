import { UserError } from '../errors/index.ts';
import { protectedName } from '../privacy/index.ts';
import { allowList, type FeatureSource } from './allowed.ts';

/** The allow-list of features, each with the source it is drawn from. No model can weigh anything else. */
export const features = allowList({
  slowRepairs90d: 'tickets',
  reopened90d: 'tickets',
  tickets90d: 'tickets',
  openAgeMax: 'tickets',
  slowestReply90d: 'tickets',
  negativeSentiment90d: 'calls',
  calls90d: 'calls',
  moodDrop90d: 'calls',
  movingIntent90d: 'calls',
  repeatIssue90d: 'calls',
  priceObjection90d: 'calls',
  increasePercent: 'lease',
  rentVsOwnAsking: 'lease',
  lnTenureYears: 'lease',
  renewals: 'lease',
  termMonths: 'lease',
  lateMonths6m: 'ledger',
  partialPayments6m: 'ledger',
  lateNow: 'ledger',
  behindTwoMonths: 'ledger',
  earlierLateMonths6m: 'ledger',
  missedMonths6m: 'ledger',
  daysLateSlope6m: 'ledger',
  payRatioMin6m: 'ledger',
  balanceOverRent: 'ledger',
  portalLogins30d: 'engagement',
  surveyAnswer: 'engagement',
  autopay: 'engagement',
});
export type Feature = keyof typeof features;

type DrawnFrom<Given extends FeatureSource> = {
  [Each in Feature]: (typeof features)[Each] extends Given ? Each : never;
}[Feature];

/**
 * What may be given to anything that can turn against a tenant: the arrears head, and whatever comes to prepare notices
 * or prices. Facts of the ledger and the lease only: a repair that was asked for, a call or an answer to a survey cannot
 * be assigned to it, as complaints may only help.
 */
export type AdverseInput = DrawnFrom<'ledger' | 'lease'>;

/** What a tenant asked for, said or was asked: service, voice and survey. */
export type Complaint = DrawnFrom<'tickets' | 'calls'> | 'surveyAnswer';

/** Which way each of them tells of harm: 1 where more of it is worse, -1 where less is. */
export const harms: Readonly<Record<Complaint, 1 | -1>> = {
  ...{ slowRepairs90d: 1, reopened90d: 1, tickets90d: 1, openAgeMax: 1, slowestReply90d: 1 },
  ...{ negativeSentiment90d: 1, calls90d: 1, moodDrop90d: 1 },
  ...{ movingIntent90d: 1, repeatIssue90d: 1, priceObjection90d: 1, surveyAnswer: -1 },
};

/**
 * Whether that weight makes a complaint lower the index. Complaints may only help: nobody is to fall below the trigger for
 * one more slow repair, whatever the past of an owner says.
 */
export function punishes(feature: Feature, logOdds: number): boolean {
  return isComplaint(feature) && harms[feature] * logOdds < 0;
}

export function isComplaint(feature: Feature): feature is Complaint {
  return Object.hasOwn(harms, feature);
}

export const headNames = ['leave', 'arrears'] as const;
export type HeadName = (typeof headNames)[number];

export interface Weight<Of extends Feature = Feature> {
  readonly feature: Of;
  /** Log-odds per unit of the feature. */
  readonly logOdds: number;
  /** Value of an unremarkable tenant. Always judgement. */
  readonly typical: number;
  readonly basis: 'judgement' | 'data';
}

/** What each head may weigh: the arrears head nothing that a tenant has asked for or said. */
interface Weighable {
  readonly leave: Feature;
  readonly arrears: AdverseInput;
}

/** Expert weights of both heads, as data. */
export interface Scorecard {
  readonly schema: 1;
  readonly name: string;
  /** Per head: share of cases when nothing else is known, and the weights in their fixed order. */
  readonly heads: {
    readonly [Head in HeadName]: { readonly baseline: number; readonly weights: readonly Weight<Weighable[Head]>[] };
  };
}

/** What a training may choose from. The scorecard weighs those of them for which somebody has stated a weight. */
export const weighable: { readonly [Head in HeadName]: readonly Weighable[Head][] } = {
  leave: Object.keys(features) as Feature[],
  arrears: [
    ...(['lateNow', 'behindTwoMonths', 'earlierLateMonths6m', 'missedMonths6m', 'partialPayments6m'] as const),
    ...(['daysLateSlope6m', 'payRatioMin6m', 'balanceOverRent', 'lnTenureYears', 'renewals', 'termMonths'] as const),
  ],
};

const order: { readonly [Head in HeadName]: readonly Weighable[Head][] } = {
  leave: [
    ...(['slowRepairs90d', 'reopened90d', 'negativeSentiment90d', 'calls90d', 'movingIntent90d'] as const),
    ...(['repeatIssue90d', 'increasePercent', 'lateMonths6m', 'partialPayments6m', 'lnTenureYears'] as const),
  ],
  arrears: ['lateNow', 'behindTwoMonths', 'earlierLateMonths6m', 'missedMonths6m'],
};

function weight<Of extends Feature>(feature: Of, logOdds: number, typical: number, basis: Weight['basis']): Weight<Of> {
  return { feature, logOdds, typical, basis };
}

/**
 * Version 1.2: as 1.1, but `negativeSentiment90d` is of the unhappiest calls, so that none makes it less; and weighs who was heard looking elsewhere (`movingIntent90d`, +1.00) and who says that a thing is
 * broken again (`repeatIssue90d`, +0.40, beside `reopened90d`, which tells it of tickets). Features for which nobody has
 * stated a weight are on the allow-list for training, and are not among these.
 * Version 1.1: as 1.0, but `calls90d` leaves out calls of which nothing is scored.
 * Leave: baseline 1 - 0.55 renewals (RealPage, twelve months to October 2024: 54 %); tenure from renew intent 52 % under
 * one year, 64 % over five (Zego 2025), odds ratio 1.64 over ln 12; partial payments weigh next to nothing, as in credit
 * data (odds ratio 0.97); the others are judgement. Arrears: odds ratios of credit cards (Taiwan 2005: late now 2.27, two
 * months behind a further 3.93, each earlier late month 1.23, missed month 1.22), carried over to rent by judgement; its
 * baseline of 6 % is judgement.
 */
const builtIn: Scorecard = {
  schema: 1,
  name: 'scorecard-1.2.0',
  heads: {
    leave: {
      baseline: 0.45,
      weights: [
        weight('slowRepairs90d', 0.5, 0.3, 'judgement'),
        weight('reopened90d', 0.4, 0.1, 'judgement'),
        weight('negativeSentiment90d', 0.4, 0, 'judgement'),
        weight('calls90d', 0.05, 0.5, 'judgement'),
        weight('movingIntent90d', 1, 0.05, 'judgement'),
        weight('repeatIssue90d', 0.4, 0.05, 'judgement'),
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
 * allowed, or not on that head, features missing or in another order, numbers that are none, and complaints that count
 * for staying.
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
    if (banned !== undefined) throw refuse(`"${String(banned)}" ${whyBanned(String(banned))}`);
    const against = named.find((feature) => !(weighable[name] as readonly Feature[]).includes(feature));
    if (against !== undefined) throw refuse(`"${against}" may not be weighed by "${name}": complaints may only help`);
    if (named.join() !== order[name].join())
      throw refuse(`the features of "${name}" must be ${order[name].join(', ')}`);
    for (const { feature, logOdds, typical } of head.weights) {
      if (!Number.isFinite(logOdds) || !Number.isFinite(typical)) throw refuse(`a number of "${feature}" is none`);
      if (punishes(feature, logOdds)) throw refuse(`"${feature}" counts for staying: complaints may only help`);
    }
  }
  return card as Scorecard;
}

function whyBanned(feature: string): string {
  const what = protectedName(feature);
  return what === undefined ? 'is not a feature that may be weighed' : `stands for ${what}, which is never weighed`;
}

export const scorecard = loadScorecard(builtIn);
