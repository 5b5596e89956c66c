import { seeded } from '../rooms.ts';
import { type Observation, violations } from './checker.ts';
import { type Death, openFolders, undisturbed } from './victims.ts';

/** A life is about this long; a kill may come at any moment of it. */
const LIFE_MS = 2500;
/** Kills of one run, at most. */
const KILLS = 12;

/** Each round is one run, killed again and again at random writes and moments until nothing ends it any more. */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  const folders = openFolders();
  const writes = (await undisturbed(await folders.fresh())).length;
  const rows = { runs: 0, 'killed at a write': 0, 'killed at a moment': 0, 'came to their end before the kill': 0 };
  const broken: string[] = [];

  const round = async (number: number) => {
    const random = seeded(seed * 100_003 + number);
    const whole = (to: number) => Math.floor(random() * to);
    const death = (): Death => {
      if (random() < 0.3) return { at: whole(LIFE_MS), side: 'time' };
      return { at: 1 + whole(writes), side: random() < 0.5 ? 'before' : 'after' };
    };
    const dir = await folders.fresh();
    const seen: Observation[] = [];
    for (let kills = 1 + whole(KILLS); kills > 0; kills--) {
      const next = death();
      const ended = await folders.victim(dir, next);
      if (ended !== 'SIGKILL') {
        rows['came to their end before the kill'] += 1;
        if (ended !== 0) broken.push(`round ${number}: a life ended with ${ended}`);
        break;
      }
      rows[next.side === 'time' ? 'killed at a moment' : 'killed at a write'] += 1;
      seen.push(await folders.seenIn(dir));
    }
    await undisturbed(dir);
    rows.runs += 1;
    broken.push(...violations(seen, await folders.seenIn(dir)).map((what) => `round ${number}: ${what}`));
  };

  let next = 0;
  const lane = async () => {
    while (next < rounds) await round(next++);
  };
  await Promise.all([lane(), lane()]);
  folders.remove();
  return { rounds, rows, broken };
}
