import type { KeptOut, Silence, Source, Stage, Step } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import type { Evidence } from '../../core/ops/proposals/proposed.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import type { Since } from '../../core/ops/since.ts';
import { type Attribution, covered, MIN_COVERAGE, reachOf, trendOf } from '../../core/risk/index.ts';
import type { Style } from '../style.ts';

export const steps: Record<Step, string> = {
  renewal_call: 'call about the renewal this week',
  service_check_in: 'a service call within two weeks',
  watch: 'ask how they are at the next contact',
  none: '',
};

export function toGo(stage: Stage): string {
  return stage === 'month to month' ? stage : `${stage} to go`;
}

export function peersOf(peers: number): string {
  return peers === 0 ? 'no peer' : plural(peers, 'peer');
}

/** The part of an index that is nobody's own. With few neighbours it is large, as the usual tenant weighs in. */
export function sharedBy(peers: number): string {
  return peers === 0 ? 'a house with nobody else at that stage' : 'shared by all here at that stage';
}

/** How a property is called, and its own id where that is another word. */
export function titleOf({ name, key }: { readonly name: string; readonly key: string }, style: Style): string[] {
  return [style.bold(style.fit(name, 26)), ...(key === name ? [] : [style.fit(key, 24)])];
}

/** For whoever has imported rows and wonders. */
export const UNSTATED = 'No source counts until sources.csv says since when it is complete: sophia portfolio template';

interface Grounds {
  readonly coverage: Readonly<Record<Source, number>>;
  readonly capped: boolean;
  readonly ledgerSilent: Silence | null;
}

/** Coverage is what is stated; that nothing comes is told beside it. */
export function silenceLine({ newest }: Silence): string {
  return newest
    ? `Nothing of the ledger since ${newest}: what is owed since then is not seen.`
    : 'Nothing of the ledger, though it is stated connected: what is owed is not seen.';
}

/** What an analysis rests on, and what follows when that is too little. */
export function coverageLines({ coverage, capped, ledgerSilent }: Grounds, style: Style): string[] {
  const sum = reachOf(coverage);
  // Cut and not rounded: what falls short must not read as enough.
  const reached = (Math.floor(sum * 10) / 10).toFixed(1);
  return [
    `coverage: ${covered(coverage).join(', ')}`,
    ...(sum === 0 ? [UNSTATED] : []),
    ...(ledgerSilent ? [style.warn(silenceLine(ledgerSilent))] : []),
    ...(capped ? [style.warn(`Sources cover ${reached} of the ${MIN_COVERAGE} needed: nobody is called high.`)] : []),
  ];
}

/** For wherever an index by a model beyond its limits is shown. */
export function stoppedLine(model: string): string {
  return `Tenants are no longer as those that ${model} learned from: it proposes nothing.`;
}

/** What is learned as leaving, as `docs/risk.md` defines it, and how likely it is. */
export function leavesWithin(p90: number): string {
  return `Gives notice or goes in 90 days, or does not renew a lease that ends in them: ${(p90 * 100).toFixed(1)} %`;
}

/** For wherever points would stand, of a model that cannot tell any. */
export const UNTOLD_POINTS = 'no exact attribution: what the model makes of a fact cannot be told';

/** For wherever an index by a model of another program is shown. */
export function unattributedLines({ leave, arrears }: Attribution, model: string): string[] {
  if (leave === 'exact')
    return arrears === 'exact' ? [] : [`Arrears by ${model}: no exact attribution, so no points are shown.`];
  return [
    `No exact attribution: what ${model} makes of a fact cannot be told.`,
    'A proposal must say why, so it proposes nothing.',
  ];
}

/** How an index has changed since the last analysis: of which day that was, and who had it made. */
export function sinceLine({ asOf, by, run, change: isOf, model }: Since, change: number | null, style: Style): string {
  const last = `the analysis of ${asOf} by ${style.fit(by, 18)}`;
  return isOf === null ? `${style.text(model)} made ${last}: not compared` : `${trendOf(change)} since ${last}, ${run}`;
}

export const keptOut: Readonly<Record<KeptOut, string>> = {
  sensitive: 'about what fair housing protects: for a human to see to',
  not_english: 'not in English',
  hardship: 'about money that is short: help, not a score',
  habitability: 'about a home not fit to live in: mend it, not a score',
  competitor: 'about another landlord and a price',
  speakers_unclear: 'with speakers that cannot be told apart',
};

/** What was heard or reported and not scored, and why. */
export function keptOutLines(counts: Readonly<Partial<Record<KeptOut, number>>>): string[] {
  const entries = Object.entries(counts) as [KeptOut, number][];
  return entries.map(([reason, n]) => `not scored: ${n} ${keptOut[reason]}`);
}

/** How a row is named in words, with the customer's own id, and ours. */
export function traced(evidence: Evidence, style: Style): string {
  const { id, key } = evidence;
  return [dated(evidence), ...(key ? [style.text(key)] : []), id].join('  ');
}
