import { join } from 'node:path';
import { newSshKeyPair, type SshKeyPair } from '../../cloud/index.ts';
import type { Context } from '../../context/index.ts';
import { userDataOf } from '../../deploy/index.ts';
import { UserError } from '../../errors/index.ts';
import type { Births, Order, Place } from '../../stack/index.ts';

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

/** What the machines of an environment are told at birth, and the keys that they are known by and logged in to with. */
interface Kept {
  readonly login: SshKeyPair;
  readonly host: SshKeyPair;
  readonly userData: string;
}

/**
 * The same for all machines of an environment for as long as one of them lives: another text would mean another machine,
 * also where a newer sophia would write it otherwise. UserError `config` where some live and it is gone.
 */
export async function birthsOf({ files }: HomeDeps, place: Place, isInUse: boolean): Promise<Kept> {
  const file = join(place.folder, place.environment, 'births.json');
  const text = await files.readText(file);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  if (kept && isInUse) return kept;
  if (isInUse)
    throw new UserError('config', `the keys of the machines of ${place.environment} are gone: ${file}`, [
      'put the file back in its place',
      `or end them and begin anew: sophia deploy destroy ${place.environment} --confirm ${place.environment}`,
    ]);
  const [login, host] = kept ? [kept.login, kept.host] : [newSshKeyPair('sophia'), newSshKeyPair('sophia-host')];
  const made = { login, host, userData: await userDataOf({ hostKey: host }) };
  await files.remove(file);
  await files.place(file, JSON.stringify(made));
  return made;
}

/** The public half, by the name that the account knows it by. */
export function sshKeyOf({ login }: Kept, { environment }: Place, home: string): Order['sshKey'] {
  return { name: `sophia-${environment}-${home}`, publicKey: login.publicKey };
}

/** What is told to each machine, and to whoever looks into it. */
export function secretsOf({ login, host, userData }: Kept): Births {
  return { userData, gate: { hostKey: host.publicKey, privateKey: login.privateKey } };
}
