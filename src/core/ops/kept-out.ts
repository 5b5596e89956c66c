import { addDays, type IsoDay, type KeptOut, type Tenancy } from '../domain/index.ts';

const RECENT_DAYS = 90;

/** What was told and not scored, by reason: turns of calls in 90 days, and tickets. */
export function keptOutOf({ calls, ticketsKeptOut }: Tenancy, day: IsoDay): Readonly<Partial<Record<KeptOut, number>>> {
  const counts: Partial<Record<KeptOut, number>> = {};
  for (const { on, keptOut } of calls)
    if (on >= addDays(day, -RECENT_DAYS))
      for (const [reason, turns] of Object.entries(keptOut) as [KeptOut, number][])
        counts[reason] = (counts[reason] ?? 0) + turns;
  if (ticketsKeptOut > 0) counts.sensitive = (counts.sensitive ?? 0) + ticketsKeptOut;
  return counts;
}
