import { expect, test } from 'vitest';
import { spark } from './spark.ts';

test('a number is drawn against the highest, and the smallest is seen', () => {
  expect(spark([0, 1, 50, 100])).toBe('·▁▄█');
  expect(spark([0, 0])).toBe('··');
  expect(spark([])).toBe('');
});
