import type { Journal } from '../../store/index.ts';
import type { Meant } from './inside.ts';
import { WASTED } from './stands.ts';

/** Machines that were paid for and ended while something else was done, and what they had come to. */
export interface Wasted {
  readonly machines: number;
  readonly cents: number;
}

export const NOTHING_WASTED: Wasted = { machines: 0, cents: 0 };

export function sumOf(each: Iterable<number>): Wasted {
  const all = [...each];
  return { machines: all.length, cents: all.reduce((sum, cents) => sum + cents, 0) };
}

export function plus(one: Wasted, other: Wasted): Wasted {
  return { machines: one.machines + other.machines, cents: one.cents + other.cents };
}

/** Those that made room for one of use, by the lines of the journal behind `after`, up to `last`; none without `after`. */
export async function wastedBetween(
  journal: Pick<Journal, 'since'>,
  { environment, practice }: Meant,
  after: number | undefined,
  last: number,
): Promise<Wasted> {
  const cents: number[] = [];
  for (let seen = after; seen !== undefined; ) {
    const steps = (await journal.since(seen, { kind: 'deploy.step' })).filter(({ seq }) => seq <= last);
    for (const { body } of steps) {
      const isMeant = body.environment === environment && (body.rehearsed === 1) === (practice !== undefined);
      if (isMeant && body.stands === WASTED) cents.push(Number(body.cents));
    }
    seen = steps.at(-1)?.seq;
  }
  return sumOf(cents);
}
