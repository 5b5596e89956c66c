/** Mean valence of each token, -4 to 4. */
export type Lexicon = Readonly<Record<string, number>>;

// Constants of the paper and its reference implementation.
const BOOST = 0.293;
const CAPS = 0.733;
const NEGATION = -0.74;
const ALPHA = 15;

const boosters: ReadonlyMap<string, number> = new Map([
  ...words(
    `absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously
    entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking
    fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible
    incredibly intensely major majorly more most particularly purely quite really remarkably so substantially
    thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very`,
  ).map((word) => [word, BOOST] as const),
  ...words(
    `almost barely hardly kinda kindof less little marginal marginally occasional occasionally partly scarce scarcely
    slight slightly somewhat sorta sortof`,
  ).map((word) => [word, -BOOST] as const),
  ...['just enough', 'kind of', 'kind-of', 'sort of', 'sort-of'].map((phrase) => [phrase, -BOOST] as const),
]);

const negations: ReadonlySet<string> = new Set(
  words(
    `aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't didn't doesn't dont hadnt
    hasnt havent isnt mightnt mustnt neither don't hadn't hasn't haven't isn't mightn't mustn't neednt needn't never
    none nope nor not nothing nowhere oughtnt shant shouldnt uhuh wasnt werent oughtn't shan't shouldn't uh-uh wasn't
    weren't without wont wouldnt won't wouldn't rarely seldom despite`,
  ),
);

/** Phrases whose words do not add up to what they say. */
const idioms: Readonly<Record<string, number>> = {
  'the shit': 3,
  'the bomb': 3,
  'bad ass': 1.5,
  badass: 1.5,
  'bus stop': 0,
  'yeah right': -2,
  'kiss of death': -1.5,
  'to die for': 3,
  'beating heart': 3.1,
  'broken heart': -2.9,
};

/**
 * VADER's compound score of one text, -1 to 1; 0 for a text without known words.
 * Source: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text",
 * ICWSM 2014; constants and order of rules as in the authors' implementation. Emoji are not translated.
 */
export function compound(text: string, lexicon: Lexicon): number {
  const tokens = tokensOf(text);
  const lower = tokens.map((token) => token.toLowerCase());
  const shouting = isMixedCase(tokens);
  const valences = tokens.map((_, at) => valenceAt(at, { tokens, lower, shouting, lexicon }));
  const weighed = afterBut(valences, lower);
  if (weighed.length === 0) return 0;
  const sum = weighed.reduce((total, valence) => total + valence, 0);
  const emphasis = exclamations(text) + questions(text);
  const total = sum > 0 ? sum + emphasis : sum < 0 ? sum - emphasis : sum;
  const score = total / Math.sqrt(total * total + ALPHA);
  return Math.max(-1, Math.min(1, score));
}

interface Sentence {
  readonly tokens: readonly string[];
  readonly lower: readonly string[];
  /** Some words are in capitals and some are not. */
  readonly shouting: boolean;
  readonly lexicon: Lexicon;
}

function valenceAt(at: number, sentence: Sentence): number {
  const { tokens, lower, shouting, lexicon } = sentence;
  const word = lower[at] ?? '';
  if (boosters.has(word) || (word === 'kind' && lower[at + 1] === 'of')) return 0;
  if (!Object.hasOwn(lexicon, word)) return 0;
  let valence = lexicon[word] ?? 0;
  // "no" denies the known word that follows; elsewhere it carries its own weight.
  if (word === 'no' && Object.hasOwn(lexicon, lower[at + 1] ?? '')) valence = 0;
  if (
    lower[at - 1] === 'no' ||
    lower[at - 2] === 'no' ||
    (lower[at - 3] === 'no' && (lower[at - 1] === 'or' || lower[at - 1] === 'nor'))
  )
    valence = (lexicon[word] ?? 0) * NEGATION;
  if (shouting && isShouted(tokens[at] ?? '')) valence += valence > 0 ? CAPS : -CAPS;
  for (let back = 0; back < 3; back++) {
    const before = lower[at - back - 1];
    if (before === undefined || Object.hasOwn(lexicon, before)) continue;
    const damping = [1, 0.95, 0.9][back] ?? 1;
    valence += boostOf(tokens[at - back - 1] ?? '', valence, shouting) * damping;
    valence = negated(valence, lower, at, back);
    if (back === 2) valence = idiomatic(valence, lower, at);
  }
  return leastChecked(valence, sentence, at);
}

