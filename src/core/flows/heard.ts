import { addDays, type Snapshot, type TenantId } from '../domain/index.ts';

/** What was heard of a tenant lately that a policy must know of, and that weighs nothing in the score. */
export interface Heard {
  /** Hardship, or a home that is not fit to live in. */
  readonly inNeed: boolean;
  readonly looksElsewhere: boolean;
}

const RECENT_DAYS = 90;

/** Of each tenant of whom there is something to know. */
export function heardIn({ day, tenancies }: Pick<Snapshot, 'day' | 'tenancies'>): Readonly<Record<TenantId, Heard>> {
  const since = addDays(day, -RECENT_DAYS);
  return Object.fromEntries(
    tenancies.flatMap(({ tenant, calls, inNeedOn = '' }) => {
      const intents = new Set(calls.filter(({ on }) => on >= since).flatMap(({ intents }) => intents));
      const inNeed = inNeedOn >= since;
      const looksElsewhere = intents.has('moving_intent');
      return inNeed || looksElsewhere ? [[tenant, { inNeed, looksElsewhere }]] : [];
    }),
  );
}
