import type { IsoDay, OwnerId, Stage } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import { protectedName } from '../../privacy/index.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Ranker, RankerHead } from '../score.ts';
import { features, type HeadName, headNames, punishes, type Scorecard, weighable } from '../scorecard.ts';
import { type Backtest, type BacktestOptions, backtest, isBacktest, type Unable } from './backtest.ts';
import { type Bins, binsOf } from './bins.ts';
import { calibrated } from './calibrate.ts';
import { sigmoid } from './fit.ts';
import { casesOf, type TenantMonth } from './months.ts';
import { parsed } from './parsed.ts';
import { stages, tableOf } from './table.ts';
import { type Finding, findingsIn, type Learned, learn, logitsOf } from './train.ts';

/** Below so many exits the scorecard ranks better than what would be learned. */
export const LEAST_EXITS = 30;

/** What a head was learned from, and how tenants were then: that they still are so is looked at by `drift`. */
export interface ModelHead extends Learned {
  readonly trainedOn: {
    readonly rows: number;
    readonly tenants: number;
    readonly cases: number;
    readonly from: IsoDay;
    readonly to: IsoDay;
    readonly properties: number;
  };
  /** How each feature lay, in their order, and the log-odds. */
  readonly reference: { readonly features: readonly Bins[]; readonly logits: Bins };
}

/** A model as it is kept: plain data of one owner, told from others by its hash. */
export interface ModelFile {
  readonly schema: 2;
  readonly kind: 'logit';
  readonly name: string;
  readonly owner: OwnerId;
  readonly scorecard: string;
  /** Arrears are absent where too little was learned of them: the scorecard's head stands. */
  readonly heads: { readonly leave: ModelHead; readonly arrears?: ModelHead };
  readonly metrics: Readonly<Partial<Record<HeadName, Backtest | Unable>>>;
  readonly findings: readonly Finding[];
}

export interface Training extends BacktestOptions {
  readonly name: string;
  readonly owner: OwnerId;
}

/**
 * Learns both heads from the months of one owner. UserError `insufficient` where fewer tenants left than `leastCases`. A
 * head of arrears that is not better than the scorecard's is left to the scorecard.
 */
export function trainModel(months: readonly TenantMonth[], card: Scorecard, training: Training): ModelFile {
  const { name, owner, leastCases } = training;
  const exits = casesOf(months, 'leave');
  if (exits < leastCases) throw tooFew(months, exits, leastCases);
  const leave = headOf(months, 'leave', card, exits);
  const metrics: { leave: Backtest | Unable; arrears?: Backtest | Unable } = {
    leave: backtest(months, 'leave', card, training),
  };
  const findings = findingsIn('leave', leave);
  const cases = casesOf(months, 'arrears');
  let arrears: ModelHead | undefined;
  if (cases >= leastCases) {
    const judged = backtest(months, 'arrears', card, training);
    metrics.arrears = judged;
    if (mayRank(judged)) {
      arrears = headOf(months, 'arrears', card, cases);
      findings.push(...findingsIn('arrears', arrears));
    }
  }
  return {
    ...{ schema: 2, kind: 'logit', name, owner, scorecard: card.name },
    heads: { leave, ...(arrears && { arrears }) },
    ...{ metrics, findings },
  };
}

/** It was judged, beat the scorecard on both counts, and is not too good to be true. */
export function mayRank(judged: Backtest | Unable | undefined): judged is Backtest {
  return judged !== undefined && isBacktest(judged) && judged.beats && !judged.leaks;
}

function headOf(months: readonly TenantMonth[], head: HeadName, card: Scorecard, cases: number): ModelHead {
  const table = tableOf(months, head);
  const learned = learn(table, head, card, cases);
  const columns = table.features.map((_, at) => {
    return Float64Array.from({ length: table.rows }, (_, row) => table.x[row * table.features.length + at] ?? 0);
  });
  const days = table.day.toSorted();
  return {
    ...learned,
    trainedOn: {
      ...{
        rows: table.rows,
        tenants: new Set(table.tenant).size,
        cases,
        from: days[0] as IsoDay,
        to: days.at(-1) as IsoDay,
      },
      properties: new Set(table.property).size,
    },
    reference: { features: columns.map((of) => binsOf(of)), logits: binsOf(logitsOf(learned, table).logits) },
  };
}

