import { looksOf, recover } from './recover.ts';

/** What a 95 % interval may fall to over 200 rounds before it is called broken. */
const LEAST = 0.9;
/** And what the share of those may rise to in which looking every month finds what is not there. */
const MOST = 0.08;
const EFFECTS = [0.25, 0] as const;

/** Worlds with a known effect, one a round: how often the interval that sophia tells covers what was put in. */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  const rows: Record<string, number | string> = {};
  const broken: string[] = [];
  for (const effect of EFFECTS) {
    const told = Array.from({ length: rounds }, (_, at) => recover({ seed: seed + at, effect }));
    const covered = told.filter(({ covers }) => covers).length / rounds;
    const mean = told.reduce((sum, { relative }) => sum + (relative?.value ?? 0), 0) / rounds;
    const named = `effect of ${Math.round(effect * 100)} % put in`;
    rows[`${named}: share of 95 % intervals that cover it`] = covered.toFixed(3);
    rows[`${named}: mean of what was found`] = mean.toFixed(3);
    rows[`${named}: called an effect`] = told.filter(({ state }) => /tenants/.test(state)).length;
    rows[`${named}: called insufficient data`] = told.filter(({ state }) => state === 'insufficient data').length;
    if (covered < LEAST) broken.push(`of ${named} only ${covered} of the intervals cover it`);
  }
  const looked = Array.from({ length: rounds }, (_, at) =>
    looksOf({ seed: seed + at, months: 36, perMonth: 20, leaves: 0.45 }),
  );
  const everFound = looked.filter((looks) => looks.some(({ state }) => /tenants/.test(state))).length / rounds;
  const everOut = looked.filter((looks) => looks.some(({ leavesOutZero }) => leavesOutZero)).length / rounds;
  rows['no effect, looked at monthly for three years: share of worlds ever called an effect'] = everFound.toFixed(3);
  rows['the same: share in which a 95 % interval of one look ever leaves out 0'] = everOut.toFixed(3);
  if (everFound > MOST)
    broken.push(`in ${everFound} of the worlds without an effect one is found by looking every month`);
  const { treated, withheld } = recover({ seed, effect: 0 }).arms;
  rows['tenants in the first world: treated, withheld'] = `${treated.n}, ${withheld.n}`;
  return { rounds, rows, broken };
}
