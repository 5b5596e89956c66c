import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { Poll } from './poll.ts';

/** A clock that the test moves: who sleeps is heard, and woken by the test. */
function heldClock() {
  let now = 0;
  const sleeps: { readonly ms: number; wake(): void }[] = [];
  return {
    sleeps,
    pass: (ms: number) => {
      now += ms;
    },
    /** As long as was wanted. */
    async sleepOut() {
      const last = sleeps.at(-1);
      now += last?.ms ?? 0;
      last?.wake();
      await settled();
    },
    now: (): Instant => instant(now),
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((wake) => {
        sleeps.push({ ms, wake });
        signal.addEventListener('abort', () => wake(), { once: true });
      }),
  };
}

const away = new UserError('held', 'the store is away', []);
const settled = () => new Promise((done) => setImmediate(done));
const pulse = async () => 'the same';

describe('a question that is asked again and again', () => {
  test('keeps the last good answer, tells why there is no newer one, and waits longer each time', async () => {
    const clock = heldClock();
    const answers: (string | UserError)[] = ['good', away, away, 'better'];
    const ask = async () => {
      const answer = answers.shift();
      if (answer instanceof UserError) throw answer;
      return answer;
    };
    let beats = 0;
    const poll = new Poll({ ask, clock, pulse: async () => `${beats++}` });
    poll.start();
    await settled();
    const seen = [];
    for (const _ of [1, 2, 3]) {
      seen.push({ data: poll.data, failure: poll.failure, ms: clock.sleeps.at(-1)?.ms });
      await clock.sleepOut();
    }
    expect(seen).toEqual([
      { data: 'good', failure: undefined, ms: 100 },
      { data: 'good', failure: 'the store is away', ms: 2000 },
      { data: 'good', failure: 'the store is away', ms: 4000 },
    ]);
    expect({ data: poll.data, failure: poll.failure, ageMs: poll.ageMs }).toEqual({
      data: 'better',
      failure: undefined,
      ageMs: 0,
    });
    clock.pass(7000);
    expect(poll.ageMs).toBe(7000);
    poll.stop();
  });

  test('is asked as soon as something has happened, and else now and then', async () => {
    const clock = heldClock();
    let [asked, beat] = [0, 'a'];
    const poll = new Poll({ ask: async () => (asked += 1), clock, pulse: async () => beat });
    poll.start();
    await settled();
    await clock.sleepOut();
    await clock.sleepOut();
    expect(asked).toBe(1);
    beat = 'b';
    await clock.sleepOut();
    expect(asked).toBe(2);
    clock.pass(2000);
    await clock.sleepOut();
    expect(asked).toBe(3);
    poll.stop();
  });

  test('that takes long is asked the less often', async () => {
    const clock = heldClock();
    let [asked, beat] = [0, 'a'];
    const ask = async () => {
      clock.pass(300);
      asked += 1;
    };
    const poll = new Poll({ ask, clock, pulse: async () => beat });
    poll.start();
    await settled();
    // A fifth of the time at most while something happens, and a fiftieth while nothing does.
    expect(clock.sleeps.at(-1)?.ms).toBe(1500);
    while (asked === 1) await clock.sleepOut();
    // But not so seldom that what it tells is old by then.
    expect(Date.parse(clock.now())).toBeGreaterThanOrEqual(8000);
    expect(Date.parse(clock.now())).toBeLessThan(10_000);
    beat = 'b';
    await clock.sleepOut();
    expect(asked).toBe(3);
    poll.stop();
  });

  test('is asked at once where the clock was put back', async () => {
    const clock = heldClock();
    let asked = 0;
    const ask = async () => {
      asked += 1;
    };
    const poll = new Poll({ ask, clock, pulse });
    poll.start();
    await settled();
    clock.pass(-3_600_000);
    await clock.sleepOut();
    expect(asked).toBe(2);
    poll.stop();
  });

  test('is under way once at a time, and those who ask meanwhile share one more', async () => {
    const doors = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    let asked = 0;
    const poll = new Poll({
      ask: () => doors[asked++]?.promise ?? Promise.reject(away),
      ...{ pulse, clock: heldClock() },
    });
    const all = [poll.refresh(), poll.refresh(), poll.refresh()];
    await settled();
    expect(asked).toBe(1);
    doors[0]?.resolve(1);
    await settled();
    expect({ asked, data: poll.data }).toEqual({ asked: 2, data: 1 });
    doors[1]?.resolve(2);
    await Promise.all(all);
    expect({ asked, data: poll.data }).toEqual({ asked: 2, data: 2 });
  });

  test('announces no answer that is equal to the last', async () => {
    const poll = new Poll({ ask: async () => ({ runs: [1, 2] }), pulse, clock: heldClock() });
    let announced = 0;
    poll.subscribe(() => {
      announced += 1;
    });
    await poll.refresh();
    await poll.refresh();
    expect(announced).toBe(1);
  });

  test('asks no more when it was stopped, however long it still sleeps', async () => {
    const clock = heldClock();
    let asked = 0;
    const poll = new Poll({ ask: async () => (asked += 1), pulse, clock });
    poll.start();
    await settled();
    poll.stop();
    await clock.sleepOut();
    expect(asked).toBe(1);
  });
});
