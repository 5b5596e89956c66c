import { minuteIn, type TimeZone } from '../../core/domain/index.ts';
import { type Answer, type RunStatus, wordOf } from '../../core/runs/index.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import type { Style } from '../style.ts';

const looks: Partial<Record<RunStatus, 'good' | 'bad' | 'warn'>> = {
  succeeded: 'good',
  failed: 'bad',
  incompatible: 'bad',
  stalled: 'warn',
  waiting: 'warn',
};

/** As all that a store says, made harmless: another program may have written it. */
export function statusIn(style: Style, status: RunStatus): string {
  const look = looks[status];
  const shown = style.text(status);
  return look ? style[look](shown) : shown;
}

/** How a run stands; of one that was answered and is over, what the answer was. */
export function standsIn(style: Style, status: RunStatus, decision: Answer['decision'] | null): string {
  const word = wordOf(status, decision);
  if (word === 'approved') return style.good(word);
  return word === 'rejected' ? word : statusIn(style, word);
}

/** Said under what was told: each a command that can be pasted. */
export function nextIn(style: Style, steps: readonly string[]): string[] {
  return steps.map((step, at) => `${at === 0 ? 'Next:' : '     '} ${style.text(step)}`);
}

/** One event of a run that is named above it: without ids, which are in the JSON. */
export function renderStep({ at, kind, body }: JournalEvent, timeZone: TimeZone, style: Style): string {
  const told = Object.entries(body).filter(([, value]) => !/^[a-z]{3}-[0-9a-z]{12}$/.test(String(value)));
  const details = told.map(([name, value]) => lineOf(`${name}=${value}`, style));
  return [style.dim(minuteIn(timeZone, at)), style.bold(lineOf(kind, style)), ...details].join('  ');
}

export function renderEvent({ at, kind, owner, runId, body }: JournalEvent, style: Style): string {
  const details = Object.entries(body).map(([name, value]) => lineOf(`${name}=${value}`, style));
  const [when, what, whose] = [at, kind, owner].map((value) => lineOf(value, style)) as [string, string, string];
  const of = runId ? [lineOf(runId, style)] : [];
  return [style.dim(when), style.bold(what), style.dim(whose), ...of, ...details].join('  ');
}

/** In one line: what a value says must not look like an event of its own. */
function lineOf(value: string, style: Style): string {
  return style.text(value).replaceAll('\n', ' ');
}
