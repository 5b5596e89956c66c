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

/** In which group of the measurement someone is; null where nobody draws. */
export type Arm = 'treated' | 'withheld' | 'exempt' | null;

export interface Draw {
  /** Share withheld. */
  readonly share: number;
  readonly salt: string;
  /** In need: nobody is left so for a measurement. */
  readonly exempt: boolean;
}

/** Where no share was chosen nobody could have been withheld: who is proposed then is compared with nobody. */
export function armOf(key: HoldoutKey, { share, salt, exempt }: Draw): Arm {
  if (share === 0) return null;
  if (exempt) return 'exempt';
  return isWithheld(key, share, salt) ? 'withheld' : 'treated';
}

interface Measured {
  readonly tenant: string;
  readonly arm: Arm;
  readonly firstAt: string;
}

/**
 * Of each tenant the first trigger that was drawn, in the arm of the draw: whatever was done, or left undone, afterwards
 * moves nobody (intention to treat). Who was in need is in no arm.
 */
export function firstDrawn<M extends Measured>(all: readonly M[]): (M & { readonly arm: 'treated' | 'withheld' })[] {
  const first = new Map<string, M & { readonly arm: 'treated' | 'withheld' }>();
  for (const each of all.toSorted((a, b) => (a.firstAt < b.firstAt ? -1 : 1)))
    if (isDrawn(each) && !first.has(each.tenant)) first.set(each.tenant, each);
  return [...first.values()];
}

function isDrawn<M extends Measured>(each: M): each is M & { readonly arm: 'treated' | 'withheld' } {
  return each.arm === 'treated' || each.arm === 'withheld';
}
