import { expect, test } from 'vitest';
import type { UserError } from '../../errors/index.ts';
import type { Prepared } from './deploys.ts';
import { mustStayBelow } from './limits.ts';

const type = { name: 'gpu_1x_h100_pcie', gpu: 'H100', gpus: 1, vcpus: 26, memoryGib: 225, centsPerHour: 329 };

interface Limits {
  readonly maxHourlyCents?: number | null;
  readonly maxHourlyAt?: string;
  readonly targetCents?: number | null;
}

/** Two nodes are planned at $3.29, of which the second is to be launched, at `dear` or less; `peakCents` while it changes. */
function prepared(
  dear: number,
  { maxHourlyCents = null, maxHourlyAt = 'deploy/production.yaml:3', targetCents = null }: Limits,
  peakCents = 329 + dear,
) {
  const offer = (centsPerHour: number) => ({ type: type.name, region: 'r1', centsPerHour });
  const launched = [{ name: 'node-1', candidates: [offer(329), offer(dear)] }];
  const foreseen = { launched, kept: [], ended: [], strays: [], peakCents };
  const plan = { fleet: [{ type, nodes: 2 }], maxHourlyCents, maxHourlyAt, targetCents } as unknown as Prepared['plan'];
  return { plan, foreseen, agreedCents: 329 + dear };
}

const refusal = (...of: Parameters<typeof prepared>): UserError | undefined => {
  try {
    mustStayBelow(prepared(...of));
    return undefined;
  } catch (thrown) {
    return thrown as UserError;
  }
};

test('the limit for all of it holds by the dearest that may come', () => {
  expect(refusal(429, { maxHourlyCents: 758 })).toBeUndefined();
  expect(refusal(429, { maxHourlyCents: 757 })).toMatchObject({
    ...{ exit: 'refused', message: expect.stringContaining('$7.58 an hour would bill by the dearest') },
    next: ['max_hourly: 7.58 in deploy/production.yaml:3', 'or --candidates that cost less'],
  });
});

test('what bills while it changes is held below it too, and only there it is told to end something first', () => {
  expect(refusal(329, { maxHourlyCents: 987 }, 987)).toBeUndefined();
  expect(refusal(329, { maxHourlyCents: 986 }, 987)).toMatchObject({
    ...{ exit: 'refused', message: expect.stringContaining('while it changes $9.87 an hour would bill') },
    next: ['max_hourly: 9.87 in deploy/production.yaml:3: for a while both bill', 'or destroy it first'],
  });
  expect(refusal(329, { maxHourlyCents: 986, maxHourlyAt: '--max-hourly' }, 987)?.next[0]).toMatch(
    /^--max-hourly 9\.87: /,
  );
  expect(refusal(429, { maxHourlyCents: 700 })?.next).not.toContain('or destroy it first');
});

test('the target for a GPU hour holds by the dearest of what is launched', () => {
  expect(refusal(429, { targetCents: 379 })).toBeUndefined();
  expect(refusal(429, { targetCents: 378 })).toMatchObject({
    ...{ exit: 'refused', message: expect.stringContaining('would cost $3.79') },
    next: expect.arrayContaining(['target_price_per_gpu_hour: 3.79']),
  });
  // Eight GPUs at $3.99 each in the place of one are dear all the same.
  expect(refusal(3192, { targetCents: 429 })).toMatchObject({ exit: 'refused' });
});
