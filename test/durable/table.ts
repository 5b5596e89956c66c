import type { Death } from './victims.ts';

/** What came of a kill at each write, for people who read it. */
export function openTable(writes: readonly string[]) {
  const outcomes = new Map<string, string>();
  const nameOf = ({ at, side }: Pick<Death, 'at' | 'side'>) => `${at} ${side}`;
  return {
    note: (death: Death, outcome: string) => void outcomes.set(nameOf(death), outcome),
    /** Writes at which nothing was killed are left out. */
    lines(): string[] {
      const cell = (at: number, side: Death['side']) => outcomes.get(nameOf({ at, side })) ?? '';
      const rows = writes.map((write, index) => ({ write, at: index + 1 }));
      return [
        '| # | write | killed before | killed after |',
        '|---|---|---|---|',
        ...rows
          .filter(({ at }) => cell(at, 'before') + cell(at, 'after') !== '')
          .map(({ write, at }) => `| ${at} | ${write} | ${cell(at, 'before')} | ${cell(at, 'after')} |`),
      ];
    },
  };
}

/** Every write; by turns killed before it, or when it is done and the process has not heard of it. */
export function eitherSide(points: readonly Death[]): Death[] {
  return points.filter(({ at, side }) => (side === 'before') === (at % 2 === 1));
}

/** Both sides of each write. */
export function pointsOf(writes: readonly string[]): Death[] {
  return writes.flatMap((_, index): Death[] => [
    { at: index + 1, side: 'before' },
    { at: index + 1, side: 'after' },
  ]);
}
