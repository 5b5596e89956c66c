import { classOf, shapeOf } from './classes.ts';
import { tongueWords } from './tongue.ts';

/** Words that hold English sentences together; what property talk is made of stands in classes.ts. */
const english = new Set(
  `the and is are was were i you it he she they we my your our this that these those of to for with from at by as be been
  am have has had do does did will would can could should not yes if when what who how why where which there here but
  or so in on out up down off about after before me us them him her his its their just still again please thanks thank
  hello hi sorry an any some all more than then now get got need want know think going i'm it's don't can't won't didn't
  isn't we're i've that's there's i'd i'll doesn't im dont cant wont today tomorrow yesterday one two three nobody never
  see upstairs downstairs you're a no hey ok okay yeah uh um into over under because too very really way much many like
  make take give let put use find keep try only also well good bad new old next last first other same every each both
  people thing things everything anything something everyone anyone someone nobody always maybe until since without
  around through behind between during wasn't weren't haven't hasn't hadn't couldn't wouldn't shouldn't aren't he's
  she's they're they've you've you'll we've we'll we'd what's who's where's let's y'all gonna gotta wanna plz pls thx`.split(
    /\s+/,
  ),
);

const MOST = 0.5;
/** So many words with hardly an English one are another language. */
const ENOUGH_WORDS = 4;
const HARDLY = 0.25;

/**
 * Whether a turn is mostly English, so that an English lexicon may judge it. Broken English and a borrowed word are
 * English; a turn too short to tell, such as a name, is too, as long as its script is Latin.
 */
export function isEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return true;
  if (letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length / letters.length < MOST) return false;
  const words = wordsIn(text);
  const count = (is: (word: string) => boolean) => words.filter(is).length;
  const joining = count((word) => english.has(word));
  // Property talk travels: a lease is a "lease" in many a language, so its words tell less than those that join.
  const topic = count((word) => !english.has(word) && !isForeign(word) && classOf(word, shapeOf(word)) !== undefined);
  const other = count((word) => !english.has(word) && isForeign(word));
  if (joining === 0 && other === 0) return words.length < ENOUGH_WORDS || topic > 0 || isKnownShape(words);
  if (other === 0)
    return words.length < ENOUGH_WORDS || (joining + topic) / words.length >= HARDLY || isKnownShape(words);
  return joining + topic / 2 >= other && joining > 0;
}

/** Words as a reader of any language sees them, in lower case. */
export function wordsIn(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/\p{L}[\p{L}\p{M}]*(?:'\p{L}+)*/gu) ?? []
  );
}

/** A word of another language, or with a letter that English does not write: it tells as much. */
function isForeign(word: string): boolean {
  return tongueWords.has(word) || /[^a-z']/.test(word);
}

/** English endings, for telegrams without one joining word: "Dripping tap kitchen", "roaches everywhere". */
function isKnownShape(words: readonly string[]): boolean {
  return words.some((word) => /(?:ing|tion|ed|ly|ness|ment|ght|sh|ck)s?$/.test(word));
}
