import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../../context/index.ts';
import type { Order, Place } from '../../stack/index.ts';

type HomeDeps = Pick<Context, 'files' | 'random'>;

/**
 * What tells the environments of this workspace from those of another in the same account, which may have the same names.
 * Made once; with `make: false` it is undefined where nothing was ever deployed.
 */
export async function homeOf({ files, random }: HomeDeps, folder: string, make: boolean): Promise<string | undefined> {
  const file = join(folder, 'home-id');
  const found = (await files.readText(file))?.trim();
  if (found || !make) return found;
  const made = Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');
  // Of two that make one at the same moment, the first counts.
  return (await files.place(file, `${made}\n`)) ? made : homeOf({ files, random }, folder, false);
}

/** The key that machines of an environment are launched with: its private half stays here. */
export async function sshKeyOf({ files }: HomeDeps, place: Place, home: string): Promise<Order['sshKey']> {
  const file = join(place.folder, place.environment, 'login.pem');
  const fresh = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  if ((await files.readText(file)) === undefined) await files.place(file, fresh());
  const { x = '' } = createPublicKey((await files.readText(file)) ?? '').export({ format: 'jwk' });
  const kind = 'ssh-ed25519';
  const parts = [Buffer.from(kind), Buffer.from(x, 'base64url')];
  const blob = Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
  return { name: `sophia-${place.environment}-${home}`, publicKey: `${kind} ${blob.toString('base64')} sophia` };
}

/** As SSH writes it before each part of a key. Source: RFC 4251, section 5. */
function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
