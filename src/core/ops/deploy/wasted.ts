import type { Journal } from '../../store/index.ts';
import type { Meant } from './inside.ts';
import { WASTED } from './stands.ts';

/** Machines that were paid for and ended while something else was done, and what they had come to. */
export interface Wasted {
  readonly machines: number;
  readonly cents: number;
}

/** Those that made room for one of use, behind a line of the journal: the engine counts the last one alone. */
export async function wastedSince(
  journal: Pick<Journal, 'since' | 'flush'>,
  began: number,
  { environment, practice }: Meant,
): Promise<Wasted> {
  await journal.flush();
  const wasted = { machines: 0, cents: 0 };
  for (let after = began; ; ) {
    const steps = await journal.since(after, { kind: 'deploy.step' });
    const last = steps.at(-1);
    if (!last) return wasted;
    for (const { body } of steps) {
      const isMeant = body.environment === environment && (body.rehearsed === 1) === (practice !== undefined);
      if (!isMeant || body.stands !== WASTED) continue;
      wasted.machines += 1;
      wasted.cents += Number(body.cents);
    }
    after = last.seq;
  }
}
