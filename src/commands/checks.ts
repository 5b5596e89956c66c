import { plural } from '../core/domain/index.ts';
import type { Check } from '../core/ops/doctor/findings.ts';
import { below, type Style } from './style.ts';

const looks = { ok: 'good', warn: 'warn', fail: 'bad' } as const;
export const MARK_WIDTH = 6;
const NAME_WIDTH = 11;
const INDENT = ' '.repeat(MARK_WIDTH + NAME_WIDTH);
const FIX = `${INDENT}fix: `;
const NEXT = `${INDENT}next: `;

/** What was looked at, one thing after the other, and what mends it. */
export function renderChecks(checks: readonly Check[], style: Style): string {
  const lines = checks.flatMap(({ state, name, evidence, fix = [], next = [] }) => {
    const head = style[looks[state]](state) + ' '.repeat(MARK_WIDTH - state.length) + name.padEnd(NAME_WIDTH);
    const steps = (label: string, all: readonly string[]) => all.map((step) => label + below(label, step, style));
    return [head + below(INDENT, evidence, style), ...steps(FIX, fix), ...steps(NEXT, next)];
  });
  const count = (state: keyof typeof looks) => checks.filter((each) => each.state === state).length;
  const sum = `${plural(checks.length, 'check')}: ${count('fail')} failed, ${plural(count('warn'), 'warning')}.`;
  return [...lines, '', sum].join('\n');
}

/** The exit of a command that checks. */
export function exitOf(checks: readonly Check[]): 'check' | 'ok' {
  return checks.some(({ state }) => state === 'fail') ? 'check' : 'ok';
}
