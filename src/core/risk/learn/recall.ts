import type { Table } from './table.ts';

const WEEKS_PER_MONTH = 52 / 12;

/**
 * Each month the team of each property sees to those who score highest, as many as it has hands for: `capacity` a week.
 * Share of tenants who left, each counted once, who were among them in a month in which they were about to; and the same
 * for any order whatever, `1 - prod over months (1 - hands / tenants)`, as a small house is seen to whole.
 */
export function recallOf(
  { rows, y, property, day, tenant }: Table,
  own: Float64Array,
  capacity: number,
): { readonly found: number; readonly byChance: number } {
  const hands = Math.round(capacity * WEEKS_PER_MONTH);
  const all = Array.from({ length: rows }, (_, row) => row);
  const found = new Set<string>();
  const missing = new Map<string, number>();
  for (const of of Map.groupBy(all, (row) => `${property[row]} ${day[row]}`).values()) {
    of.sort((a, b) => (own[b] ?? 0) - (own[a] ?? 0)).forEach((row, place) => {
      const who = tenant[row];
      if (y[row] !== 1 || who === undefined) return;
      if (place < hands) found.add(who);
      missing.set(who, (missing.get(who) ?? 1) * (1 - Math.min(1, hands / of.length)));
    });
  }
  const unseen = [...missing.values()].reduce((sum, each) => sum + each, 0);
  return { found: found.size / missing.size, byChance: 1 - unseen / missing.size };
}
