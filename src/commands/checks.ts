import stringWidth from 'fast-string-width';
import type { Check } from '../core/ops/doctor/findings.ts';
import { plural } from './plural.ts';
import type { Style } from './style.ts';

const looks = { ok: 'good', warn: 'warn', fail: 'bad' } as const;
export const MARK_WIDTH = 6;
const NAME_WIDTH = 11;
const INDENT = ' '.repeat(MARK_WIDTH + NAME_WIDTH);
const FIX = `${INDENT}fix: `;

/** What was looked at, one thing after the other, and what mends it. */
export function renderChecks(checks: readonly Check[], style: Style): string {
  const lines = checks.flatMap(({ state, name, evidence, fix = [] }) => {
    const head = style[looks[state]](state) + ' '.repeat(MARK_WIDTH - state.length) + name.padEnd(NAME_WIDTH);
    return [head + below(INDENT, evidence, style), ...fix.map((step) => FIX + below(FIX, step, style))];
  });
  const count = (state: keyof typeof looks) => checks.filter((each) => each.state === state).length;
  const sum = `${plural(checks.length, 'check')}: ${count('fail')} failed, ${plural(count('warn'), 'warning')}.`;
  return [...lines, '', sum].join('\n');
}

/** The exit of a command that checks. */
export function exitOf(checks: readonly Check[]): 'check' | 'ok' {
  return checks.some(({ state }) => state === 'fail') ? 'check' : 'ok';
}

/**
 * The text, parted into lines that fit below its first one, which follows `head`. A word too long for a line, such as a
 * path, is parted too: nothing of it is left out. A pipe gets one line.
 */
export function below(head: string, text: string, style: Style): string {
  const width = style.width - head.length;
  const lines = [''];
  for (const word of style.text(text).split(/(?<= )/)) {
    if (stringWidth((lines.at(-1) + word).trimEnd()) > width) lines.push('');
    for (const letter of word) {
      if (stringWidth(lines.at(-1) + letter) > width && letter !== ' ') lines.push('');
      lines.push(lines.pop() + letter);
    }
  }
  const parted = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  return parted.join(`\n${' '.repeat(head.length)}`);
}
