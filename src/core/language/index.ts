import { type Intent, intents, type KeptOut, type Turn } from '../domain/index.ts';
import { type SensitiveClass, sensitiveClasses, sensitiveWords } from '../privacy/index.ts';
import { mentionsCompetitor } from './competitor.ts';
import { doubtOf } from './doubt.ts';
import { isEnglish, wordsIn } from './english.ts';
import { intentsByRule } from './intents.ts';
import { type Judged, judge, MEANT, type Model, polarityOf, signsOf } from './learned.ts';
import { areSpeakersUnclear } from './speakers.ts';
import { guessTongue } from './tongue.ts';
import { read } from './turn.ts';
import { compound, type Lexicon } from './vader.ts';

export type { SensitiveClass } from '../privacy/index.ts';
export { isEnglish, mentionsCompetitor };

/** What is drawn from a call: numbers and labels, never words. */
export interface CallFeatures {
  /** Resident turns that were scored. */
  readonly residentTurns: number;
  /** Mean compound score of those turns, -1 to 1; absent when there was none. */
  readonly sentiment?: number;
  /** Over English resident turns without a sensitive class, in the order of the domain. */
  readonly intents: readonly Intent[];
  /** Resident turns that were not scored, each under the gravest of its reasons; a reason without turns is left out. */
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>>;
  /** Hardship or an unfit home was told of, in whatever else the turn says; left out when not. Never a matter of a score. */
  readonly inNeed?: true;
}

/** What one turn tells. */
export interface Heard {
  readonly english: boolean;
  readonly sensitive: readonly SensitiveClass[];
  /** Empty when the turn is sensitive or not English: nothing may be concluded from it. */
  readonly labels: readonly Intent[];
  /** Tells of hardship or an unfit home, be the turn sensitive or not: who needs help is not to be passed over for that. */
  readonly inNeed: boolean;
  /** Another building or landlord is named with a price. */
  readonly competitor: boolean;
}

/** What a person is shown of one turn: all that is heard in it, be it scored or not, and why. */
export interface Told {
  /** What the whole text means. On a sensitive turn no score sees it; of another language it is not known. */
  readonly labels: readonly Intent[];
  /** -1 to 1; `null` where the language is not English: unscored, which is not neutral. */
  readonly polarity: number | null;
  readonly redact: readonly SensitiveClass[];
  /** ISO 639-1, a best guess; `und` where nothing tells. */
  readonly language: string;
  /** For each label and class what in the text led to it, and what a score makes of the turn. */
  readonly because: readonly string[];
}

/** Sentiment and intents of what residents say. Text only, English only; the sentiment is a weak signal. */
export interface Language {
  /** Agents' turns never count. A turn without a word does not either. */
  scoreCall(turns: readonly Turn[]): CallFeatures;
  /**
   * The turns as they may be kept: whoever spoke, what is sensitive, may be as it is in another language, or names a
   * competitor with a price is empty, and has its place still.
   */
  withoutKeptOut(turns: readonly Turn[]): Turn[];
  /** One turn, by itself: neither who speaks nor what was said before is known. */
  hear(text: string): Heard;
  /** The same for a person who wants to know. */
  tell(text: string): Told;
  /** Whether the labels of a call are likely swapped: then nothing of it is scored. */
  areSpeakersUnclear(turns: readonly Turn[]): boolean;
}

/** Loads lexicon and model, which nothing but an import of calls and who asks what is heard needs. */
export async function openLanguage(): Promise<Language> {
  const [{ default: lexicon }, { default: meaning }, { default: doubt }] = await Promise.all([
    import('./vader-lexicon.json', { with: { type: 'json' } }),
    import('./model.json', { with: { type: 'json' } }),
    import('./doubt.json', { with: { type: 'json' } }),
  ]);
  const models: Models = { meaning, doubt };
  const hear = (text: string) => hearBy(text, models);
  return {
    hear,
    areSpeakersUnclear,
    withoutKeptOut: (turns) => turns.map(({ by, text }) => ({ by, text: mayBeKept(hear(text)) ? text : '' })),
    tell: (text) => tellBy(text, models, lexicon),
    scoreCall(turns) {
      const spoken = turns.filter(({ by, text }) => by === 'resident' && /\p{L}/u.test(text));
      if (areSpeakersUnclear(turns)) {
        // Who of the two is in need cannot be told apart either; in doubt it is the resident.
        const need = turns.some(({ text }) => hear(text).inNeed) && ({ inNeed: true } as const);
        return { residentTurns: 0, intents: [], keptOut: { speakers_unclear: spoken.length }, ...need };
      }
      const heard = spoken.map(({ text }) => ({ text, ...hear(text) }));
      const judged = heard.map((turn) => ({ ...turn, reason: reasonOf(turn) }));
      const scored = judged.filter(({ reason }) => reason === undefined);
      const total = scored.reduce((sum, { text }) => sum + compound(text, lexicon), 0);
      return {
        residentTurns: scored.length,
        ...(scored.length > 0 && { sentiment: total / scored.length }),
        intents: intents.filter((intent) => heard.some(({ labels }) => labels.includes(intent))),
        keptOut: counted(judged.flatMap(({ reason }) => reason ?? [])),
        ...(heard.some(({ inNeed }) => inNeed) && { inNeed: true }),
      };
    },
  };
}

