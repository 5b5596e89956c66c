import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, id, instant, type TimeZone } from '../../src/core/domain/index.ts';
import { openRuns, type Runs } from '../../src/core/runs/index.ts';
import { type LeaseDeps, openJournal, type Store } from '../../src/core/store/index.ts';
import { asked, dispatch, errand, type Payer } from './errands.ts';
import { append, openIn } from './life.ts';

/** So much faster runs the clock of all that is here: a lease is over after three seconds. */
const SPEED = 10;
const began = Date.now();

const clock: LeaseDeps['clock'] = {
  now: (): Instant => instant(began + (Date.now() - began) * SPEED),
  sleep: (ms, signal) => delay(ms / SPEED, undefined, { signal }).catch(() => undefined),
  every(ms, work) {
    const timer = setInterval(work, ms / SPEED).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

export interface Room extends AsyncDisposable {
  readonly store: Store;
  readonly runs: Runs;
  readonly clock: LeaseDeps['clock'];
}

/** What a process of this machine has of the store of a folder. */
export async function openRoom(dir: string): Promise<Room> {
  const store = await openIn(dir);
  const services: Payer = { pay: async (key) => append(join(dir, 'effects.log'), key) };
  const deps: LeaseDeps = {
    ...{ store, owner: id('owner', 'hill-street'), actor: { id: id('actor', 'os:ada'), assurance: 'os-user' }, clock },
    processes: { self: { world: 'errands', process: `${process.pid}` }, isDead: ({ process: other }) => isGone(other) },
  };
  const runs = openRuns({
    ...{ ...deps, random: Math.random, signal: new AbortController().signal, journal: openJournal(deps), services },
    ...{ workflows: [asked, errand, dispatch], roles: 'believed', timeZone: 'UTC' as TimeZone, logger: { warn() {} } },
  });
  return { store, runs, clock, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

function isGone(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}
