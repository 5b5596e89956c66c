import { describe, expect, test } from 'vitest';
import { openLanguage } from './index.ts';
import golden from './vader.golden.json' with { type: 'json' };
import { compound } from './vader.ts';
import lexicon from './vader-lexicon.json' with { type: 'json' };

describe('the sentiment of a sentence', () => {
  // Scores of the authors' implementation on sentences of our own.
  test.each(golden)('$text', ({ text, compound: expected }) => {
    expect(compound(text, lexicon)).toBeCloseTo(expected, 4);
  });
});

describe('what is drawn from a call', () => {
  test('counts resident turns only: an angry agent changes nothing', async () => {
    const language = await openLanguage();
    const resident = { by: 'resident', text: 'The pool is great.' } as const;
    const agent = { by: 'agent', text: 'This is horrible, terrible, I hate it.' } as const;
    expect(language.scoreCall([agent, resident, agent])).toEqual(language.scoreCall([resident]));
    expect(language.scoreCall([resident])).toMatchObject({ residentTurns: 1, sentiment: expect.any(Number) });
  });

  test('is no sentiment where nobody spoke', async () => {
    const language = await openLanguage();
    expect(language.scoreCall([{ by: 'resident', text: '… 12' }])).toEqual({ residentTurns: 0 });
  });

  test('knows what it does not know: notice in plain words has no sentiment', async () => {
    const language = await openLanguage();
    expect(language.scoreCall([{ by: 'resident', text: 'I gave my notice to vacate.' }]).sentiment).toBe(0);
  });
});
