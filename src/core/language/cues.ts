import type { Said, Sentence } from './turn.ts';

/** What a cue bears without losing its meaning; everything else removes it. */
type Bears = 'negation' | 'past' | 'others' | 'question' | 'fantasy';

/** One way to say something. */
export interface Cue {
  readonly says: RegExp;
  /** Must be said as well, anywhere in the turn. */
  readonly beside?: RegExp;
  /** Must not be said in the same sentence. */
  readonly unless?: RegExp;
  readonly bears?: readonly Bears[];
}

/** What makes a turn count for one intent. */
export interface Rule {
  readonly cues: readonly Cue[];
  /** Said anywhere in the turn, it takes the intent away. */
  readonly never?: RegExp;
}

const NUMBERS = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|
  seventy|eighty|ninety`.replace(/\s+/g, '');

/** Sets of words that patterns share. */
const sets: Readonly<Record<string, string>> = {
  household: '(?:my|the) (?:husband|wife|partner|spouse|fianc\\S*|girlfriend|boyfriend|roommates?|family)',
  we: '(?:i|we|me|us|(?:my|the) (?:husband|wife|partner|spouse|fianc\\S*|girlfriend|boyfriend|roommates?|family)(?: and i)?)',
  my: '(?:my|our)',
  be: '(?:am|is|are|was|were|be|been|being)',
  not: '(?:not|no|never|nobody|none|without)',
  home: '(?:places?|apartments?|flats?|homes?|houses?|condos?|cottages?|units?|studios?|townhouses?|buildings?)',
  landlord: '(?:you|your \\S+|the (?:landlord|office|management|manager|company|desk)|management|maintenance|they)',
  number: `(?:\\d+|${NUMBERS}|several|many|a few|a couple of|a dozen)`,
  ordinal: '(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|umpteenth|\\d+(?:nd|rd|th|st))',
  times: `(?:twice|thrice|(?:\\d+|${NUMBERS}|several|many|multiple|a few|a couple of|so many|countless) (?:times|visits|emails|messages|calls|tickets|requests|letters|work orders|treatments|repairs|notes))`,
  month:
    '(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|spring|summer|fall|autumn|winter)',
  weekday: '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thurs?|fri|sat|sun)',
  amount: `(?:\\$\\d+(?:\\.\\d+)?|\\d+(?:\\.\\d+)? (?:dollars?|bucks|percent|euros|pounds)|(?:(?:${NUMBERS}|a) )+(?:hundred|thousand|grand|dollars|bucks|percent)(?: and (?:${NUMBERS}))?|hundred|\\d{3,4})`,
};

/**
 * A pattern over plain words: `{we}` stands for a set of words, ` .. ` for up to four words of the same clause. It begins
 * and ends at whole words; `*` ends an open word.
 */
export function pattern(...ways: readonly string[]): RegExp {
  const sources = ways.map((way) =>
    way
      .replace(/\{(\w+)\}/g, (_, name: string) => sets[name] ?? name)
      .replaceAll(' .. ', ' (?:[^ ,]+ ){0,4}')
      .replace(/(?<=[a-z])\*/g, '[a-z]*'),
  );
  return new RegExp(`(?<![^ ])(?:${sources.join('|')})(?![^ ])`, 'g');
}

/** The words by which a turn says what the rule is about, meant now and by the speaker; `undefined` where it does not. */
export function wordsOf({ cues, never }: Rule, said: Said): string | undefined {
  if (never && found(never, said.whole)) return undefined;
  for (const cue of cues) {
    const words = !cue.beside || found(cue.beside, said.whole) ? saidBy(cue, said) : undefined;
    if (words !== undefined) return words;
  }
  return undefined;
}

function saidBy({ says, unless, bears = [] }: Cue, said: Said): string | undefined {
  for (const sentence of said.sentences) {
    // Most cues are not there: to look costs less than to ask for all that is found, which copies the pattern.
    if (!found(says, sentence.words) || (unless && found(unless, sentence.words))) continue;
    const meant = [...sentence.words.matchAll(says)].find((match) => {
      const scope = scopeOf(match, sentence);
      return removers.every(([form, removes]) => bears.includes(form) || !removes(scope, sentence, said));
    });
    if (meant) return meant[0];
  }
  return undefined;
}

interface Scope {
  /** The clause up to the cue. */
  readonly before: string;
  readonly cue: string;
  /** The clause from the cue on. */
  readonly after: string;
}

/** Characters on either side of a cue in which its clause must lie, so that endless turns stay cheap. */
const NEAR = 300;
const BOUNDARY = / (?:,|but|and|so|because|since|while|though|although|then) /;

function scopeOf(match: RegExpExecArray, { words }: Sentence): Scope {
  const [cue] = match;
  const before =
    ` ${words.slice(Math.max(0, match.index - NEAR), match.index)} `.replace(/ +/g, ' ').split(BOUNDARY).at(-1) ?? '';
  const after =
    ` ${words.slice(match.index + cue.length, match.index + cue.length + NEAR)} `
      .replace(/ +/g, ' ')
      .split(BOUNDARY)[0] ?? '';
  return { before: before.trim(), cue, after: after.trim() };
}

const denied = pattern('(?:not|no|never|nobody|none|without|nothing|hardly|neither|nor|stop|stopped)');
/** A negation that denies nothing. */
const undenied = pattern(
  'not only',
  'no doubt',
  'not to mention',
  'no wonder',
  'not sure',
  'do not know',
  'no idea',
  'no longer',
);
/** After these a negation reaches into the next statement: "I do not think we are leaving". */
const reaches = pattern(
  '(?:not|never|no|nobody) (?:\\S+ )?(?:think|thinking|say|saying|said|believe|mean|way|expect|plan|planning|going|want|wanting|that|because)',
);
const subject = pattern('(?:i|we|you|he|she|they)');
const deniedAfter = /^(?:is|was|were|are|has|have|would|will)(?: been)? (?:not|never|no)\b|^is off the table/;
const long_ago = pattern(
  '(?:years|months) ago',
  'in (?:19|20)\\d\\d',
  'used to',
  'back then',
  '(?:my|our|the|an?) (?:old|last|previous|former|ex) (?:landlord|owner|owners|place|building|apartment|manager|job)',
  'when (?:i|we) (?:was|were|lived|had|got)',
  'nearly',
  'almost',
  'last year',
  'at the time',
  'once (?:had|was|went)',
);
const goes_on = pattern('again', 'still', 'would do it', 'this time', 'now');
const someone_else = pattern(
  `(?<!(?:had|have|got|asked|told|with|from|to|at|by|for) )(?:my|our|the|a|an|her|his|your|that|this|some|half the|their) (?:\\S+ ){0,2}?(?:neighbou?rs?|coworkers?|colleagues?|friends?|boss|cousins?|
    sisters?|brothers?|mother|mom|mum|father|dad|parents|uncle|aunt|couple|guy|guys|lady|woman|man|people|folks|
    tenants?|girl|buddy|floor)(?: (?:in|on|from|across|above|below|next) \\S+(?: door)?)?`.replace(/\n\s*/g, ''),
  '(?<!(?:had|have|got|asked|told|with|from|to|at|by|for|that) )(?:he|she|someone|somebody|everyone|everybody|people|folks)',
);
const oneself = pattern('(?:i|we|{household})');
const taken_up = pattern(
  '(?:he|she|they) (?:is|are) (?:so )?right',
  'i (?:fully |do )?agree',
  'so (?:will|do|am|might|may) (?:i|we)',
  'i (?:think|might|may|will) (?:so too|too|do it|do that|listen)',
);
const fantasy = pattern(
  'if (?:i|we) (?:ever|won|were|had)',
  '(?:would|could) have',
  'wish',
  'one day (?:i|we)',
  'imagine',
  'in another life',
);

/** What takes the meaning out of a cue. */
const removers: readonly (readonly [Bears, (scope: Scope, sentence: Sentence, said: Said) => boolean])[] = [
  ['negation', ({ before, cue, after }) => isDenied(before.replace(undenied, ''), cue) || deniedAfter.test(after)],
  ['past', (_, { words }, { whole }) => found(long_ago, words) && !found(goes_on, whole)],
  [
    'others',
    ({ before }, _, { whole }) => {
      const other = last(someone_else, before);
      return other >= 0 && other > last(oneself, before) && !found(taken_up, whole);
    },
  ],
  ['question', (_, { asked }) => asked],
  ['fantasy', (_, { words }) => found(fantasy, words)],
];

/** A negation holds up to the next subject: in "if it is not fixed we leave" it does not reach the leaving. */
function isDenied(before: string, cue: string): boolean {
  const at = last(denied, before);
  if (at < 0) return false;
  return found(reaches, before.slice(at)) || !found(subject, `${before.slice(at)} ${cue}`);
}

export function found(sign: RegExp, words: string): boolean {
  return words.search(sign) >= 0;
}

/** Where it is said last; -1 when it is not said. */
function last(sign: RegExp, words: string): number {
  return [...words.matchAll(sign)].at(-1)?.index ?? -1;
}