/** What was learned: of what is meant, and of what terms do not tell and must be kept out all the same. */
interface Models {
  readonly meaning: Model;
  readonly doubt: Model;
}

function hearBy(text: string, { meaning, doubt }: Models): Heard {
  const english = isEnglish(text);
  const said = read(text);
  const byRule = intentsByRule(said);
  const signs = signsOf(said, byRule);
  const told = sensitiveClasses(text);
  const doubted = english && told.length === 0 ? doubtOf(said, signs, doubt) : undefined;
  const sensitive = doubted ? [doubted.is] : told;
  const meant = judge(signs, meaning).flatMap(({ intent, chance }) => (chance >= MEANT ? [intent] : []));
  const labels = english && sensitive.length === 0 ? meant : [];
  // Need is heard by either: who is cold is not to wait for the better of two ways to tell.
  return {
    ...{ english, sensitive, labels },
    inNeed: meant.some(isNeed) || [...byRule.keys()].some(isNeed),
    competitor: mentionsCompetitor(text),
  };
}

function tellBy(text: string, models: Models, lexicon: Lexicon): Told {
  const language = isEnglish(text) ? 'en' : guessTongue(wordsIn(text));
  const byTerm = sensitiveWords(text);
  const told = byTerm.map(({ is, words }) => `${is}: "${words}"`);
  if (language !== 'en') {
    const foreign = `not scored: ${language === 'und' ? 'no English' : language}, and only English is`;
    const redact = byTerm.map(({ is }) => is);
    return { labels: [], polarity: null, redact, language, because: [...told, foreign] };
  }
  const said = read(text);
  const byRule = intentsByRule(said);
  const signs = signsOf(said, byRule);
  const felt = compound(text, lexicon);
  const meant = judge(signs, models.meaning).filter(({ chance }) => chance >= MEANT);
  const heard = hearBy(text, models);
  const reason = reasonOf(heard);
  const doubted = byTerm.length === 0 ? doubtOf(said, signs, models.doubt) : undefined;
  const classes = doubted ? [`${doubted.is} ${doubted.chance.toFixed(2)}: learned ${quoted(doubted.words)}`] : told;
  return {
    labels: meant.map(({ intent }) => intent),
    polarity: polarityOf(signs, felt, models.meaning),
    ...{ redact: heard.sensitive, language },
    because: [
      ...meant.map((judged) => why(judged, byRule.get(judged.intent))),
      ...classes,
      reason === undefined ? `sentiment in the score: ${felt.toFixed(2)}` : `no sentiment in the score: ${reason}`,
      ...(reason === 'sensitive' ? ['not scored: the turn goes to a person, and no label of it is seen'] : []),
    ],
  };
}

/** `repeat_issue 0.94: rule "third time"; learned "again", "nobody came"`. */
function why({ intent, chance, words }: Judged, rule: string | undefined): string {
  const learned = words.filter((each) => each !== rule);
  const sources = [
    ...(rule === undefined ? [] : [`rule "${rule}"`]),
    ...(learned.length > 0 ? [`learned ${quoted(learned)}`] : []),
  ];
  return `${intent} ${chance.toFixed(2)}: ${sources.join('; ')}`;
}

function quoted(words: readonly string[]): string {
  return words.map((each) => `"${each}"`).join(', ');
}

/** Whether what a ticket is about tells of hardship or of a home that is not fit to live in. By rule: it is few words. */
export function tellsNeed(text: string): boolean {
  return [...intentsByRule(read(text)).keys()].some(isNeed);
}

function isNeed(intent: Intent): boolean {
  return intent === 'hardship' || intent === 'habitability';
}

/** The gravest reason not to score a turn. Need and danger are no mood: they are met with help, not with a score. */
function reasonOf({ english, sensitive, labels, competitor }: Heard): KeptOut | undefined {
  if (sensitive.length > 0) return 'sensitive';
  if (!english) return 'not_english';
  if (labels.includes('hardship')) return 'hardship';
  if (labels.includes('habitability')) return 'habitability';
  return competitor ? 'competitor' : undefined;
}

/** Not by the gravest reason alone: who tells of hardship may name a competitor in the same breath. */
function mayBeKept({ english, sensitive, competitor }: Heard): boolean {
  return english && sensitive.length === 0 && !competitor;
}

function counted(reasons: readonly KeptOut[]): Partial<Record<KeptOut, number>> {
  return Object.fromEntries([...Map.groupBy(reasons, (reason) => reason)].map(([each, { length }]) => [each, length]));
}
