import type { RunStatus } from '../../core/runs/index.ts';
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
