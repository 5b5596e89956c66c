import { describe, expect, test } from 'vitest';
import { type Intent, intents } from '../domain/index.ts';
import { hear } from './index.ts';
import golden from './resident.golden.json' with { type: 'json' };

const heard = golden.map((turn) => ({ ...turn, found: hear(turn.text) }));
/** English, and nothing in it that must be kept out. */
const scored = heard.filter(({ language, redact }) => language === 'en' && redact.length === 0);
const quiet = scored.filter(({ labels }) => labels.length === 0);

const saysIn = (labels: readonly string[], intent: Intent) => labels.includes(intent);

const figures = intents.map((intent) => {
  const count = (said: boolean, found: boolean) =>
    scored.filter((turn) => saysIn(turn.labels, intent) === said && saysIn(turn.found.labels, intent) === found).length;
  const [hit, missed, wrong] = [count(true, true), count(true, false), count(false, true)];
  const [precision, recall] = [hit / (hit + wrong), hit / (hit + missed)];
  return { intent, n: hit + missed, precision, recall, f1: (2 * hit) / (2 * hit + wrong + missed) };
});
const table = figures
  .map(({ intent, n, ...shares }) =>
    [intent.padEnd(16), n, ...Object.values(shares).map((x) => x.toFixed(2))].join('  '),
  )
  .join('\n');
const texts = (turns: readonly { readonly text: string }[]) => turns.map(({ text }) => text);

// The rules were written with these turns in view: the figures say that nothing got worse, not how good it is elsewhere.
describe('400 labelled turns', () => {
  test('every turn with something to keep out is kept out', () => {
    const redacted = heard.filter(({ redact }) => redact.length > 0);
    expect(redacted).toHaveLength(45);
    expect(texts(redacted.filter(({ found }) => found.english && found.sensitive.length === 0))).toEqual([]);
  });

  test('few others are kept out with them', () => {
    const wrong = texts(scored.filter(({ found }) => found.sensitive.length > 0));
    expect(wrong.length / scored.length, wrong.join('\n')).toBeLessThan(0.03);
  });

  test('another language is told from English, and English from it', () => {
    const others = heard.filter(({ language }) => language !== 'en');
    expect(others).toHaveLength(18);
    expect(texts(heard.filter(({ language, found }) => found.english !== (language === 'en')))).toEqual([]);
  });

  test('intents are found', () => {
    const macro = figures.reduce((sum, { f1 }) => sum + f1, 0) / figures.length;
    expect(macro, `\n${table}\n`).toBeGreaterThanOrEqual(0.95);
  });

  test('turns without a label stay without one', () => {
    const wrong = texts(quiet.filter(({ found }) => found.labels.length > 0));
    expect(wrong.length / quiet.length, wrong.join('\n')).toBeLessThan(0.05);
  });
});
