import { join } from 'node:path';
import { newSshKeyPair, type SshKeyPair } from '../../cloud/index.ts';
import type { Context } from '../../context/index.ts';
import { userDataOf } from '../../deploy/index.ts';
import { UserError } from '../../errors/index.ts';
import { type Births, type Order, type Place, recordedOf } from '../../stack/index.ts';

type HomeDeps = Pick<Context, 'files' | 'random'>;

/**
 * What tells the environments of this workspace from those of another in the same account, which may have the same names.
 * Made once; with `make: false` it is undefined where nothing was ever deployed.
 */
export async function homeOf({ files, random }: HomeDeps, folder: string, make: boolean): Promise<string | undefined> {
  const file = join(folder, 'home-id');
  const found = (await files.readText(file))?.trim();
  if (found) return found;
  if ((await files.kindOf(join(folder, 'state'))) !== undefined)
    throw new UserError('config', `what tells which machines are this workspace's is gone: ${file}`, [
      'put the file back: it holds what stands in the tag sophia:home of each of them',
      'sophia gpu ls   shows what bills, and sophia gpu kill-all ends it, without it',
    ]);
  if (!make) return undefined;
  const made = Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');
  // Of two that make one at the same moment, the first counts.
  return (await files.place(file, `${made}\n`)) ? made : homeOf({ files, random }, folder, false);
}

/** What one machine is told at birth, and the key that it is known by. */
interface Birth {
  readonly host: SshKeyPair;
  readonly userData: string;
}

/** What the machines of an environment are logged in to with, and each of them by its name. */
interface Kept {
  readonly login: SshKeyPair;
  readonly nodes: Readonly<Record<string, Birth>>;
  /** Of a file of before, which had one for all: those that live keep it. */
  readonly shared?: Birth;
}

const fileOf = ({ folder, environment }: Place) => join(folder, environment, 'births.json');

/**
 * The same for a machine for as long as it lives: another text would mean another machine, also where a newer sophia would
 * write it otherwise. UserError `config` where some live and it is gone.
 */
export async function birthsOf({ files }: Pick<HomeDeps, 'files'>, place: Place, isInUse: boolean): Promise<Kept> {
  const text = await files.readText(fileOf(place));
  const kept = text === undefined ? undefined : keptIn(text);
  if (kept && isInUse) return kept;
  if (isInUse) throw gone(place);
  const nodes: Record<string, Birth> = {};
  const before = Object.entries(kept?.nodes ?? {});
  const isOwn = (host: SshKeyPair) => before.filter(([, each]) => each.host.publicKey === host.publicKey).length === 1;
  for (const [name, { host }] of before) if (isOwn(host)) nodes[name] = await birthWith(host);
  return keep(files, place, { login: kept?.login ?? newSshKeyPair('sophia'), nodes });
}

/**
 * What each of these is told, a host key of its own among it: who has that of one answers for no other, but for one that replaces it. What is recorded
 * keeps what it was told, in a file of before too.
 */
export async function birthsFor(
  { files }: Pick<HomeDeps, 'files'>,
  place: Place,
  names: readonly string[],
): Promise<Readonly<Record<string, Births>>> {
  const { login, nodes: known, shared } = await birthsOf({ files }, place, true);
  const { machines, pending } = await recordedOf({ files }, place);
  const recorded = machines.map(({ name }) => name);
  const nodes: Record<string, Birth> = { ...known };
  for (const name of new Set([...recorded, ...names])) {
    if (nodes[name]) continue;
    const isRecorded = recorded.includes(name);
    // What an engine was about to launch when it was killed may live under any of the names.
    if (shared && (isRecorded || pending > 0)) nodes[name] = shared;
    else if (isRecorded) throw gone(place);
    else nodes[name] = await birthWith(newSshKeyPair('sophia-host'));
  }
  // Before anything is launched with it.
  await keep(files, place, { login, nodes });
  const { privateKey } = login;
  return Object.fromEntries(
    Object.entries(nodes).map(([name, { host, userData }]) => [
      name,
      { userData, gate: { hostKey: host.publicKey, privateKey } },
    ]),
  );
}

/** Undefined where it cannot be read: then it is as good as gone. */
function keptIn(text: string): Kept | undefined {
  let found: Kept | (Pick<Kept, 'login'> & Birth);
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if ('nodes' in found) return found;
  const { login, ...shared } = found;
  return { login, nodes: {}, shared };
}

async function birthWith(host: SshKeyPair): Promise<Birth> {
  return { host, userData: await userDataOf({ hostKey: host }) };
}

/** Whole or not at all: without it, what lives can only be ended. */
async function keep(files: HomeDeps['files'], place: Place, kept: Kept): Promise<Kept> {
  const file = fileOf(place);
  const beside = `${file}.new`;
  await files.remove(beside);
  await files.place(beside, JSON.stringify(kept));
  await files.move(beside, file, 'over');
  return kept;
}

function gone(place: Place): UserError {
  const { environment } = place;
  return new UserError(
    'config',
    `the keys of the machines of ${environment} are gone, or cannot be read: ${fileOf(place)}`,
    [
      'put the file back in its place',
      `or end them and begin anew: sophia deploy destroy ${environment} --confirm ${environment}`,
    ],
  );
}

/** The public half, by the name that the account knows it by. */
export function sshKeyOf({ login }: Pick<Kept, 'login'>, place: Place, home: string): Order['sshKey'] {
  return { name: sshKeyNameOf(place, home), publicKey: login.publicKey };
}

/** No other workspace's has it: a home is one of 2^64. */
export function sshKeyNameOf({ environment }: Pick<Place, 'environment'>, home: string): string {
  return `sophia-${environment}-${home}`;
}
