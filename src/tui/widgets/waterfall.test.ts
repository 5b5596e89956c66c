import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { instant } from '../../core/domain/index.ts';
import type { StepSpan } from '../../core/runs/index.ts';
import { lasted, waterfall } from './waterfall.ts';

const at = (minute: number) => instant(Date.UTC(2026, 10, 22, 9, minute));
const spans: StepSpan[] = [
  { kind: 'node', nodes: ['draft'], state: 'done', from: at(0), to: at(10), waits: [], ended: ['draft'] },
  {
    ...{ kind: 'node', nodes: ['ask'], state: 'done', from: at(10), to: at(40) },
    waits: [{ for: 'answer', from: at(15), to: at(35) }],
    ended: ['ask'],
  },
  { kind: 'each', nodes: ['send'], state: 'now', from: at(40), waits: [], ended: [], items: 7 },
  { kind: 'node', nodes: ['close'], state: 'later', waits: [], ended: [] },
];
const drawn = (width: number) => waterfall(spans, 'running', at(50), width).map(stripVTControlCharacters);

test('a step is drawn where it was at work, and lighter where it waited', () => {
  expect(drawn(86).map((line) => line.trimEnd())).toEqual([
    '✓ draft                    10 min  ███████████',
    `✓ ask                      30 min            █████░░░░░░░░░░░░░░░░░░░░░█████`,
    `● send 7 items             10 min                                          ███████████`,
    '○ close',
  ]);
});

test('it fits whatever there is', () => {
  for (const width of [1, 2, 10, 24, 36, 40, 200])
    for (const line of drawn(width)) expect(line.length).toBeLessThanOrEqual(Math.max(width, 2));
  expect(waterfall([], 'queued', at(0), 80)).toEqual([]);
});

test.each([
  [120, '0.12 s'],
  [9_990, '9.99 s'],
  [42_000, '42 s'],
  [240_000, '4 min'],
  [10_800_000, '3 h'],
  [172_800_000, '2 d'],
])('%i milliseconds are told as %s', (ms, words) => expect(lasted(ms)).toBe(words));
