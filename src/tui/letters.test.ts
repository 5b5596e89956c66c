import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { runStatuses } from '../core/runs/index.ts';
import { inAscii } from './letters.ts';
import { cell, markOf } from './text.ts';

test.each([
  ['› ● ○ ◆ ▲ ✗ ✓ ⊘ ∅ – …▏', '> * o ! ^ x + 0 / - ~|'],
  ['0.70 ███████░░░ ▼.10', '0.70 #######... v.10'],
  ['▁▂▃▄▅▆▇█', '_,-=+*%#'],
  ['Zoë Ångström’s', "Zoe Angstrom's"],
  ['漢字の家 ß', '???????? ?'],
  ['x̂ ﬁn', 'x ?n'],
  ['بيت\u200e', '???'],
  ['evil␛[2J�', 'evil?[2J?'],
  ['plain ~', 'plain ~'],
])('%s is told as %s, and takes as much room', (text, ascii) => {
  expect(inAscii(text)).toBe(ascii);
  expect(stringWidth(inAscii(text))).toBe(stringWidth(text));
});

test('where a run stands is told apart by its sign alone', () => {
  const signs = [...runStatuses, 'rejected' as const].map((word) => inAscii(stripVTControlCharacters(markOf(word))));
  expect(new Set(signs).size).toBe(signs.length);
});

test('colours stay, and nothing else that no ASCII terminal shows', () => {
  expect(inAscii(chalk.red('✗ é'))).toBe(chalk.red('x e'));
  const drawn = ['Zoe\u0308', '👩‍👩‍👧', '漢字', 'a\u0301\u0301\u0301', '\ud800'].map((text) => inAscii(cell(text, 9)));
  for (const line of drawn) expect(line).toMatch(/^[\0-~]{9}$/);
});

test('where runs stand is told apart in ASCII as well', () => {
  const marks = runStatuses.map((status) => inAscii(markOf(status)));
  expect(new Set(marks).size).toBe(marks.length);
});
