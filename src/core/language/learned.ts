import { type Intent, intents } from '../domain/index.ts';
import { type Signs, signsIn } from './features.ts';
import type { Said } from './turn.ts';

/** Learned by `tools/language/learn.mjs`. Weights are in hundredths: one for each intent in their order, then polarity. */
export interface Model {
  readonly bias: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** What a rule found, by intent, and the words. */
export type ByRule = ReadonlyMap<Intent, string>;

export interface Judged {
  readonly intent: Intent;
  /** 0 to 1. */
  readonly chance: number;
  /** What spoke for it most, strongest first. */
  readonly words: readonly string[];
}

/** From this chance on an intent is meant. Below a half: a missed plan to leave costs more than one heard too many. */
export const MEANT = 0.3;
const WORDS_TOLD = 3;
/** A lexicon's score that says something. */
const FELT = 0.05;
const FELT_MUCH = 0.5;

/** Signs of a turn with what rules found in it. */
export function signsOf(said: Said, byRule: ByRule): Signs {
  const signs = new Map(signsIn(said));
  for (const [intent, words] of byRule) signs.set(`R:${intent}`, words);
  return signs;
}

/** How a score of the general lexicon is shown to the model. */
export function feltSign(compound: number): string {
  const strength = Math.abs(compound);
  if (strength < FELT) return 'V:0';
  return `V:${compound < 0 ? '-' : '+'}${strength < FELT_MUCH ? 1 : 2}`;
}

/** Each intent with its chance, in the order of the domain. */
export function judge(signs: Signs, { bias, weights }: Model): readonly Judged[] {
  const known = [...signs].flatMap(([sign, words]) => {
    const weight = Object.hasOwn(weights, sign) ? weights[sign] : undefined;
    return weight ? [{ words, weight }] : [];
  });
  return intents.map((intent, at) => {
    const weighed = known.map(({ words, weight }) => ({ words, points: weight[at] ?? 0 }));
    const sum = weighed.reduce((total, { points }) => total + points, bias[at] ?? 0) / 100;
    const strongest = weighed.filter(({ points }) => points > 0).sort((one, other) => other.points - one.points);
    return { intent, chance: 1 / (1 + Math.exp(-sum)), words: apart(strongest.map(({ words }) => words)) };
  });
}

/** How the speaker feels towards landlord and home, -1 to 1. */
export function polarityOf(signs: Signs, compound: number, { bias, weights }: Model): number {
  const at = intents.length;
  const sum = [...signs.keys(), feltSign(compound)].reduce(
    (total, sign) => total + ((Object.hasOwn(weights, sign) && weights[sign]?.[at]) || 0),
    bias[at] ?? 0,
  );
  return Math.max(-1, Math.min(1, Math.round(sum) / 100));
}

/** The first few that do not say the same again. */
export function apart(all: readonly string[]): readonly string[] {
  const told: string[] = [];
  for (const words of all) {
    if (told.length === WORDS_TOLD) break;
    if (words !== '' && !told.some((each) => each.includes(words) || words.includes(each))) told.push(words);
  }
  return told;
}
