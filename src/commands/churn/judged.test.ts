import { expect, test } from 'vitest';
import { against, invented, training } from '../../../test/tenant-months.ts';
import type { Host } from '../../core/context/index.ts';
import { loadLearning, scorecard } from '../../core/risk/index.ts';
import { openStyle } from '../style.ts';
import { judgedLines } from './judged.ts';

test('figures that the rows cannot give are told as none, as learned and as kept', async () => {
  const { backtest } = await loadLearning();
  const style = await openStyle({ env: {}, stdout: {} } as unknown as Host, 'never', false);
  // Each month is of a house of its own, so that nobody has a peer.
  const alone = invented({ truth: against }).map((month) => ({
    ...month,
    property: `pro-${month.tenant}-${month.day}` as never,
  }));
  const judged = backtest(alone, 'leave', scorecard, training);
  const lines = judgedLines('Leaving', judged, style).join('\n');
  expect(lines).toMatch(/AUC among peers +- +- to - +-\n/);
  expect(judgedLines('Leaving', JSON.parse(JSON.stringify(judged)), style).join('\n')).toBe(lines);
});
