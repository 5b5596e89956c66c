import { join } from 'node:path';
import type { Context, ProcessName } from '../context/index.ts';
import { UserError } from '../errors/index.ts';
import { type Place, pathsOf } from './engine.ts';

type LockDeps = Pick<Context, 'files' | 'programs' | 'processes' | 'clock' | 'signal'>;

/** A lock of the engine: it writes down who it was, and takes it away when it ends. Killed, it leaves it. */
export interface Lock {
  readonly file: string;
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  readonly since: string;
}

/** Which engine works for which sophia. */
interface AtWork {
  readonly engine: ProcessName;
  readonly sophia: ProcessName;
}

export async function locksOf({ files }: Pick<Context, 'files'>, place: Place): Promise<Lock[]> {
  const { locks } = pathsOf(place);
  const found: Lock[] = [];
  for (const name of await files.list(locks)) {
    if (!name.endsWith('.json')) continue;
    const file = join(locks, name);
    const { pid = 0, hostname = '', username = '', timestamp = '' } = parsed(await files.readText(file));
    found.push({ file, pid, host: hostname, user: username, since: timestamp });
  }
  return found;
}

/** A lock that is half written is one all the same. */
function parsed(text = '{}'): { pid?: number; hostname?: string; username?: string; timestamp?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const LOOK_EVERY_MS = 100;
/** So long may an engine take that was left by a sophia which was killed: it asks the plugin to cancel, and writes it down. */
const PATIENCE_MS = 90_000;

/**
 * Takes away the locks of engines that are certain to be dead. One whose sophia is dead is asked to stop, and waited for:
 * nobody else can tell it. UserError `held` for one that is at work, or that runs where nobody can look.
 */
export async function settleLocks(deps: LockDeps, place: Place): Promise<void> {
  // One that has just begun has no lock yet, and would take it under our hands.
  const orphan = await orphanOf(deps, place);
  if (orphan) await ended(deps, orphan);
  await removeHalf(deps, place);
  for (const lock of await locksOf(deps, place)) {
    if (!isOfDead(deps, lock) && !(await isOfFormer(deps, place, lock))) throw isHeld(place, lock);
    await deps.files.remove(lock.file);
  }
}

/**
 * A lock is written beside its name and takes it then. An engine that is killed in between leaves what the next counts as a
 * lock, whatever stands in it. One that lives finds its own gone, and ends before it has done anything.
 */
async function removeHalf({ files }: Pick<Context, 'files'>, place: Place): Promise<void> {
  const { locks } = pathsOf(place);
  for (const name of await files.list(locks)) if (!name.endsWith('.json')) await files.remove(join(locks, name));
}

/** Written down when an engine begins, so that it can be told from another of its number, and from one that was left. */
export async function writeAtWork({ files, processes }: LockDeps, place: Place, engine: ProcessName): Promise<void> {
  const { atWork } = pathsOf(place);
  const told: AtWork = { engine, sophia: processes.self };
  // Whole or not at all: who is killed meanwhile must leave what can be read.
  const beside = `${atWork}.new`;
  await files.remove(beside);
  await files.place(beside, JSON.stringify(told));
  await files.move(beside, atWork, 'over');
}

/** Undefined where nothing was written down, or nothing whole. */
async function atWorkIn({ files }: Pick<Context, 'files'>, place: Place): Promise<AtWork | undefined> {
  const text = await files.readText(pathsOf(place).atWork);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as AtWork);
  } catch {
    return undefined;
  }
}

/**
 * Whether it was written down who had the number of a lock, and that one is no more: another may have it since, above all after
 * this machine was started anew.
 */
async function isOfFormer({ files, processes }: LockDeps, place: Place, { pid, host }: Lock): Promise<boolean> {
  const { engine } = (await atWorkIn({ files }, place)) ?? {};
  if (!engine || Number.parseInt(engine.process, 10) !== pid) return false;
  const [here, boot] = processes.self.world.split('/');
  const [there, then] = engine.world.split('/');
  return processes.isDead(engine) || (here === host && there === host && boot !== then);
}

/** The engine that is at work for a sophia which is dead. */
async function orphanOf({ files, processes }: LockDeps, place: Place): Promise<ProcessName | undefined> {
  const { engine, sophia } = (await atWorkIn({ files }, place)) ?? {};
  if (!engine || !sophia || processes.isDead(engine)) return undefined;
  return processes.isDead(sophia) ? engine : undefined;
}

async function ended({ programs, processes, clock, signal }: LockDeps, engine: ProcessName): Promise<void> {
  programs.interrupt(engine);
  for (let waited = 0; waited < PATIENCE_MS && !processes.isDead(engine) && !signal.aborted; waited += LOOK_EVERY_MS)
    await clock.sleep(LOOK_EVERY_MS, signal);
}

/** Only where it is certain: it was of this machine, and there is no such process. */
export function isOfDead(
  { programs, processes }: Pick<Context, 'programs' | 'processes'>,
  { pid, host }: Lock,
): boolean {
  return processes.self.world.startsWith(`${host}/`) && pid > 0 && programs.named(pid) === undefined;
}

/** UserError `held` where a process of that number lives on this machine: two engines at work would each lose what the other wrote. */
export function mustNotLive({ programs, processes }: Pick<Context, 'programs' | 'processes'>, lock: Lock): void {
  const { pid, host, file } = lock;
  if (!processes.self.world.startsWith(`${host}/`) || programs.named(pid) === undefined) return;
  throw new UserError('held', `process ${pid} of this machine, which locked it, lives`, [
    `kill ${pid}   stops it, where it is Pulumi's; then unlock`,
    `where it is another that was given its number since: remove ${file}`,
  ]);
}

function isHeld({ environment }: Place, { pid, host, user, since }: Lock): UserError {
  return new UserError(
    'held',
    `${environment} is being worked on: by process ${pid} of ${user} on ${host}, since ${since}`,
    ['wait until it has ended', `sophia deploy unlock ${environment}   where it is certain that it is no more`],
  );
}
