import { describe, expect, test } from 'vitest';
import { binsOf, psi, psiByChance } from './bins.ts';

const even = Array.from({ length: 1000 }, (_, at) => at / 1000);
const some = (count: number, value: number) => Array.from({ length: count }, () => value);

describe('bins', () => {
  test('are of equal counts where all differ', () => {
    expect(binsOf(even, 4)).toEqual({ from: [0, 0.25, 0.5, 0.75], most: 0.999, counts: [250, 250, 250, 250] });
  });

  test('are the values where there are few of them, and what is not known is in none', () => {
    expect(binsOf([...some(95, 1), ...some(5, 0), Number.NaN])).toEqual({ from: [0, 1], most: 1, counts: [5, 95] });
  });

  test('part what most have from the rest, at either end and between', () => {
    const rest = even.slice(0, 80);
    for (const heavy of [-1, 0.0405, 1]) {
      const { from, counts } = binsOf([...rest, ...some(920, heavy)]);
      expect(counts[from.indexOf(heavy)]).toBe(920);
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(1000);
    }
  });
});

describe('PSI', () => {
  test('is nothing for the same, by hand for another, and finite where nobody is any more', () => {
    expect(psi(binsOf(even), even)).toBe(0);
    // Two bins at the median; now 9 of 10 lie above. With half a case in each, and in the one of what lies outside.
    const moved = [0.1, ...some(9, 0.9)];
    const pairs = [
      [500.5 / 1001.5, 1.5 / 11.5],
      [500.5 / 1001.5, 9.5 / 11.5],
      [0.5 / 1001.5, 0.5 / 11.5],
    ] as const;
    const byHand = pairs.reduce((sum, [e, a]) => sum + (a - e) * Math.log(a / e), 0);
    expect(psi(binsOf(even, 2), moved)).toBeCloseTo(byHand, 9);
    expect(psi(binsOf(even), [5, 5, 5])).toBeGreaterThan(0.3);
  });

  test.each([
    [
      'most paid all, and then most do not',
      [...some(920, 1), ...even.slice(0, 80)],
      [...some(40, 1), ...some(60, 0.3)],
    ],
    [
      'most had nothing open, and then most do',
      [...some(920, 0), ...even.slice(1, 81)],
      [...some(4, 0), ...some(6, 0.05)],
    ],
    ['nearly all had it, and then nearly nobody', [...some(95, 1), ...some(5, 0)], [...some(5, 1), ...some(95, 0)]],
    ['nobody ever had it, and then everybody', some(500, 0), some(200, 1)],
  ])('tells that %s', (_what, before, now) => {
    expect(psi(binsOf(before), now)).toBeGreaterThan(0.3);
  });

  test('of rows of few tenants is that of those tenants, counted once', () => {
    const [once, often] = [
      [...some(19, 0), 1],
      [...some(380, 0), ...some(20, 1)],
    ];
    expect(psi(binsOf(often), [0, 1], 20)).toBeCloseTo(psi(binsOf(once), [0, 1]), 12);
    expect(psiByChance(binsOf(once), 20, 50)).toBeCloseTo(1 / 20 + 1 / 50, 12);
  });
});
