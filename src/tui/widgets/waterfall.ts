import chalk from 'chalk';
import type { Instant } from '../../core/domain/index.ts';
import type { RunStatus, StepSpan } from '../../core/runs/index.ts';
import { cell, flush, markOf } from '../text.ts';

const NAME = 20;
const TOOK = 9;
const GAP = '  ';

/** A line a step: where it stands, how long it took, and when; what was waited for is drawn lighter, and named. */
export function waterfall(spans: readonly StepSpan[], status: RunStatus, now: Instant, width: number): string[] {
  const lineOf = (span: StepSpan, took: string, drawn: string) => line(span, status, took, drawn, width);
  const [first] = spans.flatMap(({ from }) => from ?? []);
  if (first === undefined) return spans.map((span) => lineOf(span, '', ''));
  const last =
    spans
      .flatMap(({ from, to }) => (from && !to ? now : (to ?? [])))
      .toSorted()
      .at(-1) ?? now;
  const scale = { from: Date.parse(first), to: Math.max(Date.parse(last), Date.parse(first) + 1) };
  return spans.map((span) => {
    const { from, to = now } = span;
    if (from === undefined) return lineOf(span, '', '');
    const room = Math.max(0, width - 2 - NAME - TOOK - 2 * GAP.length);
    return lineOf(span, lasted(Date.parse(to) - Date.parse(from)), bar(span, now, scale, room));
  });
}

/** What is at work stands where its run stands. */
export function markIn(state: StepSpan['state'], status: RunStatus): string {
  return markOf(state === 'done' ? 'succeeded' : state === 'now' ? status : 'queued');
}

function line(span: StepSpan, status: RunStatus, took: string, drawn: string, width: number): string {
  const { nodes, kind, state, items } = span;
  const name = kind === 'each' ? `${nodes.join(' + ')} ${items ?? 0} items` : nodes.join(' + ');
  const room = Math.max(0, width - 2);
  const head = `${markIn(state, status)} ${cell(name, Math.min(NAME, room))}`;
  return room - NAME < TOOK + GAP.length ? head : `${head}${GAP}${flush(took, TOOK)}${GAP}${drawn}`;
}

interface Scale {
  readonly from: number;
  readonly to: number;
}

function bar({ from = '' as Instant, to, waits }: StepSpan, now: Instant, scale: Scale, room: number): string {
  const column = (at: Instant) =>
    Math.floor(((Date.parse(at) - scale.from) / (scale.to - scale.from)) * Math.max(0, room - 1));
  const letters = Array.from({ length: room }, () => ' ');
  const fill = (begin: Instant, end: Instant, letter: string) => letters.fill(letter, column(begin), column(end) + 1);
  fill(from, to ?? now, '█');
  for (const wait of waits) fill(wait.from, wait.to ?? now, '░');
  return chalk.cyan(letters.join('').trimEnd());
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** As long as it takes to say: `0.12 s`, `4 min`, `3 h`, `2 d`. */
export function lasted(ms: number): string {
  const unit = units.find(([size]) => ms >= size);
  return unit ? `${Math.round(ms / unit[0])} ${unit[1]}` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}
