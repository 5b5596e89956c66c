import { type Count, commonRatio, exactTest, type Pair, rateOf } from './proportions.ts';

/** A tenant whom an analysis compared with others, and what was done. */
export interface Case {
  readonly property: string;
  /** As counsel says; absent where nobody does. */
  readonly group?: string | undefined;
  readonly proposed: boolean;
  readonly decision: 'approved' | 'rejected' | null;
  /** From the trigger to the decision; null while nobody has decided. */
  readonly hours: number | null;
  /** A renewal offer against the rent, in percent; null where none is known. */
  readonly offered: number | null;
}

/** Of all who were compared who was proposed; of those decided upon who was approved; of all compared who was offered something. */
export const stages = ['proposed', 'approved', 'offered'] as const;
export type Stage = (typeof stages)[number];

export interface Acted {
  readonly name: string;
  readonly compared: number;
  /** Null below 5: a rate of fewer is a fact about persons. */
  readonly rates: Readonly<Record<Stage, number | null>>;
  /** Of those proposed; undecided ones count as without end, which null is. */
  readonly response: {
    readonly n: number;
    readonly open: number;
    readonly median: number | null;
    readonly p90: number | null;
  };
  /** Renewal offers against the rent, in percent. */
  readonly value: { readonly n: number; readonly median: number } | null;
}

/** A rate that lies below four fifths of another, by more than chance. */
export interface Disparity {
  readonly by: 'group' | 'property';
  readonly stage: Stage;
  readonly name: string;
  /** Of those against which it is found the one of the highest rate, of 2 % of all compared or more where one is. */
  readonly against: string;
  /** Of both, over all properties. */
  readonly rate: number;
  readonly highest: number;
  /** Of these two rates. */
  readonly crude: number;
  /** Of groups, the ratio within properties; of properties, `crude`. */
  readonly ratio: number;
  /** After Holm's correction for all pairs of groups, or of properties. */
  readonly p: number;
  /** The part that `against` is of all that were compared. */
  readonly share: number;
}

export interface FairnessAudit {
  readonly properties: readonly Acted[];
  readonly spread: Readonly<Record<Stage, { readonly lowest: number; readonly highest: number } | null>>;
  readonly groups: readonly Acted[];
  /** Groups of fewer than 5, of which nothing more is told. */
  readonly suppressed: readonly string[];
  /** Pairs that were compared, at all stages. */
  readonly comparisons: number;
  readonly found: readonly Disparity[];
  /** Groups that are unlike as a whole, and not within properties, or in none together: it lies in where they live. No finding. */
  readonly between: readonly Disparity[];
}

const LEAST = 5;
/** Source: Uniform Guidelines on Employee Selection Procedures 1978, 29 CFR 1607.4 D, as courts lend it to housing. */
const FOUR_FIFTHS = 0.8;
/** As little of all that are compared is no reference where there are others. Source: the same, 1607.4 D and 1607.15 A(2)(a). */
const REFERENCE_SHARE = 0.02;
const ALPHA = 0.05;

/**
 * Whether equals were treated as equals: of actions, not of people. Groups are compared at each stage, within properties,
 * as houses differ in what is proposed and who decides; properties only in what humans decided, as what is proposed
 * follows from how a house is run. All pairs, by an exact test, corrected by Holm 1979 (Scand J Stat 6:65-70), groups and
 * properties each by themselves, so that many houses do not hide what is done to a group: where nothing is amiss an alarm is
 * raised in 5 of 100 at most for groups, and so for houses. In 1,500 worlds each without any policy, for groups and for
 * houses: 2 groups in 2 houses of 60, 2.5 and 2.8 of 100; 2 groups in 10 of 40, 3.9 and 2.7; 5 groups in 10 of 60, 2.9 and
 * 2.9; no groups in 20 of 100, 2.0.
 */
export function auditOf(cases: readonly Case[]): FairnessAudit {
  const houses = [...Map.groupBy(cases, ({ property }) => property)].toSorted(byName);
  const named = [...Map.groupBy(cases, ({ group }) => group)].flatMap(([name, of]) =>
    name === undefined ? [] : ([[name, of]] as [string, Case[]][]),
  );
  const groups = named.filter(([, of]) => of.length >= LEAST).toSorted(byName);
  const ofGroups = stages.flatMap((stage) => comparisonsOf('group', stage, groups, withinHouses));
  const ofHouses = comparisonsOf('property', 'approved', houses, asAWhole);
  const properties = houses.map(actedOn);
  const found = [...foundIn(ofGroups), ...foundIn(ofHouses)];
  const whole = foundIn(stages.flatMap((stage) => comparisonsOf('group', stage, groups, asAWhole)));
  return {
    properties,
    spread: Object.fromEntries(stages.map((stage) => [stage, spreadOf(properties, stage)])) as FairnessAudit['spread'],
    groups: groups.map(actedOn),
    suppressed: named.flatMap(([name, of]) => (of.length < LEAST ? [name] : [])).toSorted(),
    comparisons: ofGroups.length + ofHouses.length,
    found,
    between: whole.filter((each) => !found.some(({ stage, name }) => stage === each.stage && name === each.name)),
  };
}