function tooFew(months: readonly TenantMonth[], exits: number, least: number): UserError {
  const days = [...new Set(months.map(({ day }) => day))];
  const more = exits > 0 ? Math.ceil(((least - exits) * days.length) / exits) : undefined;
  const when =
    more === undefined || more > 120
      ? ''
      : `; as it goes, there are enough in about ${more === 1 ? 'a month' : `${more} months`}`;
  return new UserError(
    'insufficient',
    `${exits === 1 ? 'one tenant is' : `${exits} tenants are`} known to have left, in ${days.length} months, and it takes ${least} to learn from${when}`,
    [
      'sophia portfolio import <folder>   with leases of earlier years, notice_on and moved_out_on among them',
      'the scorecard ranks meanwhile: sophia churn analyze --all',
    ],
  );
}

/**
 * What was kept, once it is proved to be of this owner, as it was kept, and free of what may not be weighed. UserError
 * `incompatible` otherwise.
 */
export function openModel(body: string, kept: { readonly hash: string; readonly owner: OwnerId }): ModelFile {
  const refuse = (why: string) =>
    new UserError('incompatible', `this model cannot be used: ${why}`, [
      'sophia churn models rollback   lets what ranked before rank again',
      'sophia churn train   learns another one',
    ]);
  const model = parsed<ModelFile>(body);
  if (model === undefined) throw refuse('it is not JSON');
  if (model.schema !== 2 || model.kind !== 'logit')
    throw refuse(`it is of schema ${String(model.schema)}, kind ${String(model.kind)}, and 2, logit is known`);
  if (fingerprintOf(model) !== kept.hash) throw refuse('it is not what was stored: its hash is another one');
  if (model.owner !== kept.owner) throw refuse(`it was learned from tenants of another owner`);
  for (const head of headNames) {
    const learned = model.heads?.[head];
    if (!learned && head === 'arrears') continue;
    const named: readonly string[] = learned?.features.map(({ name }) => name) ?? [];
    for (const name of named) {
      const stands = protectedName(name);
      if (stands !== undefined) throw refuse(`"${name}" stands for ${stands}, which may not be weighed`);
      if (!Object.hasOwn(features, name)) throw refuse(`"${name}" is not a feature that may be weighed`);
    }
    if (named.join() !== weighable[head].join())
      throw refuse(`its ${head} head has other features, or in another order`);
    const punishing = learned?.features.find(({ name, w }) => punishes(name, w));
    if (punishing) throw refuse(`it lets "${punishing.name}" count for staying: complaints may only help`);
    const numbers = learned?.features.flatMap(({ mean, sd, w }) => [mean, sd, w]) ?? [];
    if (![learned?.intercept, ...numbers].every(Number.isFinite)) throw refuse(`a number of its ${head} head is none`);
  }
  return model as ModelFile;
}

/** What tenants are ranked by, by that model; `stopped`: it may propose nothing. */
export function rankerOf(model: ModelFile, card: Scorecard, stopped: boolean): Ranker {
  const { leave, arrears } = model.heads;
  return {
    ...{ name: model.name, hash: fingerprintOf(model), stopped },
    heads: { leave: rankerHead(leave), arrears: arrears ? rankerHead(arrears) : card.heads.arrears },
  };
}

function rankerHead({ features, intercept, stages: added, calibration }: ModelHead): RankerHead {
  const typical = features.reduce((sum, { w, mean }) => sum + w * mean, intercept);
  const shares = stages.map((stage) => [stage, sigmoid(typical + added[stage])] as const);
  return {
    baseline: sigmoid(typical),
    weights: features
      .filter(({ w }) => w !== 0)
      .map(({ name, w, mean }) => ({ feature: name, logOdds: w, typical: mean })),
    learned: {
      stages: Object.fromEntries(shares) as Record<Stage, number>,
      probability: (logOdds) => calibrated(calibration, logOdds),
    },
  };
}
