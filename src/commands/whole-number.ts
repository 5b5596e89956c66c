import type { ZodType, z as zod } from 'zod';

interface Bounds {
  readonly from: number;
  /** Default: as far as numbers are exact. */
  readonly to?: number;
}

/**
 * A whole number as people type it: digits, and nothing else. What `Number` would read besides is a surprise: an empty
 * text as 0, `0x10` as 16, `1e2` as 100.
 */
export function wholeNumber(z: typeof zod, bounds: Bounds): ZodType<number> {
  const { from, to } = bounds;
  const range = to === undefined ? `${from} or more` : `from ${from} to ${to}`;
  return z.string().transform((text, { addIssue }) => {
    const number = wholeIn(text, bounds);
    if (number === undefined) addIssue(`must be a whole number, ${range}`);
    return number ?? z.NEVER;
  });
}

/** `undefined` for what is none, or not within the bounds. */
export function wholeIn(text: string, { from, to = Number.MAX_SAFE_INTEGER }: Bounds): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= from && number <= to ? number : undefined;
}