type Named = readonly [name: string, cases: readonly Case[]];

function byName([a]: Named, [b]: Named): number {
  return a < b ? -1 : 1;
}

function actedOn([name, cases]: Named): Acted {
  const proposed = cases.filter(({ proposed }) => proposed);
  const hours = proposed.map(({ hours }) => hours ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const offers = cases.flatMap(({ offered }) => offered ?? []).toSorted((a, b) => a - b);
  return {
    ...{ name, compared: cases.length },
    rates: Object.fromEntries(
      stages.map((stage) => {
        const count = countOf(cases, stage);
        return [stage, count.n < LEAST ? null : rateOf(count)];
      }),
    ) as Acted['rates'],
    response: {
      n: proposed.length,
      open: hours.filter((each) => !Number.isFinite(each)).length,
      ...{ median: ended(rank(hours, 0.5)), p90: ended(rank(hours, 0.9)) },
    },
    value: offers.length < LEAST ? null : { n: offers.length, median: rank(offers, 0.5) ?? 0 },
  };
}

function countOf(cases: readonly Case[], stage: Stage): Count {
  const decided = cases.filter(({ decision }) => decision !== null);
  const approved = decided.filter(({ decision }) => decision === 'approved').length;
  if (stage === 'approved') return { n: decided.length, hits: approved };
  return { n: cases.length, hits: stage === 'offered' ? approved : cases.filter(({ proposed }) => proposed).length };
}

/** Nearest rank, as every quantile that sophia tells. */
function rank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function ended(hours: number | undefined): number | null {
  return hours === undefined || !Number.isFinite(hours) ? null : hours;
}

function spreadOf(properties: readonly Acted[], stage: Stage) {
  const rates = properties.flatMap(({ rates }) => rates[stage] ?? []);
  return rates.length < 2 ? null : { lowest: Math.min(...rates), highest: Math.max(...rates) };
}

/** Which parts of two are compared with each other. */
type Strata = (one: readonly Case[], other: readonly Case[], stage: Stage) => Pair[];

const asAWhole: Strata = (one, other, stage) => [[countOf(one, stage), countOf(other, stage)]];

const withinHouses: Strata = (one, other, stage) => {
  const there = Map.groupBy(other, ({ property }) => property);
  return [...Map.groupBy(one, ({ property }) => property)].map(
    ([property, here]): Pair => [countOf(here, stage), countOf(there.get(property) ?? [], stage)],
  );
};

function comparisonsOf(by: Disparity['by'], stage: Stage, all: readonly Named[], strataOf: Strata): Disparity[] {
  const counts = all
    .map(([name, cases]) => ({ name, cases, whole: countOf(cases, stage) }))
    .filter(({ whole }) => whole.n >= LEAST);
  const total = counts.reduce((sum, { whole }) => sum + whole.n, 0);
  return counts.flatMap((one, at) =>
    counts.slice(at + 1).flatMap((other): Disparity[] => {
      const strata = strataOf(one.cases, other.cases, stage);
      // Two of whom no house holds both cannot be compared within houses, and take nothing from those who can.
      if (!strata.some(([here, there]) => here.n > 0 && there.n > 0)) return [];
      const ratio = commonRatio(strata);
      const [worse, better] = ratio < 1 ? [one, other] : [other, one];
      const [rate, highest] = [rateOf(worse.whole), rateOf(better.whole)];
      const told = {
        ...{ by, stage, name: worse.name, against: better.name, rate, highest, crude: rate / highest },
        ...{ ratio: ratio < 1 ? ratio : 1 / ratio, p: exactTest(strata), share: better.whole.n / total },
      };
      return [told];
    }),
  );
}

/** Of each that is worse off at a stage the one pair that tells most. */
function foundIn(compared: readonly Disparity[]): Disparity[] {
  const isReference = ({ share }: Disparity) => (share >= REFERENCE_SHARE ? 1 : 0);
  const found = holm(compared)
    .filter(({ ratio, p }) => ratio < FOUR_FIFTHS && p < ALPHA)
    .toSorted((a, b) => isReference(b) - isReference(a) || b.highest - a.highest);
  const first = Map.groupBy(found, ({ stage, name }) => `${stage} ${name}`);
  return [...first.values()].flatMap(([most]) => most ?? []).toSorted((a, b) => a.p - b.p);
}

function holm(compared: readonly Disparity[]): Disparity[] {
  let worst = 0;
  return compared
    .toSorted((a, b) => a.p - b.p)
    .map((each, at) => {
      worst = Math.max(worst, Math.min(1, each.p * (compared.length - at)));
      return { ...each, p: worst };
    });
}
