import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../test/rooms.ts';
import { UserError } from '../../errors/index.ts';
import type { Design, Pull } from './design.ts';
import { type Fit, fitLogit, logitOf, sigmoid } from './fit.ts';

/** A design of columns, the last of which is what became of each row. */
function design(names: readonly string[], table: readonly (readonly number[])[]): Design {
  const x = Float64Array.from(table.flatMap((row) => row.slice(0, -1)));
  return { names, rows: table.length, x, y: Uint8Array.from(table, (row) => row.at(-1) ?? 0) };
}

const pull = (toward: readonly number[], strength: readonly number[]): Pull => {
  return { toward: Float64Array.from(toward), strength: Float64Array.from(strength) };
};

const times = (count: number, row: readonly number[]) => Array.from({ length: count }, () => row);
/** 30 of 100 without, and 60 of 100 with. */
const table = [...times(70, [0, 0]), ...times(30, [0, 1]), ...times(40, [1, 0]), ...times(60, [1, 1])];

/** Rows of a known process of two columns. */
function drawn(rows: number, of: (x: number, z: number) => readonly number[] = (x, z) => [x, z]) {
  const random = seeded(5);
  return Array.from({ length: rows }, () => {
    const [x, z] = [random() * 4 - 2, random() < 0.3 ? 1 : 0];
    return [...of(x, z), random() < sigmoid(-1 + 0.8 * x - 0.5 * z) ? 1 : 0];
  });
}

function refusal(work: () => Fit): UserError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}

describe('a logistic fit', () => {
  test('of one yes-or-no column without a pull is the log odds ratio, with its textbook error', () => {
    const { intercept, weights, errors, gradientMaxNorm } = fitLogit(design(['seen'], table), pull([0], [0]));
    expect(intercept).toBeCloseTo(Math.log(30 / 70), 10);
    expect(weights[0]).toBeCloseTo(Math.log((60 / 40) * (70 / 30)), 10);
    expect(errors[0]).toBeCloseTo(Math.sqrt(1 / 70 + 1 / 30 + 1 / 40 + 1 / 60), 8);
    expect(gradientMaxNorm).toBeLessThan(1e-10);
  });

  test('is drawn to the prior the more, the harder the pull, and to nothing else', () => {
    const of = (strength: number) => fitLogit(design(['seen'], table), pull([0.5], [strength])).weights[0] ?? 0;
    const free = of(0);
    expect(of(5)).toBeLessThan(free);
    expect(of(100)).toBeLessThan(of(5));
    expect(of(1e7)).toBeCloseTo(0.5, 4);
  });

  test('is worth the same in any unit: the pull is on the standardised scale', () => {
    const rows = drawn(400);
    const cents = rows.map(([x = 0, ...rest]) => [x * 100, ...rest]);
    const [one, other] = [
      fitLogit(design(['x', 'z'], rows), pull([0.3, 0], [2, 2])),
      fitLogit(design(['x', 'z'], cents), pull([0.003, 0], [2, 2])),
    ];
    expect((other.weights[0] ?? 0) * 100).toBeCloseTo(one.weights[0] ?? 0, 9);
    expect((other.errors[0] ?? 0) * 100).toBeCloseTo(one.errors[0] ?? 0, 9);
    expect(other.intercept).toBeCloseTo(one.intercept, 9);
  });

  test('gives log-odds that are the intercept and the weights times the numbers', () => {
    const fit = fitLogit(design(['x', 'z'], drawn(400)), pull([0, 0], [1, 1]));
    const [a = 0, b = 0] = fit.weights;
    expect(logitOf(fit, Float64Array.of(9, 9, 2, 1), 1)).toBeCloseTo(fit.intercept + 2 * a + b, 12);
  });
});

