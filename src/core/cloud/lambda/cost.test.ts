import { expect, test } from 'vitest';
import { costOf } from './cost.ts';
import type { Instance } from './shapes.ts';
import { tags } from './tags.ts';

const NOW = '2026-11-27T12:00:00.000Z';
const type = { name: 't', gpu: 'H100', gpus: 1, vcpus: 1, memoryGib: 1, centsPerHour: 360 };
const launched = (at: string | undefined, more: Partial<Instance> = {}): Instance => ({
  ...{ id: 'a', name: '', status: 'active', ip: null, region: 'r', type },
  tags: at === undefined ? {} : { [tags.launchedAt]: at },
  ...more,
});
const before = (seconds: number) => String(Date.parse(NOW) / 1000 - seconds);

test('a machine costs by the minute that has begun', () => {
  expect(costOf(launched(before(0)), NOW)).toBe(6);
  expect(costOf(launched(before(60)), NOW)).toBe(6);
  expect(costOf(launched(before(61)), NOW)).toBe(12);
  expect(costOf(launched(before(3600)), NOW)).toBe(360);
});

test.each([undefined, '', ' ', '1e3', '0x10', 'soon'])('a moment that cannot be read costs nothing: %j', (at) => {
  expect(costOf(launched(at), NOW)).toBe(0);
});

test('a price that is not told costs nothing', () => {
  expect(costOf(launched(before(60), { untold: ['price'] }), NOW)).toBe(0);
});
