import { daysBetween, type IsoDay, type PropertyId } from '../domain/index.ts';
import type { RowKind } from '../store/index.ts';
import type { Version } from './rows.ts';

/** So long after its own day a row that counts from that day on changes what analyses of past days see. */
export const LATE_DAYS = 31;

/** What happens to tenants, and is exported month by month; a lease may be signed long before anybody types it. */
const happening: readonly RowKind[] = ['line', 'ticket', 'offer', 'call', 'engagement'];

/** How many, and the first of them by the customer's own keys. */
interface Some {
  times: number;
  readonly about: string[];
}

/** Of one property and kind. */
interface Coming {
  /** When the first of them was brought in. */
  first: IsoDay;
  /** By their own day: no more of them are in memory than there are days. */
  readonly late: Map<IsoDay, Some>;
}

/**
 * Counts rows that came long after their own day. What is older than the first import of its kind in that property is its
 * history, and none of these; nor is what says itself since when it was known.
 */
export function openLate(most: number) {
  const comings = new Map<string, Coming>();
  return {
    add(home: PropertyId | undefined, rows: readonly Version[]): void {
      for (const { kind, key, knownOn, observedOn, body } of rows) {
        if (!happening.includes(kind)) continue;
        const of = `${home ?? ''} ${kind}`;
        const coming = comings.get(of) ?? { first: observedOn, late: new Map() };
        comings.set(of, coming);
        if (observedOn < coming.first) coming.first = observedOn;
        const own = 'openedOn' in body ? body.openedOn : 'on' in body ? body.on : undefined;
        // A correction counts from the day on which it was seen.
        if (own === undefined || knownOn !== own || daysBetween(own, observedOn) <= LATE_DAYS) continue;
        const some = coming.late.get(own) ?? { times: 0, about: [] };
        coming.late.set(own, some);
        some.times += 1;
        if (some.about.length < most) some.about.push(key);
      }
    },
    found(): Some {
      const all = [...comings.values()].flatMap(({ first, late }) => [...late].filter(([own]) => own > first));
      return {
        times: all.reduce((sum, [, { times }]) => sum + times, 0),
        about: all.flatMap(([, { about }]) => about).slice(0, most),
      };
    },
  };
}