function boostOf(token: string, valence: number, shouting: boolean): number {
  const boost = boosters.get(token.toLowerCase());
  if (boost === undefined) return 0;
  const signed = valence < 0 ? -boost : boost;
  if (!shouting || !isShouted(token)) return signed;
  return valence > 0 ? signed + CAPS : signed - CAPS;
}

function negated(valence: number, lower: readonly string[], at: number, back: number): number {
  const [one, two, three] = [lower[at - 1], lower[at - 2], lower[at - 3]];
  const isSo = (word: string | undefined) => word === 'so' || word === 'this';
  if (back === 0) return isNegation(one) ? valence * NEGATION : valence;
  if (back === 1) {
    if (two === 'never' && isSo(one)) return valence * 1.25;
    if (two === 'without' && one === 'doubt') return valence;
    return isNegation(two) ? valence * NEGATION : valence;
  }
  // As the authors' implementation reads it: "so" and "this" right before the word strengthen it, "never" or not.
  if ((three === 'never' && isSo(two)) || isSo(one)) return valence * 1.25;
  if (three === 'without' && (two === 'doubt' || one === 'doubt')) return valence;
  return isNegation(three) ? valence * NEGATION : valence;
}

function isNegation(word: string | undefined): boolean {
  return word !== undefined && (negations.has(word) || word.includes("n't"));
}

/** "least" before a word turns it round, unless it is "at least" or "very least". */
function leastChecked(valence: number, { lower, lexicon }: Sentence, at: number): number {
  const [one, two] = [lower[at - 1], lower[at - 2]];
  if (one !== 'least' || Object.hasOwn(lexicon, 'least')) return valence;
  return two === 'at' || two === 'very' ? valence : valence * NEGATION;
}

function idiomatic(valence: number, lower: readonly string[], at: number): number {
  const phrase = (from: number, to: number) => lower.slice(from, to + 1).join(' ');
  const around = [
    phrase(at - 1, at),
    phrase(at - 2, at),
    phrase(at - 2, at - 1),
    phrase(at - 3, at - 1),
    phrase(at - 3, at - 2),
  ];
  let result = valence;
  const found = around.find((each) => Object.hasOwn(idioms, each));
  if (found !== undefined) result = idioms[found] ?? result;
  for (const ahead of [phrase(at, at + 1), phrase(at, at + 2)])
    if (ahead !== lower[at] && Object.hasOwn(idioms, ahead)) result = idioms[ahead] ?? result;
  for (const each of [phrase(at - 3, at - 1), phrase(at - 3, at - 2), phrase(at - 2, at - 1)])
    result += boosters.get(each) ?? 0;
  return result;
}

/** After "but" counts half as much again, before it half. */
function afterBut(valences: readonly number[], lower: readonly string[]): number[] {
  const but = lower.indexOf('but');
  if (but < 0) return [...valences];
  return valences.map((valence, at) => (at < but ? valence * 0.5 : at > but ? valence * 1.5 : valence));
}

function exclamations(text: string): number {
  return Math.min(text.split('!').length - 1, 4) * 0.292;
}

function questions(text: string): number {
  const marks = text.split('?').length - 1;
  if (marks <= 1) return 0;
  return marks <= 3 ? marks * 0.18 : 0.96;
}

/** Words as they stand between spaces, without the punctuation around them; an emoticon keeps its own. */
function tokensOf(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((token) => token !== '')
    .map((token) => {
      const bare = token.replace(/^[!-/:-@[-`{-~]+|(?<![!-/:-@[-`{-~])[!-/:-@[-`{-~]+$/g, '');
      return bare.length <= 2 ? token : bare;
    });
}

function isMixedCase(tokens: readonly string[]): boolean {
  const shouted = tokens.filter(isShouted).length;
  return shouted > 0 && shouted < tokens.length;
}

function isShouted(token: string): boolean {
  return token === token.toUpperCase() && token !== token.toLowerCase();
}

function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
