import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { instant } from '../../core/domain/index.ts';
import type { RunStatus, StepSpan } from '../../core/runs/index.ts';
import { graph } from './graph.ts';

const from = instant(0);
const done = (...nodes: string[]): StepSpan => ({
  ...{ kind: nodes.length > 1 ? 'together' : 'node', nodes, state: 'done', ended: nodes, from, to: from, waits: [] },
});
const now = (nodes: string[], ...ended: string[]): StepSpan => ({ ...done(...nodes), state: 'now', ended });
const later = (...nodes: string[]): StepSpan => ({ ...done(...nodes), state: 'later', ended: [] });
const each = (span: StepSpan, items: number): StepSpan => ({ ...span, kind: 'each', items });

function drawn(spans: readonly StepSpan[], { status = 'running' as RunStatus, width = 100, most = 3 } = {}): string[] {
  return graph(spans, status, width, most).map(stripVTControlCharacters);
}

test('each node is shown where it stands, also of nodes that run together', () => {
  const spans = [done('load'), now(['task', 'message'], 'task'), each(later('write'), 0), later('close')];
  expect(drawn(spans)).toEqual(['✓ load → { ✓ task | ● message } → ○ write ×n → ○ close']);
  expect(drawn([done('load'), each(now(['write']), 7), later('close')])).toEqual([
    '✓ load → ● write ×n, 7 done → ○ close',
  ]);
  expect(drawn([done('load'), each(done('write'), 1000)])).toEqual(['✓ load → ✓ write ×1000']);
});

test.each([
  ['waiting', '✓ load → ◆ ask → ○ write'],
  ['failed', '✓ load → ✗ ask → ○ write'],
  ['stalled', '✓ load → ▲ ask → ○ write'],
] as const)('of a run that is %s the node that is at it says so', (status, line) => {
  expect(drawn([done('load'), now(['ask']), later('write')], { status })).toEqual([line]);
});

test('a long one goes on in the next line, and of a longer one the nodes at work are seen, and what is left out', () => {
  const spans = Array.from({ length: 40 }, (_, at) =>
    at < 20 ? done(`node-${at}`) : at === 20 ? now(['node-20']) : later(`node-${at}`),
  );
  expect(drawn(spans.slice(0, 4), { width: 25 })).toEqual(['✓ node-0 → ✓ node-1 →', '✓ node-2 → ✓ node-3']);
  expect(drawn(spans, { width: 40 })).toEqual([
    '… 16 before → ✓ node-16 → ✓ node-17 →',
    '✓ node-18 → ✓ node-19 → ● node-20 →',
    '○ node-21 → ○ node-22 → … 17 more',
  ]);
  expect(drawn(spans, { width: 40, most: 1 })).toEqual(['… 20 before → ● node-20 → … 19 more']);
});

test('it fits whatever there is', () => {
  const spans = [done('load'), now(['漢字の家 2026', 'evil\x1b[2J'], 'task'), each(later('x'.repeat(300)), 0)];
  for (const width of [1, 2, 3, 8, 40, 200])
    for (const most of [1, 2, 3]) {
      const lines = drawn(spans, { width, most });
      expect(lines.length).toBeLessThanOrEqual(most);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(8, width));
    }
  expect(drawn([])).toEqual([]);
});
