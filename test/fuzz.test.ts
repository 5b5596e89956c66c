import { expect, test } from 'vitest';
import { soak } from './fuzz/soak.ts';

/** The same each time, so that a change is judged by what it changed; `npm run soak fuzz` draws others. */
const seed = Number(process.env.FUZZ_SEED ?? 20261125);

test('10,000 random command lines, and 200 in processes of their own, end as the table says and leave nothing', async () => {
  const { broken } = await soak({ seed, rounds: 10_200, spawned: 200 });
  expect(broken.slice(0, 10), `FUZZ_SEED=${seed} npx vitest run test/fuzz.test.ts`).toEqual([]);
  // Some 20 seconds of CPU, which a busy machine takes its time to give.
}, 300_000);
