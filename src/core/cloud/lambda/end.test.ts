import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../domain/index.ts';
import type { Lambda } from './client.ts';
import { endInstances } from './end.ts';
import type { Instance } from './shapes.ts';
import { LambdaError } from './wire.ts';

const type = { name: 't', gpu: 'H100', gpus: 1, vcpus: 1, memoryGib: 1, centsPerHour: 329 };
const named = (count: number) => Array.from({ length: count }, (_, at) => `m-${at}`);

interface Refusing {
  /** Those of which an end is never asked for in vain, but for these. */
  readonly refused?: readonly string[];
  /** What comes of a request for these. */
  readonly with?: ConstructorParameters<typeof LambdaError>[2];
  /** Of each, the seconds from the request to its end. */
  endsAfterS?(id: string): number;
  /** Those of which the row in the list cannot be read. */
  readonly garbled?: readonly string[];
}

/** A vendor that takes its second over each answer, as the true one does, and keeps the contract of `terminate`. */
function opened(
  ids: readonly string[],
  { refused = [], with: told, endsAfterS = () => 60, garbled = [] }: Refusing = {},
) {
  let now = 0;
  const endsAt = new Map<string, number>();
  const asked = { lists: 0, looks: 0, ends: [] as (readonly string[])[] };
  const isGone = (id: string) => now >= (endsAt.get(id) ?? Number.POSITIVE_INFINITY);
  const machineOf = (id: string): Instance => ({
    ...{ id, name: '', status: endsAt.has(id) ? 'terminating' : 'active', ip: null, region: 'r', type, tags: {} },
  });
  const answer = <T>(what: T): T => {
    now += 1000;
    return what;
  };
  const lambda = {
    async listed() {
      asked.lists += 1;
      const there = ids.filter((id) => !isGone(id));
      const readable = there.filter((id) => !garbled.includes(id));
      return answer({ instances: readable.map(machineOf), unread: there.length - readable.length });
    },
    async seen(id: string) {
      asked.looks += 1;
      return answer(ids.includes(id) && !isGone(id) ? machineOf(id) : undefined);
    },
    async terminate(all: readonly string[]) {
      asked.ends.push(all);
      answer(undefined);
      if (all.some((id) => refused.includes(id)))
        throw new LambdaError('failed', 'it is refused', told ?? { code: 'global/conflict', retryable: false });
      if (!all.every((id) => ids.includes(id) && !isGone(id))) return false;
      for (const id of all) if (!endsAt.has(id)) endsAt.set(id, now + endsAfterS(id) * 1000);
      return true;
    },
  };
  const clock = {
    now: (): Instant => instant(now),
    sleep: async (ms: number) => {
      now += ms;
    },
    every: () => ({ [Symbol.dispose]: () => undefined }),
  };
  const { signal } = new AbortController();
  const end = (which: readonly string[]) => endInstances({ lambda: lambda as unknown as Lambda, clock, signal }, which);
  return { end, asked, seconds: () => now / 1000 };
}

describe('many machines', () => {
  test('are ended by one request, and looked at by one list: three hundred are no longer waited for than one', async () => {
    const ids = named(300);
    const { end, asked, seconds } = opened(ids);
    expect(await end(ids)).toEqual({ ended: ids, left: [] });
    expect(asked).toMatchObject({ ends: [ids], looks: 0 });
    expect(seconds()).toBeLessThan(120);
  });

  test('of which one is refused: it alone is named, and found in a few requests', async () => {
    const ids = named(300);
    const { end, asked } = opened(ids, { refused: ['m-7'] });
    const { ended, left } = await end(ids);
    expect(left).toEqual([{ id: 'm-7', why: 'it is refused' }]);
    expect(ended).toHaveLength(299);
    expect(asked.ends.length).toBeLessThan(25);
  });

  test('of which one stays unanswered hold up none of the others', async () => {
    const ids = named(5);
    const { end } = opened(ids, { refused: ['m-2'], with: { code: 'HTTP 500', retryable: true, isInDoubt: true } });
    const { ended, left } = await end(ids);
    expect(left).toEqual([{ id: 'm-2', why: 'is not confirmed to have ended' }]);
    expect(ended.toSorted()).toEqual(['m-0', 'm-1', 'm-3', 'm-4']);
  });

  test('of which one is not there are ended all the same', async () => {
    const { end } = opened(['m-0', 'm-1']);
    expect(await end(['m-0', 'm-1', 'gone'])).toEqual({ ended: ['gone', 'm-0', 'm-1'], left: [] });
  });

  test('are waited for as long as one after the other ends', async () => {
    const ids = named(5);
    const { end, seconds } = opened(ids, { endsAfterS: (id) => 500 * (Number(id.slice(2)) + 1) });
    expect(await end(ids)).toEqual({ ended: ids, left: [] });
    expect(seconds()).toBeGreaterThan(2400);
  });

  test('that do not end are given up on ten minutes after the last that did', async () => {
    const ids = named(3);
    const { end, seconds } = opened(ids, { endsAfterS: (id) => (id === 'm-0' ? 300 : 1e9) });
    const { ended, left } = await end(ids);
    expect(ended).toEqual(['m-0']);
    expect(left.map(({ why }) => why)).toEqual(['is not confirmed to have ended', 'is not confirmed to have ended']);
    expect(seconds()).toBeGreaterThan(890);
    expect(seconds()).toBeLessThan(930);
  });

  test('of which one cannot be read in the list: it is asked for by its id, and not taken for gone', async () => {
    const { end, asked } = opened(['m-0', 'm-1'], { garbled: ['m-1'], endsAfterS: (id) => (id === 'm-1' ? 1e9 : 60) });
    expect(await end(['m-0', 'm-1'])).toEqual({
      ended: ['m-0'],
      left: [{ id: 'm-1', why: 'is not confirmed to have ended' }],
    });
    expect(asked.looks).toBeGreaterThan(0);
  });
});
