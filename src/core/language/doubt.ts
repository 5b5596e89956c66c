import type { SensitiveClass } from '../privacy/index.ts';
import { type Signs, signsIn } from './features.ts';
import { apart, type Model } from './learned.ts';
import { privateSigns } from './private.ts';
import type { Said } from './turn.ts';

/** The order in which `tools/language/learn.mjs` learns them, after whether a turn is to be kept out at all. */
const classes: readonly SensitiveClass[] = [
  'accommodation',
  'medical',
  'pregnancy',
  'children',
  'immigration',
  'domestic_violence',
];

/** What no term tells and a turn is kept out for all the same. */
export interface Doubt {
  /** The likeliest class. */
  readonly is: SensitiveClass;
  /** That it is any of them, 0 to 1. */
  readonly chance: number;
  /** What spoke for it most, strongest first. */
  readonly words: readonly string[];
}

/** From this chance on a turn is kept out: low, as a missed one is the worst error and a false one costs one turn. */
const IN_DOUBT = 0.3;

/** Signs of a turn for `doubtOf`, for who learns. Words that only stand near each other tell more of a home than of a life. */
export function privateSignsOf(said: Said): string[] {
  return [...signsIn(said).keys(), ...privateSigns(said).keys()].filter((sign) => !sign.startsWith('c:'));
}

/** Whether an English turn may tell of somebody's life in words that no term knows; `signs` are those of `signsOf`. */
export function doubtOf(said: Said, signs: Signs, { bias, weights }: Model): Doubt | undefined {
  const known = [...signs, ...privateSigns(said)].flatMap(([sign, words]) => {
    const weight = Object.hasOwn(weights, sign) ? weights[sign] : undefined;
    return weight ? [{ words, weight }] : [];
  });
  const sum = (at: number) => known.reduce((total, { weight }) => total + (weight[at] ?? 0), bias[at] ?? 0) / 100;
  const chance = 1 / (1 + Math.exp(-sum(0)));
  if (chance < IN_DOUBT) return undefined;
  const [likeliest] = classes
    .map((is, at) => ({ is, points: sum(at + 1) }))
    .sort((one, other) => other.points - one.points);
  if (!likeliest) return undefined;
  const strongest = known
    .flatMap(({ words, weight: [points = 0] }) => (points > 0 ? [{ words, points }] : []))
    .sort((one, other) => other.points - one.points);
  return { is: likeliest.is, chance, words: apart(strongest.map(({ words }) => words)) };
}
