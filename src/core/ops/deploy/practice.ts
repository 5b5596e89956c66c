import { join } from 'node:path';
import { cause, emulatedNow, type Mishap, type Reaching } from '../../cloud/index.ts';

export { type Mishap, mishaps } from '../../cloud/index.ts';

import { type Context, scaledClock } from '../../context/index.ts';
import { ExternalError, UserError } from '../../errors/index.ts';
import type { AccountDeps } from './account.ts';

/** How a rehearsal goes: how many times as fast as the clock on the wall, and what is to go wrong in it. */
export interface Practice {
  readonly speed: number;
  readonly mishap?: Mishap | undefined;
}

/** The emulator of this user, as it is reached: one account for all rehearsals, as the vendor has one. */
export interface Emulated {
  readonly url: string;
  readonly key: string;
  readonly speed: number;
}

type PracticeDeps = Pick<Context, 'files' | 'programs' | 'machine'> & Reaching;

/** It ends by itself when nobody has asked it anything for so long. Its account is kept. */
const IDLE_S = 900;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 20_000;

/** What asks the emulator in the place of the vendor, in its time; one is started where none runs. */
export async function practising<Deps extends PracticeDeps>(
  deps: Deps,
  { speed, mishap }: Practice,
): Promise<Deps & AccountDeps & { readonly emulated: Emulated }> {
  const { clock } = deps;
  const emulated = (await atWork(deps, speed)) ?? (await started(deps, speed));
  if (mishap) await cause(deps, emulated.url, mishap);
  const from = (await emulatedNow(deps, emulated.url)) ?? clock.now();
  return {
    ...deps,
    ...{ clock: scaledClock(clock, from, emulated.speed), rehearsal: emulated.url, emulated },
    key: async () => ({ reveal: () => emulated.key }),
  };
}

/** So that a machine which boots for twenty minutes is waited for twenty seconds. */
export const USUAL_SPEED = 60;
/** Whatever runs just now, else the usual. */
export const ANY_SPEED = 1;

/** How rehearsals are gone on with, and whether the emulator runs: one of another speed would end it. Asks nobody. */
export async function practiceHere(
  deps: Pick<Context, 'files' | 'programs'>,
): Promise<Practice & { readonly isAtWork: boolean }> {
  const text = await deps.files.readText(join(folderOf(deps), 'server.json'));
  const found = text === undefined ? undefined : (JSON.parse(text) as Emulated & { readonly pid: number });
  return {
    speed: found?.speed ?? USUAL_SPEED,
    isAtWork: found !== undefined && deps.programs.named(found.pid) !== undefined,
  };
}

function folderOf({ files }: Pick<Context, 'files'>): string {
  return join(files.places.state, 'rehearsal');
}

/** The one that runs. UserError `refused` where it has another speed than is asked for. */
async function atWork(deps: PracticeDeps, speed: number): Promise<Emulated | undefined> {
  const text = await deps.files.readText(join(folderOf(deps), 'server.json'));
  if (text === undefined) return undefined;
  const found = JSON.parse(text) as Emulated & { readonly pid: number };
  if ((await emulatedNow(deps, found.url)) === undefined) return undefined;
  if (found.speed === speed || speed === ANY_SPEED) return found;
  // Somebody may be in the midst of one.
  throw new UserError('refused', `a rehearsal runs ${found.speed} times as fast as the clock`, [
    `--speed ${found.speed}   goes on with it`,
    'or ask nothing of it for a quarter of an hour: it then ends',
  ]);
}

async function started(deps: PracticeDeps, speed: number): Promise<Emulated> {
  const { files, programs, machine, clock, signal } = deps;
  const folder = folderOf(deps);
  const server = join(folder, 'server.json');
  await files.makeFolder(folder);
  const shared = { file: server, idleS: IDLE_S };
  const pace = speed === ANY_SPEED ? USUAL_SPEED : speed;
  const start = { templates: files.places.templates, now: Date.parse(clock.now()), speed: pace, shared };
  const word = JSON.stringify({ ...start, file: join(folder, 'account.json') });
  const log = join(folder, 'emulator.log');
  await programs.begin({ program: machine.node.file, args: [programs.own('emulator'), word], log });
  for (let waited = 0; waited < PATIENCE_MS && !signal.aborted; waited += LOOK_EVERY_MS) {
    // Where somebody else began one at the same moment, it is theirs, at their speed.
    const one = await atWork(deps, speed);
    if (one) return one;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  throw new ExternalError('failed', 'the emulator of the rehearsal did not start', true, undefined, [
    `look into ${log}`,
  ]);
}
