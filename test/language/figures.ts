import { type Intent, intents } from '../../src/core/domain/index.ts';
import { type Language, openLanguage } from '../../src/core/language/index.ts';
import golden from '../../src/core/language/resident.golden.json' with { type: 'json' };
import own from '../../src/core/language/resident.own.json' with { type: 'json' };

export interface Labelled {
  readonly text: string;
  readonly labels: readonly string[];
  /** `null` on another language. */
  readonly polarity: number | null;
  readonly redact: readonly string[];
  readonly language: string;
  readonly note?: string;
}

const ofSet = (name: string): readonly Labelled[] => own.filter(({ set }) => set === name);

/** Labelled turns by the part that they had in the making. */
export const sets = {
  /** In view when rules were written, and learned from. */
  dev: golden as readonly Labelled[],
  /** Learned from: own ones, and 400 (ids `ra-`, `rb-`) by two who knew the guide and dev and not the program. */
  learned: ofSet('learned'),
  /** Own ones, written before anything was changed; never learned from, and looked at as figures alone. */
  held: ofSet('held'),
  /** Own ones in uncommon words, written and first measured before the lexicon was broadened; never learned from. */
  hard: ofSet('hard'),
  /** Own ones, written and first measured when nothing was changed any more; never learned from. */
  last: ofSet('last'),
  /** Own ones, written blind before forms.txt; by the same author as that, and never learned from. */
  fresh: ofSet('fresh'),
  /** Somebody else's, in the manner of dev, and looked at as figures alone; its ids are `rc-`, and two sets like it went into `learned`. */
  blind: ofSet('blind'),
  /** By another one of whom the same is true, who wrote as plainly as dev is written; ids `rd2-`. */
  plain: ofSet('plain'),
} as const;

type Found = Labelled &
  Pick<ReturnType<Language['hear']>, 'english' | 'sensitive'> & {
    readonly told: ReturnType<Language['tell']>;
    readonly meant: readonly string[];
  };

export interface Count {
  readonly hit: number;
  readonly wrong: number;
  readonly missed: number;
}

export const f1 = ({ hit, wrong, missed }: Count) => (2 * hit) / (2 * hit + wrong + missed || 1);

export interface Figures {
  readonly scored: readonly Found[];
  readonly byIntent: readonly (Count & { readonly intent: Intent })[];
  readonly macro: number;
  readonly quiet: readonly Found[];
  readonly falseAlarms: readonly Found[];
  readonly exact: number;
  /** Turns with something to keep out, those of them that were not, and others that were. */
  readonly redacted: readonly Found[];
  readonly notKeptOut: readonly Found[];
  readonly keptOutWrongly: readonly Found[];
  readonly wrongLanguage: readonly Found[];
  /** Share of polarities on the right side, and their mean error. */
  readonly side: number;
  readonly error: number;
}

export async function measure(turns: readonly Labelled[]): Promise<Figures> {
  const language = await openLanguage();
  const heard = turns.map((turn): Found => {
    const { english, sensitive, labels } = language.hear(turn.text);
    return { ...turn, english, sensitive, told: language.tell(turn.text), meant: labels };
  });
  const scored = heard.filter(({ language: spoken, redact }) => spoken === 'en' && redact.length === 0);
  const quiet = scored.filter(({ labels }) => labels.length === 0);
  const byIntent = intents.map((intent) => ({ intent, ...countOf(scored, intent) }));
  const redacted = heard.filter(({ redact }) => redact.length > 0);
  const share = (all: readonly Found[], is: (turn: Found) => boolean) => all.filter(is).length / all.length;
  return {
    ...{ scored, byIntent, quiet, redacted, macro: macroOf(scored) },
    falseAlarms: quiet.filter(({ meant }) => meant.length > 0),
    exact: share(scored, ({ labels, meant }) => labels.join() === meant.join()),
    notKeptOut: redacted.filter(({ english, sensitive }) => english && sensitive.length === 0),
    keptOutWrongly: scored.filter(({ sensitive }) => sensitive.length > 0),
    wrongLanguage: heard.filter(({ english, language: spoken }) => english !== (spoken === 'en')),
    side: share(scored, ({ polarity, told }) => sideOf(polarity) === sideOf(told.polarity)),
    error:
      scored.reduce((sum, { polarity, told }) => sum + Math.abs((polarity ?? 0) - (told.polarity ?? 0)), 0) /
      scored.length,
  };
}

function sideOf(polarity: number | null): number {
  if (polarity === null) return Number.NaN;
  return polarity < -0.15 ? -1 : polarity > 0.15 ? 1 : 0;
}

function countOf(turns: readonly Found[], intent: Intent): Count {
  const count = (said: boolean, heard: boolean) =>
    turns.filter(({ labels, meant }) => labels.includes(intent) === said && meant.includes(intent) === heard).length;
  return { hit: count(true, true), wrong: count(false, true), missed: count(true, false) };
}

export function macroOf(turns: readonly Found[]): number {
  return intents.reduce((sum, intent) => sum + f1(countOf(turns, intent)), 0) / intents.length;
}

const Z = 1.96;

/** Wilson's interval of `k` in `n`. */
export function wilson(k: number, n: number): readonly [number, number] {
  const p = k / n;
  const half = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  return [(p + Z ** 2 / (2 * n) - half) / scale, (p + Z ** 2 / (2 * n) + half) / scale];
}

/** What a statistic comes to between its 2.5th and 97.5th percentile, over turns drawn again from a fixed seed. */
export function bootstrap(
  turns: readonly Found[],
  statistic: (turns: readonly Found[]) => number,
  draws = 2000,
): readonly [number, number] {
  let state = 20261126;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const drawn = Array.from({ length: draws }, () =>
    statistic(turns.flatMap(() => turns[next(turns.length)] ?? [])),
  ).sort((one, other) => one - other);
  return [drawn[Math.floor(draws * 0.025)] ?? 0, drawn[Math.ceil(draws * 0.975) - 1] ?? 0];
}

export const f1Of = (intent: Intent) => (turns: readonly Found[]) => f1(countOf(turns, intent));
