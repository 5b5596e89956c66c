import { type Intent, intents, type KeptOut, type Turn } from '../domain/index.ts';
import { type SensitiveClass, sensitiveClasses } from '../privacy/index.ts';
import { mentionsCompetitor } from './competitor.ts';
import { isEnglish } from './english.ts';
import { intentsOf } from './intents.ts';
import { areSpeakersUnclear } from './speakers.ts';
import { compound } from './vader.ts';

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

/** Sentiment and intents of what residents say. Text only, English only; the sentiment is a weak signal. */
export interface Language {
  /** Agents' turns never count. A turn without a word does not either. */
  scoreCall(turns: readonly Turn[]): CallFeatures;
}

/** Loads the lexicon, which nothing but an import of calls needs. */
export async function openLanguage(): Promise<Language> {
  const { default: lexicon } = await import('./vader-lexicon.json', { with: { type: 'json' } });
  return {
    scoreCall(turns) {
      const spoken = turns.filter(({ by, text }) => by === 'resident' && /\p{L}/u.test(text));
      if (areSpeakersUnclear(turns)) {
        // Who of the two is in need cannot be told apart either; in doubt it is the resident.
        const need = turns.some(({ text }) => tellsNeed(text)) && ({ inNeed: true } as const);
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

/** Reads one turn by rules: needs no lexicon, knows neither who speaks nor what was said before. */
export function hear(text: string): Heard {
  const english = isEnglish(text);
  const sensitive = sensitiveClasses(text);
  const meant = intentsOf(text);
  const labels = english && sensitive.length === 0 ? meant : [];
  return { english, sensitive, labels, inNeed: meant.some(isNeed), competitor: mentionsCompetitor(text) };
}

/** Whether a text, be it a turn or what a ticket is about, tells of hardship or of a home that is not fit to live in. */
export function tellsNeed(text: string): boolean {
  return intentsOf(text).some(isNeed);
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

function counted(reasons: readonly KeptOut[]): Partial<Record<KeptOut, number>> {
  return Object.fromEntries([...Map.groupBy(reasons, (reason) => reason)].map(([each, { length }]) => [each, length]));
}
