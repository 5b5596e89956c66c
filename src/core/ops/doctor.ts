import { basename, dirname, join } from 'node:path';
import { allowedOwners, findPlaces, type Owner, openWorkspace, type Places, type Workspace } from '../config/index.ts';
import type { Context, Files } from '../context/index.ts';
import { dayIn } from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { examineServer, type ServerDeps } from './doctor-server.ts';
import { examineStore, nearestThere, type OwnedRooms, type StoreDeps } from './doctor-store.ts';
import { type Check, check, type Finding, ok } from './findings.ts';
import { isIgnored, workTreeOf } from './gitignore.ts';
import { quoted } from './quoted.ts';
import { backupsOf } from './store-look.ts';

export interface Examination {
  readonly checks: readonly Check[];
  /** Whether anything in the place is invented. */
  readonly synthetic: boolean;
}

export interface DoctorDeps extends Context, Pick<StoreDeps, 'lookAtStore'>, Pick<ServerDeps, 'lookAtServer'> {
  roomsOf(workspace: Workspace, owner: Owner, store: Store): OwnedRooms;
}

/**
 * Looks at what commands need, one thing after the other. What an earlier finding keeps from being looked at is left
 * out. Nothing is made or changed. UsageError where there is no owner `asked`.
 */
export async function examine(deps: DoctorDeps, asked: string | undefined): Promise<Examination> {
  const { files, machine } = deps;
  const places = await findPlaces(files);
  let workspace: Workspace | undefined;
  const config = await check('config', async () => {
    workspace = await openWorkspace(deps, 'any');
    return examineConfig(workspace, files);
  });
  const known = workspace;
  // Outside of every check: who names an owner that is not there has misspelt the command.
  const owners = known ? allowedOwners(known, asked) : [];
  const roomsOver = (store: Store) => (known ? owners.map((owner) => deps.roomsOf(known, owner, store)) : []);

  const first = [
    await check('node', () => examineNode(machine.node)),
    config,
    ...(known ? [await check('time zone', () => examineTimeZone(deps, known))] : []),
    // Before the store is opened: what opens it may mend them.
    await check('modes', () => examineModes(deps, places)),
  ];
  const store = known?.database
    ? await examineServer({ ...deps, roomsOver }, known.database)
    : await examineStore({ ...deps, roomsOver }, places);
  const last = [
    await check('disk', () => examineDisk(deps, places)),
    ...(known?.database ? [] : [await check('backups', () => examineBackups(files, places))]),
    ...(places.synthetic ? [] : [await check('ignored', () => examineIgnored(files, places))]),
  ];
  return { checks: [...first, ...store.checks, ...last], synthetic: places.synthetic || store.synthetic };
}

/** As `engines` of package.json has it. */
const OLDEST_NODE = '22.19';

function examineNode({ version, file }: Context['machine']['node']): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, least2 = 0] = OLDEST_NODE.split('.').map(Number);
  const evidence = `${version}, ${file}`;
  if (major > least || (major === least && minor >= least2)) return ok(evidence);
  return {
    state: 'fail',
    evidence: `${evidence}; sophia needs Node.js >= ${OLDEST_NODE}`,
    fix: ['install Node 24, or set SOPHIA_NODE to its path'],
  };
}

function examineConfig({ configFile, synthetic, owners }: Workspace, { places }: Files): Finding {
  if (synthetic)
    return ok(`there is no ${basename(configFile)} in ${places.here} nor above it: the demo portfolio stands in`);
  return ok(`${configFile}, owners: ${owners.length}`);
}

function examineTimeZone({ clock, timeZone: machine }: Context, { timeZone, endDay }: Workspace): Finding {
  if (endDay) return ok(`${timeZone}; in the demo today is always ${endDay}`);
  const elsewhere = machine === timeZone ? '' : `; this machine stands in ${machine}`;
  return ok(`${timeZone}, where today is ${dayIn(timeZone, clock.now())}${elsewhere}`);
}

/** Rights of anybody but the user. */
const OTHERS = 0o077;

async function examineModes({ files, machine }: Context, { storeFile }: Places): Promise<Finding> {
  if (machine.platform === 'win32') return ok('not looked at: Windows keeps rights in another way');
  const folder = dirname(storeFile);
  const beside = (await files.list(folder)).filter((name) => name.startsWith(basename(storeFile)));
  const open: string[] = [];
  for (const path of [folder, ...beside.map((name) => join(folder, name))]) {
    const { mode = 0 } = (await files.factsOf(path)) ?? {};
    if ((mode & OTHERS) !== 0) open.push(`${path} (0${mode.toString(8)})`);
  }
  if (open.length === 0) return ok(`${folder} and what is in it: for you alone`);
  return {
    state: 'fail',
    evidence: `open to other users: ${open.join(', ')}`,
    fix: [`chmod -R go= ${quoted(folder)}`],
  };
}

const MB = 1e6;
const FEW_MB = 500;

async function examineDisk({ files, machine }: Context, { storeFile }: Places): Promise<Finding> {
  const folder = await nearestThere(files, dirname(storeFile));
  const free = Math.floor((await machine.freeBytes(folder)) / MB);
  const evidence = `free where ${folder} lies: ${free < 10_000 ? `${free} MB` : `${Math.floor(free / 1000)} GB`}`;
  return free < FEW_MB
    ? { state: 'warn', evidence, fix: [`make room: less than ${FEW_MB} MB is soon full`] }
    : ok(evidence);
}

async function examineBackups(files: Files, places: Places): Promise<Finding> {
  const backups = await backupsOf(files, places);
  const newest = backups.at(-1);
  if (newest === undefined) return ok('none; one is made before an upgrade changes the store');
  return ok(`copies of the store: ${backups.length}, the newest ${newest.file}`);
}

async function examineIgnored(
  files: Files,
  { configFile, storeFile, dataFolder, outFolder }: Places,
): Promise<Finding> {
  const tree = await workTreeOf(files, dirname(configFile));
  if (tree === undefined) return ok('not in a work tree of git');
  const folders = [dirname(storeFile), dataFolder, outFolder];
  const open: string[] = [];
  for (const folder of folders)
    if (!(await isIgnored(files, tree, join(folder, 'any-file')))) open.push(`${basename(folder)}/`);
  if (open.length === 0)
    return ok(`git takes in none of ${folders.map((folder) => `${basename(folder)}/`).join(', ')}`);
  return {
    state: 'warn',
    evidence: `no .gitignore in ${tree} keeps out ${open.join(', ')}: people's data may be committed`,
    fix: [`add to ${join(dirname(configFile), '.gitignore')}, a line each: ${open.join(' ')}`],
  };
}
