import { type Count, fisherTest, rateOf } from './proportions.ts';

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

/** A rate that lies below four fifths of the highest, by more than chance. */
export interface Disparity {
  readonly by: 'group' | 'property';
  readonly stage: Stage;
  readonly name: string;
  readonly against: string;
  readonly rate: number;
  readonly highest: number;
  readonly ratio: number;
  /** After Holm's correction for all pairs. */
  readonly p: number;
}

export interface FairnessAudit {
  readonly properties: readonly Acted[];
  readonly spread: Readonly<Record<Stage, { readonly lowest: number; readonly highest: number } | null>>;
  readonly groups: readonly Acted[];
  /** Groups of fewer than 5, of which nothing more is told. */
  readonly suppressed: readonly string[];
  /** Pairs that could have been compared, at all stages: which one is the highest is known only afterwards. */
  readonly comparisons: number;
  readonly found: readonly Disparity[];
}

const LEAST = 5;
/** Source: Uniform Guidelines on Employee Selection Procedures 1978, 29 CFR 1607.4 D, as courts lend it to housing. */
const FOUR_FIFTHS = 0.8;
const ALPHA = 0.05;

/**
 * Whether equals were treated as equals: of actions, not of people. Groups are compared at each stage; properties only in
 * what humans decided, as what is proposed follows from how a house is run. Each with the highest rate, by Fisher's exact
 * test, corrected by Holm 1979 (Scand J Stat 6:65-70) for all pairs, as the highest is chosen by the same data: so that
 * where nothing is amiss an alarm is raised in 5 of 100 at most. In 1,500 worlds each
 * without any policy 10 houses of 60 raised one in 1.9 of 100, 20 of 100 in 1.8 (by the number of comparisons made, and not
 * of pairs, in 8.8 and 13.5); 2 groups of 200 in 1.2, 10 of 60 and 20 of 100 in fewer than 1.
 */
export function auditOf(cases: readonly Case[]): FairnessAudit {
  const houses = [...Map.groupBy(cases, ({ property }) => property)].toSorted(byName);
  const named = [...Map.groupBy(cases, ({ group }) => group)].flatMap(([name, of]) =>
    name === undefined ? [] : ([[name, of]] as [string, Case[]][]),
  );
  const groups = named.filter(([, of]) => of.length >= LEAST).toSorted(byName);
  const compared = [
    ...stages.map((stage) => comparisonsOf('group', stage, groups)),
    comparisonsOf('property', 'approved', houses),
  ];
  const comparisons = compared.reduce((sum, { pairs }) => sum + pairs, 0);
  const properties = houses.map(actedOn);
  return {
    properties,
    spread: Object.fromEntries(stages.map((stage) => [stage, spreadOf(properties, stage)])) as FairnessAudit['spread'],
    groups: groups.map(actedOn),
    suppressed: named.flatMap(([name, of]) => (of.length < LEAST ? [name] : [])).toSorted(),
    comparisons,
    found: holm(
      compared.flatMap(({ withHighest }) => withHighest),
      comparisons,
    ).filter(({ ratio, p }) => ratio < FOUR_FIFTHS && p < ALPHA),
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

interface Comparisons {
  readonly pairs: number;
  readonly withHighest: readonly Disparity[];
}

function comparisonsOf(by: Disparity['by'], stage: Stage, all: readonly Named[]): Comparisons {
  const counts = all.map(([name, cases]) => ({ name, ...countOf(cases, stage) })).filter(({ n }) => n >= LEAST);
  const top = counts.toSorted((a, b) => rateOf(b) - rateOf(a))[0];
  const pairs = (counts.length * (counts.length - 1)) / 2;
  if (!top || top.hits === 0) return { pairs, withHighest: [] };
  const withHighest = counts
    .filter(({ name }) => name !== top.name)
    .map((each) => {
      const ratio = rateOf(each) / rateOf(top);
      const rates = { rate: rateOf(each), highest: rateOf(top), ratio };
      return { by, stage, name: each.name, against: top.name, ...rates, p: fisherTest(each, top) };
    });
  return { pairs, withHighest };
}

function holm(compared: readonly Disparity[], hypotheses: number): Disparity[] {
  let worst = 0;
  return compared
    .toSorted((a, b) => a.p - b.p)
    .map((each, at) => {
      worst = Math.max(worst, Math.min(1, each.p * (hypotheses - at)));
      return { ...each, p: worst };
    });
}
