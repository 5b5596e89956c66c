import { createHash } from 'node:crypto';
import type { Fingerprint } from '../domain/index.ts';

/** Of the canonical JSON of a value: equal values have one, in whatever order their members stand. */
export function fingerprintOf(value: unknown): Fingerprint {
  return `sha256:${createHash('sha256').update(canonical(value)).digest('hex')}` as Fingerprint;
}

/** JSON with the members of each object sorted by name, as in RFC 8785; members without a value are left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
