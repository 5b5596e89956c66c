import { basename, dirname, join, sep } from 'node:path';
import { envFileOf, type Places } from '../../config/index.ts';
import type { Context, Files } from '../../context/index.ts';
import { isIgnored, workTreeOf } from '../gitignore.ts';
import { quoted } from '../quoted.ts';
import { backupsOf, leftoversOf } from '../store/beside.ts';
import { nearestThere } from './around.ts';
import { type Finding, ok } from './findings.ts';

/** File systems that another machine may write to as well, by the number that Linux gives them. */
const shared = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'SMB', // cifs
  4266872130: 'SMB', // smb2
  16914839: '9P', // drives of Windows in WSL, folders of a host in a virtual machine
  1702057286: 'FUSE', // sshfs and the like
  1397113167: 'AFS',
  12805120: 'Ceph',
  198183888: 'Lustre',
  18225520: 'GFS2',
  2020557398: 'VirtualBox',
} as const;

type Shared = (typeof shared)[keyof typeof shared];
const sharedBy: Readonly<Record<number, Shared | undefined>> = shared;

/** The kind of disk; `unknown` where the system does not number them as Linux does. */
export type Disk = Shared | 'local' | 'unknown';

/** Programs that copy a folder elsewhere while it is written to, by the name that their folder has. */
const syncing = {
  Dropbox: /\/Dropbox( \([^/]+\))?\//,
  OneDrive: /\/OneDrive( ?- ?[^/]+)?\//,
  'Google Drive': /\/(Google ?Drive|GoogleDrive-[^/]+|My Drive)\//,
  iCloud: /\/(Library\/Mobile Documents|iCloud ?Drive)\//,
  Nextcloud: /\/(Nextcloud|ownCloud)\d*\//,
  Box: /\/Box( Sync)?\//,
  pCloud: /\/pCloud ?Drive\//,
  // Where macOS keeps those of all others.
  cloud: /\/Library\/CloudStorage\//,
} as const;

export type Synced = keyof typeof syncing | 'none';

/** A database is safe only where its locks hold, and where nothing else writes its file. */
export async function examinePlaceOf({ files, machine }: Context, { storeFile }: Places): Promise<Finding> {
  const { path, fileSystem } = await machine.whereabouts(await nearestThere(files, dirname(storeFile)));
  // 32 bits, which some systems tell with a sign.
  const disk: Disk = machine.platform === 'linux' ? (sharedBy[fileSystem >>> 0] ?? 'local') : 'unknown';
  const whole = `${path}/`.replaceAll(sep, '/');
  const synced: Synced =
    (Object.keys(syncing) as (keyof typeof syncing)[]).find((name) => syncing[name].test(whole)) ?? 'none';
  const facts = { disk, synced };
  if (disk !== 'local' && disk !== 'unknown')
    return {
      state: 'warn',
      evidence: `${path} lies on ${disk}, which other machines may write to: locks may not hold there, and the store break`,
      fix: ['move the workspace to a disk of this machine; in WSL below /home, not /mnt'],
      facts,
    };
  if (synced !== 'none')
    return {
      state: 'warn',
      evidence: `${path} lies in a folder of ${programs[synced]}, which copies the store while it is written to: copies may be broken, and people's data leaves this machine`,
      fix: [`move the workspace out of it, or let it leave out ${quoted(dirname(storeFile))}`],
      facts,
    };
  return ok(`${disk === 'local' ? 'on a disk of this machine' : 'not synced'}: ${path}`, facts);
}

const programs: Readonly<Record<keyof typeof syncing, string>> = {
  ...{ Dropbox: 'Dropbox', OneDrive: 'OneDrive', 'Google Drive': 'Google Drive', iCloud: 'iCloud' },
  ...{ Nextcloud: 'Nextcloud or ownCloud', Box: 'Box', pCloud: 'pCloud', cloud: 'a cloud' },
};

/** Rights of anybody but the user. */
const OTHERS = 0o077;

/** What holds people's data, or may hold keys, with its folder first. */
export async function privatePaths(files: Files, places: Places): Promise<string[]> {
  const folder = dirname(places.storeFile);
  const beside = (await files.list(folder)).filter((name) => name.startsWith(basename(places.storeFile)));
  const env = places.synthetic ? [] : [envFileOf(places)];
  return [folder, ...beside.map((name) => join(folder, name)), ...env];
}

