import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Instance } from '../../cloud/index.ts';
import { openFiles } from '../../context/files.ts';
import { type Instant, instant } from '../../domain/index.ts';
import { endAll } from './ending.ts';
import type { Inside } from './inside.ts';

const ID = 'a'.repeat(32);

interface Opening {
  readonly lagS: number;
  readonly isTouched: boolean;
  readonly staysListed?: boolean;
  readonly unread?: number;
  /** What comes when it is asked for SSH keys. */
  readonly keys?: () => Response;
}

/** An environment of which nothing is recorded, and a vendor with one machine of it that is in the list after `lagS`. */
function opened({ lagS, isTouched, staysListed = false, unread = 0, keys }: Opening) {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-ending-'));
  const place = { folder: dir, environment: 'production' };
  const folders = { cwd: dir, packageRoot: dir, dataHome: dir, configHome: dir, stateHome: dir, userId: undefined };
  const files = openFiles({ ...folders, random: () => 0.5 });
  mkdirSync(join(dir, 'production'));
  writeFileSync(join(dir, 'home-id'), 'h1\n');
  if (isTouched) writeFileSync(join(dir, 'production/touched'), '');
  let [now, isThere] = [0, true];
  const clock = {
    now: (): Instant => instant(now),
    async sleep(ms: number) {
      now += ms;
    },
    every: () => ({ [Symbol.dispose]: () => undefined }),
  };
  const gone = () => Response.json({ error: { code: 'global/object-does-not-exist' } }, { status: 404 });
  const vendor = {
    ...{
      clock,
      patienceS: undefined,
      signal: new AbortController().signal,
      key: async () => ({ reveal: () => 'key' }),
    },
    async fetch(url: string | URL | Request) {
      if (keys && String(url).endsWith('/ssh-keys')) return keys();
      if (!String(url).endsWith('/terminate')) return gone();
      isThere = false;
      return Response.json({ data: {} });
    },
  };
  const type = { name: 't', gpu: 'H100', gpus: 1, vcpus: 1, memoryGib: 1, centsPerHour: 329 };
  const machine: Instance = { id: ID, name: '', status: 'booting', ip: null, region: 'r', type, tags: {} };
  const [warned, journalled]: [string[], unknown[]] = [[], []];
  const inside = {
    deps: {
      journal: { appendIn: (_: object, line: unknown) => journalled.push(line) },
      logger: { warn: (text: string) => warned.push(text) },
      ...{ files, processes: {}, programs: {}, store: { write: async (work: (tx: object) => unknown) => work({}) } },
    },
    placeOf: () => place,
    reaching: async () => vendor,
    seenOf: async () => ({ alive: (isThere || staysListed) && now >= lagS * 1000 ? [machine] : [], unread }),
    alone: (_: unknown, work: () => Promise<unknown>) => work(),
  };
  const end = (signal = vendor.signal) =>
    endAll(inside as unknown as Inside, { environment: 'production', practice: undefined }, signal);
  const isMarked = async () => (await files.kindOf(join(dir, 'production/touched'))) !== undefined;
  return {
    warned,
    journalled,
    end,
    isMarked,
    isAlive: () => isThere,
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
}

test('after something that did not come to its end, what is missing from the list for a while is waited for, and ended', async () => {
  using world = opened({ lagS: 29, isTouched: true });
  expect(await world.end()).toMatchObject({ ended: [ID], left: [] });
  expect(world.isAlive()).toBe(false);
  // From now on nothing is in doubt.
  expect(await world.isMarked()).toBe(false);
});

test('where all came to its end nobody is made to wait', async () => {
  using world = opened({ lagS: 29, isTouched: false });
  expect(await world.end()).toMatchObject({ ended: [], left: [] });
});

test('stopped, it tells nothing to have ended', async () => {
  using world = opened({ lagS: 0, isTouched: false });
  await expect(world.end(AbortSignal.abort())).rejects.toThrow('ending production was stopped');
  expect(world.isAlive()).toBe(true);
});

test('what the list shows still is told to be left, whoever said that it has ended', async () => {
  using world = opened({ lagS: 0, isTouched: false, staysListed: true });
  expect(await world.end()).toMatchObject({ ended: [], left: [{ id: ID, why: 'is listed still' }] });
});

test('where a machine of the account cannot be read, what can be is ended, and it is told that the rest may be of it', async () => {
  using world = opened({ lagS: 0, isTouched: true, unread: 2 });
  expect(await world.end()).toMatchObject({
    ended: [ID],
    left: [{ id: 'unknown', why: '2 machines of the account cannot be read' }],
  });
  expect(await world.isMarked()).toBe(true);
});

test('where nobody knows whether its SSH key is left, all has ended all the same, and that is said', async () => {
  using world = opened({ lagS: 0, isTouched: false, keys: () => Response.json({}, { status: 500 }) });
  expect(await world.end()).toMatchObject({ ended: [ID], left: [] });
  expect(world.warned).toEqual([expect.stringContaining('SSH key sophia-production-h1 is left')]);
});

test('stopped while its SSH key is looked for, what has ended is told and written down', async () => {
  const stop = new AbortController();
  const keys = () => {
    stop.abort();
    throw stop.signal.reason;
  };
  using world = opened({ lagS: 0, isTouched: true, keys });
  expect(await world.end(stop.signal)).toMatchObject({ ended: [ID], left: [] });
  expect(world.journalled).toMatchObject([{ kind: 'deploy.ended' }]);
  expect(await world.isMarked()).toBe(false);
});
