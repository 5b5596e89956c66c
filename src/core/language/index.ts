import type { Turn } from '../domain/index.ts';
import { compound } from './vader.ts';

/** What is drawn from a call: numbers, never words. */
export interface CallFeatures {
  /** Resident turns that were scored. */
  readonly residentTurns: number;
  /** Mean compound score of those turns, -1 to 1; absent when there was none. */
  readonly sentiment?: number;
}

/** Sentiment of what residents say. Text only, English only, and a weak signal: general words, not property talk. */
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
      if (spoken.length === 0) return { residentTurns: 0 };
      const total = spoken.reduce((sum, { text }) => sum + compound(text, lexicon), 0);
      return { residentTurns: spoken.length, sentiment: total / spoken.length };
    },
  };
}
