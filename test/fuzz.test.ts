import { expect, test } from 'vitest';
import { isWhole } from './every-point.ts';
import { soak } from './fuzz/soak.ts';

/** The same each time, so that a change is judged by what it changed; `npm run soak fuzz` draws others. */
const seed = Number(process.env.FUZZ_SEED ?? 20261125);

/** All of them where every moment is wanted, as in CI; else a tenth, so that `npm test` is over in five minutes. */
const share = isWhole ? 1 : 10;
const [lines, spawned] = [10_000 / share, 200 / share];
if (share > 1) console.log(`random command lines: ${lines} of 10000; EVERY_POINT=1 has all`);

test(`${lines} random command lines, and ${spawned} in processes of their own, end as the table says and leave nothing`, async () => {
  const { broken } = await soak({ seed, rounds: lines + spawned, spawned });
  expect(broken.slice(0, 10), `FUZZ_SEED=${seed} npx vitest run test/fuzz.test.ts`).toEqual([]);
  // Some 20 seconds of CPU, which a busy machine takes its time to give.
}, 300_000);