describe('bad input', () => {
  test('a column that never changes keeps the weight of the prior and disturbs nothing', () => {
    const without = fitLogit(design(['x', 'z'], drawn(400)), pull([0, 0], [1, 1]));
    const rows = drawn(400, (x, z) => [x, 0.1, z]);
    for (const strength of [0, 1]) {
      const fit = fitLogit(design(['x', 'same', 'z'], rows), pull([0, 0.7, 0], [1, strength, 1]));
      expect(fit.weights[1]).toBe(0.7);
      expect(fit.errors[1]).toBe(Infinity);
      expect(fit.weights[0]).toBeCloseTo(without.weights[0] ?? 0, 9);
      expect(fit.intercept + 0.7 * 0.1).toBeCloseTo(without.intercept, 9);
    }
  });

  test('a column that stands there twice shares its weight; without a pull it is refused', () => {
    const rows = drawn(400, (x, z) => [x, x, z]);
    const { weights } = fitLogit(design(['x', 'twin', 'z'], rows), pull([0, 0, 0], [1, 1, 1]));
    expect(weights[0]).toBeCloseTo(weights[1] ?? 9, 6);
    const { exit, message, next } = refusal(() =>
      fitLogit(design(['x', 'twin', 'z'], rows), pull([0, 0, 0], [0, 0, 0])),
    );
    expect(exit).toBe('insufficient');
    expect(message).toContain('"twin"');
    expect(next).toHaveLength(1);
  });

  test('classes told apart without a miss leave the weights finite under a pull, and are refused without', () => {
    const rows = Array.from({ length: 60 }, (_, at) => [at, at % 7, at < 30 ? 0 : 1]);
    const { weights, errors, gradientMaxNorm } = fitLogit(design(['days', 'n'], rows), pull([0, 0], [1, 1]));
    expect([...weights, ...errors].every(Number.isFinite)).toBe(true);
    expect(gradientMaxNorm).toBeLessThan(1e-9);
    expect(refusal(() => fitLogit(design(['days', 'n'], rows), pull([0, 0], [0, 1]))).message).toContain('"days"');
  });

  test('a free column whose few rows all ended alike is refused, not weighed without end', () => {
    const rows = [...drawn(500, (x) => [x, 0]), [0.2, 1, 0], [0.1, 1, 0]];
    expect(refusal(() => fitLogit(design(['x', 'rare'], rows), pull([0, 0], [1, 0]))).message).toContain('"rare"');
    expect(fitLogit(design(['x', 'rare'], rows), pull([0, 0], [1, 0.1])).weights[1]).toBeLessThan(0);
  });

  test('one outcome only is refused', () => {
    for (const outcome of [0, 1]) {
      const { exit, message } = refusal(() => fitLogit(design(['x'], times(9, [1, outcome])), pull([0], [1])));
      expect({ exit, message }).toEqual({ exit: 'insufficient', message: expect.stringContaining('all 9 rows') });
    }
  });

  test.each([Number.NaN, Infinity, -Infinity])('%d is refused by the name of its column and its row', (value) => {
    const rows = [[1, 2, 0], [1, value, 1], ...drawn(5)];
    expect(() => fitLogit(design(['x', 'rent'], rows), pull([0, 0], [1, 1]))).toThrow(`"rent" is ${value} in row 2`);
  });

  test('numbers beyond all measure are refused, large ones are not', () => {
    const scaled = (by: number) =>
      design(
        ['x', 'z'],
        drawn(50, (x, z) => [x * by, z]),
      );
    expect(() => fitLogit(scaled(1e200), pull([0, 0], [1, 1]))).toThrow('"x" are too large');
    expect(fitLogit(scaled(1e12), pull([0, 0], [1, 1])).weights.every(Number.isFinite)).toBe(true);
  });

  test('a prior so far off that no outcome is in doubt still ends at the bottom', () => {
    const tailed = drawn(128, (x) => [1 / (Math.abs(x) + 1e-4), x]);
    for (const toward of [-9, 9])
      expect(fitLogit(design(['tail', 'x'], tailed), pull([toward, 0], [100, 1])).gradientMaxNorm).toBeLessThan(1e-8);
  });

  test('a prior far from anything sensible still ends at the bottom', () => {
    const fit = fitLogit(design(['x', 'z'], drawn(400)), pull([40, -40], [0.01, 0.01]));
    expect(fit.gradientMaxNorm).toBeLessThan(1e-9);
  });
});
