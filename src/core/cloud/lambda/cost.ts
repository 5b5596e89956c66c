import type { Instance } from './shapes.ts';
import { momentIn, tags } from './tags.ts';

/**
 * Cents that a machine has come to, by the minute that has begun, from what was written on it at its launch; what the vendor
 * charges says its invoice. 0 where the moment of its launch or its price is not told.
 */
export function costOf({ tags: written, type, untold = [] }: Instance, now: string): number {
  const launched = momentIn(written[tags.launchedAt]);
  if (launched === undefined || untold.includes('price')) return 0;
  return costBetween(launched, Date.parse(now), type.centsPerHour);
}

/** The same between two moments, in milliseconds since 1970. */
export function costBetween(launched: number, now: number, centsPerHour: number): number {
  return Math.round((Math.max(1, Math.ceil((now - launched) / 60_000)) * centsPerHour) / 60);
}
