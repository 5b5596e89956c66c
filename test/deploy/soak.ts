import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '../../src/emulator/faults.ts';
import { engine } from '../engine.ts';
import { build } from '../kill/life.ts';
import { seeded } from '../rooms.ts';
import { CENTS, House, type Part } from './house.ts';

/** One round is a quarter of a minute. */
export const usual = 60;

const NODES = 2;
const TRIES = 3;
const LOOK_EVERY_MS = 20;
/** So long may an engine live that was left by a sophia which was killed. */
const PATIENCE_MS = 30_000;
const VICTIMS: readonly (readonly Part[])[] = [
  ['sophia'],
  ['engine'],
  ['plugin'],
  ['engine', 'plugin'],
  ['sophia', 'engine'],
  ['sophia', 'engine', 'plugin'],
];

/** A request of the vendor's, and how many such there are in an undisturbed life of the command, about. */
type Request = readonly [what: string, method: string, path: string, most: number];
const list = (most: number): Request => ['list of machines', 'GET', '^/instances$', most];
const look = (most: number): Request => ['look at a machine', 'GET', '^/instances/', most];
const COMMANDS = {
  deploy: {
    ms: 5000,
    requests: [
      ['launch', 'POST', 'launch$', NODES],
      ['price', 'GET', '^/instance-types$', 6],
      ['look for the key', 'GET', '^/ssh-keys$', 1],
      ['key made', 'POST', '^/ssh-keys$', 1],
      list(9),
      look(40),
    ] as readonly Request[],
  },
  destroy: {
    ms: 2500,
    requests: [
      ['end of a machine', 'POST', 'terminate$', NODES],
      ['key removed', 'DELETE', '^/ssh-keys/', 1],
      list(4),
      look(16),
    ] as readonly Request[],
  },
};

/** When it is struck: at a request of the vendor's, or so long after the engine has begun. */
type Moment = { readonly said: string } & (
  | { readonly fault: Omit<Fault, 'status' | 'code'> }
  | { readonly ms: number }
);

interface Chance {
  readonly command: keyof typeof COMMANDS;
  readonly victims: readonly Part[];
  readonly moment: Moment;
  readonly then: 'deployed again' | 'destroyed at once';
  /** What an engine that is killed leaves half, as it may at moments too short to be met by chance. */
  readonly half: readonly Half[];
  /** Whether the GPUs of the first machine that is launched do not compute. */
  readonly isBad: boolean;
}

const HALVES = {
  'a lock': (house: House) => house.leave(`${house.locks()}/1.json.18bc0f.tmp`, ''),
  'the salt': (house: House) => house.tear('.sophia/rehearsal/production', (name) => name.startsWith('Pulumi.prod')),
};
type Half = keyof typeof HALVES;

function chanceOf(random: () => number): Chance {
  const whole = (to: number) => Math.floor(random() * to);
  const oneOf = <T>(all: readonly T[]): T => all[whole(all.length)] as T;
  const command = random() < 0.7 ? 'deploy' : 'destroy';
  const victims = oneOf(VICTIMS);
  const { ms, requests } = COMMANDS[command];
  const then = random() < 0.5 ? 'deployed again' : 'destroyed at once';
  const drawn = () => (Object.keys(HALVES) as Half[]).filter(() => random() < 0.4);
  if (random() < 0.25) {
    const moment = { said: 'at any time', ms: whole(ms) };
    return { command, victims, then, moment, half: drawn(), isBad: random() < 0.3 };
  }
  const [what, method, path, most] = oneOf(requests);
  const isDone = random() < 0.5;
  const fault = { method, path, what: isDone ? 'hold-answer' : 'hold', after: whole(most), times: 1 } as const;
  const moment = { said: `${what}, ${isDone ? 'done and not told' : 'before it'}`, fault };
  return { command, victims, then, moment, half: drawn(), isBad: random() < 0.3 };
}

/**
 * Each round is one environment. Whoever is at work on it is killed once, wherever chance will have it, as the kernel
 * kills: sophia, Pulumi's engine and our plugin, alone or together. Half of them are then deployed again, which must come
 * to what was planned, and be ended; half are ended at once. In the end nothing may live, bill or be in doubt.
 */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  const path = engine();
  if (path === undefined) throw new Error("Pulumi's engine is not built: npm run engine");
  build();
  const rows: Record<string, number> = {};
  const broken: string[] = [];
  for (let number = 0; number < rounds; number++) {
    const random = seeded(seed * 100_003 + number);
    const chance = chanceOf(random);
    const { command, victims, moment, then } = chance;
    const at = 'fault' in moment ? `the ${moment.fault.after + 1}th` : `${moment.ms} ms`;
    const told = `seed ${seed}, round ${number} (${command}, ${victims.join(' and ')}, ${moment.said}, ${at}, ${then})`;
    const count = (what: string) => {
      rows[what] = (rows[what] ?? 0) + 1;
    };
    const fail = (what: string) => {
      broken.push(`${told}: ${what}`);
      console.log(`BROKEN ${broken.at(-1)}`);
    };
    try {
      await round(new House(path, { nodes: NODES }), chance, count, fail);
    } catch (thrown) {
      fail(thrown instanceof Error ? `${thrown.stack}` : String(thrown));
    }
  }
  return { rounds, rows: Object.fromEntries(Object.entries(rows).sort()), broken };
}