export async function examineModes({ files, machine, userId }: Context, places: Places): Promise<Finding> {
  if (machine.platform === 'win32') return ok('not looked at: Windows keeps rights in another way');
  const folder = dirname(places.storeFile);
  const open: { path: string; mode: number }[] = [];
  const strangers: string[] = [];
  for (const path of await privatePaths(files, places)) {
    const { mode = 0, owner = userId } = (await files.factsOf(path)) ?? {};
    if ((mode & OTHERS) !== 0) open.push({ path, mode });
    // Its owner may read it whatever its modes are. Root works with the files of others, as in a container.
    else if (userId && owner !== userId) strangers.push(path);
  }
  if (open.length === 0 && strangers.length > 0)
    return {
      state: 'fail',
      evidence: `belongs to another user of this machine, who can read and change it: ${strangers.join(', ')}`,
      fix: [`sudo chown -R "$(id -u)" ${strangers.map(quoted).join(' ')}`],
      facts: { open: 0, strangers: strangers.length },
    };
  if (open.length === 0) return ok(`${folder} and what is in it: for you alone`, { open: 0 });
  const env = envFileOf(places);
  const isStoreOpen = open.some(({ path }) => path !== env);
  return {
    // A `.env` may hold keys, and may hold none.
    state: isStoreOpen ? 'fail' : 'warn',
    evidence: `open to other users: ${open.map(({ path, mode }) => `${path} (0${mode.toString(8)})`).join(', ')}`,
    fix: [
      ...(isStoreOpen ? [`chmod -R go= ${quoted(folder)}`] : []),
      ...(open.some(({ path }) => path === env) ? [`chmod go= ${quoted(env)}`] : []),
    ],
    facts: { open: open.length, store: isStoreOpen },
    mendable: true,
  };
}

const MB = 1e6;
const FEW_MB = 500;

export async function examineDisk({ files, machine }: Context, { storeFile }: Places): Promise<Finding> {
  const folder = await nearestThere(files, dirname(storeFile));
  const free = Math.floor((await machine.freeBytes(folder)) / MB);
  const evidence = `free where ${folder} lies: ${free < 10_000 ? `${free} MB` : `${Math.floor(free / 1000)} GB`}`;
  const facts = { freeMB: free };
  if (free >= FEW_MB) return ok(evidence, facts);
  return { state: 'warn', evidence, fix: [`make room: less than ${FEW_MB} MB is soon full`], facts };
}

export async function examineBackups(files: Files, places: Places): Promise<Finding> {
  const backups = await backupsOf(files, places);
  const leftovers = await leftoversOf(files, places);
  if (leftovers.length > 0) {
    const megabytes = Math.ceil(leftovers.reduce((sum, { bytes }) => sum + bytes, 0) / MB);
    return {
      state: 'warn',
      evidence: `${leftovers.length} files, ${megabytes} MB, were left by what was killed, or are being made just now`,
      fix: ['sophia store purge   deletes them'],
      facts: { copies: backups.length },
    };
  }
  const newest = backups.at(-1);
  if (newest === undefined) return ok('none; one is made before an upgrade changes the store', { copies: 0 });
  return ok(`copies of the store: ${backups.length}, the newest ${newest.file}`, { copies: backups.length });
}

/** The `.gitignore` beside `sophia.yaml`, and the lines that it lacks; `undefined` where git keeps no history. */
export async function unignored(
  files: Files,
  { configFile, storeFile, dataFolder, outFolder }: Places,
): Promise<{ readonly file: string; readonly tree: string; readonly lines: readonly string[] } | undefined> {
  const tree = await workTreeOf(files, dirname(configFile));
  if (tree === undefined) return undefined;
  const folder = dirname(configFile);
  // As `init` writes them; a copy of the store lies wherever it was wanted.
  const wanted = [
    ...[dirname(storeFile), dataFolder, outFolder].map(
      (each) => [`${basename(each)}/`, join(each, 'any-file')] as const,
    ),
    ['.env', join(folder, '.env')] as const,
    ...['.db', '.db.backup-'].map(
      (end) => [`*${end}${end.endsWith('-') ? '*' : ''}`, join(folder, `any${end}`)] as const,
    ),
  ];
  const lines: string[] = [];
  for (const [line, path] of wanted) if (!(await isIgnored(files, tree, path))) lines.push(line);
  return { file: join(folder, '.gitignore'), tree, lines };
}

export async function examineIgnored(files: Files, places: Places): Promise<Finding> {
  const found = await unignored(files, places);
  if (found === undefined) return ok('not in a work tree of git', { git: false });
  const { file, tree, lines } = found;
  const facts = { git: true, open: lines.length };
  if (lines.length === 0) return ok('git takes in neither the store, nor copies, data/, out/, .env', facts);
  return {
    state: 'warn',
    evidence: `no .gitignore in ${tree} keeps out ${lines.join(', ')}: people's data may be committed`,
    fix: [`add to ${file}, a line each: ${lines.join(' ')}`],
    facts,
    mendable: true,
  };
}
