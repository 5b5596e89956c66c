import { createHash } from 'node:crypto';

/** What names a proposal; the draw is a function of it, so that nobody can draw again until the result pleases. */
export interface HoldoutKey {
  readonly owner: string;
  readonly tenant: string;
  readonly lease: string;
  readonly head: string;
}

/**
 * Whether this proposal is withheld: the first 48 bits of SHA-256 over salt and key, as a share of 1, lie below `share`.
 * Over many keys the share of those withheld is binomial with mean `share`.
 */
export function isWithheld({ owner, tenant, lease, head }: HoldoutKey, share: number, salt: string): boolean {
  const digest = createHash('sha256')
    .update(JSON.stringify([salt, owner, tenant, lease, head]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48 < share;
}
