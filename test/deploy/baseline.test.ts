import { expect, test } from 'vitest';
import { sideBySide } from '../../bench/deploy-baseline.mjs';

test('whatever goes wrong, a usual provider leaves machines that bill and are recorded nowhere, and ours leaves none', async () => {
  const rows = await sideBySide();
  expect(rows).toHaveLength(4);
  for (const { what, naive, ours } of rows) {
    expect(naive.unrecorded, what).toBeGreaterThan(0);
    expect(naive.centsPerHour, what).toBeGreaterThan(0);
    expect(ours, what).toEqual({ alive: 1, recorded: 1, unrecorded: 0, centsPerHour: 0 });
  }
});
