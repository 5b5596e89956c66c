import type { KeptOut, Source, Stage, Step } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import type { Evidence } from '../../core/ops/proposals/proposed.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import { MIN_COVERAGE, reachOf } from '../../core/risk/index.ts';
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

/** Memory has no room yet, and no weight is stated for engagement: that they are missing is no reproach. */
export function connectable(bySource: Readonly<Record<Source, number>>): [string, number][] {
  return Object.entries(bySource).filter(
    ([source, amount]) => amount > 0 || (source !== 'memory' && source !== 'engagement'),
  );
}

/** For whoever has imported rows and wonders. */
export const UNSTATED = 'No source counts until sources.csv says since when it is complete: sophia portfolio template';

/** What an analysis rests on, and what follows when that is too little. */
export function coverageLines(coverage: Readonly<Record<Source, number>>, capped: boolean, style: Style): string[] {
  const parts = connectable(coverage).map(([source, share]) =>
    share > 0 ? `${source} ${Math.round(share * 100)} %` : style.dim(`${source} not connected`),
  );
  const sum = reachOf(coverage);
  // Cut and not rounded: what falls short must not read as enough.
  const reached = (Math.floor(sum * 10) / 10).toFixed(1);
  return [
    `coverage: ${parts.join(', ')}`,
    ...(sum === 0 ? [UNSTATED] : []),
    ...(capped ? [style.warn(`Sources cover ${reached} of the ${MIN_COVERAGE} needed: nobody is called high.`)] : []),
  ];
}

const keptOut: Readonly<Record<KeptOut, string>> = {
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
