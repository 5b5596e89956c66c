import { expect, test } from 'vitest';
import type { Journal } from '../../store/index.ts';
import { WASTED } from './stands.ts';
import { plus, sumOf, wastedBetween } from './wasted.ts';

const PAGE = 2;
const line = (seq: number, body: object) => ({
  seq,
  body: { environment: 'a', rehearsed: 0, stands: WASTED, ...body },
});
const lines = [
  line(1, { cents: 1 }),
  line(2, { cents: 2 }),
  line(3, { cents: 4, environment: 'b' }),
  line(4, { cents: 8, rehearsed: 1 }),
  line(5, { stands: 'booting', seconds: 60 }),
  line(6, { cents: 16 }),
  line(7, { cents: 32 }),
];
const journal = {
  since: async (after: number) => lines.filter(({ seq }) => seq > after).slice(0, PAGE),
} as unknown as Pick<Journal, 'since'>;
const real = { environment: 'a', practice: undefined };

test('the sum is of that environment alone, real or rehearsed, and of all pages between two lines', async () => {
  expect(await wastedBetween(journal, real, 0, 100)).toEqual({ machines: 4, cents: 51 });
  expect(await wastedBetween(journal, real, 1, 6)).toEqual({ machines: 2, cents: 18 });
  expect(await wastedBetween(journal, { ...real, practice: { speed: 2 } }, 0, 100)).toEqual({ machines: 1, cents: 8 });
  // An order that was written down before it held such a line.
  expect(await wastedBetween(journal, real, undefined, 100)).toEqual({ machines: 0, cents: 0 });
});

test('sums are of machines and cents', () => {
  expect(plus(sumOf([]), sumOf([3, 5]))).toEqual({ machines: 2, cents: 8 });
});
