import { expect, test } from 'vitest';
import { type Instant, instant } from '../../domain/index.ts';
import { removeUnused } from './insist.ts';
import type { Launching } from './launch.ts';
import { LambdaError } from './wire.ts';

/** What is asked to be removed, and refused so many times for being in use. */
async function removing(times: number, code: string) {
  let [now, asked] = [0, 0];
  const clock = {
    now: (): Instant => instant(now),
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const deps = { clock, signal: new AbortController().signal } as unknown as Launching;
  const remove = async () => {
    asked += 1;
    if (asked <= times) throw new LambdaError('failed', 'it is in use', { code, retryable: false });
    return true;
  };
  const thrown = await removeUnused(deps, 'ruleset', remove).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { asked, thrown };
}

test.each(['firewall-rulesets/firewall-ruleset-in-use', 'filesystems/filesystem-in-use'])(
  'what used it may have ended a moment ago: %s is asked again for half a minute',
  async (code) => {
    expect(await removing(3, code)).toEqual({ asked: 4, thrown: undefined });
    expect(await removing(99, code)).toMatchObject({ asked: 7, thrown: { code, retryable: true } });
  },
);

test('any other refusal stays one', async () => {
  expect(await removing(1, 'global/conflict')).toMatchObject({ asked: 1, thrown: { code: 'global/conflict' } });
});
