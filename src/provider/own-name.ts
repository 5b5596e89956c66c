import { createHash } from 'node:crypto';

/** Whose a thing is that carries no tag, and where it is to be. */
interface Owned {
  readonly name: string;
  readonly stack: string;
  readonly home: string;
  readonly region: string;
}

/** A hyphen, and so many digits. */
export const MARK_LENGTH = 9;

/**
 * The name that it has at the vendor: the same each time, found again by whoever lost sight of it, and nobody else's. It
 * tells apart what two environments call alike, and what is to take another's place in another region.
 */
export function ownName(urn: string, { name, stack, home, region }: Owned): string {
  const mark = createHash('sha256').update(JSON.stringify([urn, stack, home, region]));
  return `${name}-${mark.digest('hex').slice(0, MARK_LENGTH - 1)}`;
}