async function round(
  opened: House,
  { command, victims, moment, then, half, isBad }: Chance,
  count: (what: string) => void,
  fail: (what: string) => void,
): Promise<void> {
  using house = opened;
  await house.begin();
  if (isBad) {
    await house.set({ badGpuNext: 1 });
    count('the first machine has bad GPUs');
  }
  if (command === 'destroy') mustEnd(await house.deploy(), 'the undisturbed deploy', fail);
  const before = house.engine();
  if ('fault' in moment) await house.fault(moment.fault);
  const lost = { isOver: false };
  const ended = (command === 'deploy' ? house.deploy() : house.destroy()).finally(() => {
    lost.isOver = true;
  });
  const held = 'fault' in moment ? house.held() : untilEngine(house, before, lost).then(() => delay(moment.ms));
  await Promise.race([held, ended]);
  // Where none of them is at work yet, or any more, there is always sophia.
  const some = house.strike(victims);
  const struck = some.length > 0 ? some : house.strike(['sophia']);
  const { code } = await ended;
  // At once, or when a later one comes to this point: it is held no longer.
  void held.then(() => house.release()).catch(() => undefined);
  if (struck.length === 0) count('came to its end before the kill');
  else {
    count(`${command}: ${struck.join(' and ')} killed`);
    count(`${command}: killed at: ${moment.said}`);
    if (code === 0 && struck.includes('sophia')) fail('it said that all is well, though it was killed');
  }
  if (struck.includes('engine'))
    for (const what of half) {
      HALVES[what](house);
      count(`left half: ${what}`);
    }
  count(`then ${then}`);
  if (then === 'deployed again') await again(house, count, fail);
  mustEnd(await house.destroy(), 'destroy', fail);
  if (house.isEngineAtWork()) count('destroyed while the engine of one that was killed was still at work');
  for (let waited = 0; house.isEngineAtWork() && waited < PATIENCE_MS; waited += LOOK_EVERY_MS)
    await delay(LOOK_EVERY_MS);
  if ((await house.keys()) > 0) fail('destroyed, and an SSH key is left');
  const left = { ...(await house.left()), ...house.recorded(), isLocked: house.isLocked() };
  const nothing = { alive: 0, centsPerHour: 0, ids: [], pending: 0, isLocked: false };
  if (!isDeepStrictEqual(left, nothing))
    fail(
      `${struck.join(' and ') || 'nobody'} killed, destroyed, and there is left ${JSON.stringify(left)}; ${house.said()}`,
    );
}

/** Resolves when another engine than the one before is at work, or the command is over. */
async function untilEngine(house: House, before: number | undefined, lost: { readonly isOver: boolean }) {
  while (house.engine() === before && !lost.isOver) await delay(LOOK_EVERY_MS);
}

function mustEnd({ code, stderr }: { code: number; stderr: string }, what: string, fail: (what: string) => void) {
  if (code !== 0) fail(`${what} ended with ${code}: ${stderr}`);
}

/** Until it succeeds; then exactly what was planned lives and computes, each recorded once, and nothing is in doubt or locked. */
async function again(house: House, count: (what: string) => void, fail: (what: string) => void): Promise<void> {
  let told = await house.deploy();
  let tries = 1;
  for (; told.code !== 0 && tries < TRIES; tries++) told = await house.deploy();
  if (tries > 1) count('deployed again more than once');
  mustEnd(told, `deploy, for the ${tries}th time,`, fail);
  const alive = await house.alive();
  const ids = alive.map(({ id }) => id).sort();
  for (const { id, status, isGpuBad } of alive)
    if (status !== 'active' || isGpuBad)
      fail(`deployed again, and ${id} is ${status}${isGpuBad ? ', with bad GPUs' : ''}`);
  const found = { ...(await house.left()), ...house.recorded(), isLocked: house.isLocked() };
  const planned = { alive: NODES, centsPerHour: NODES * CENTS, ids, pending: 0, isLocked: false };
  if (!isDeepStrictEqual(found, planned))
    fail(`deployed again, and there is ${JSON.stringify(found)}; alive are ${ids.join(', ')}`);
}
