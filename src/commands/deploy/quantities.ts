import type { z as zod } from 'zod';

/** Dollars as typed, in cents. */
export function dollarsInput(z: typeof zod) {
  return z
    .string()
    .regex(/^\d{1,6}(\.\d{1,2})?$/, 'must be dollars, like 12.50')
    .transform((text) => Math.round(Number(text) * 100))
    .optional();
}

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** A time as typed, such as `90m`, `8h` or `2d`, in seconds. */
export function timeInput(z: typeof zod) {
  const asTime = 'must be a time, like 90m, 8h or 2d, of 31 days at most';
  return z
    .string()
    .regex(/^[1-9]\d{0,4}[mhd]$/, asTime)
    .transform((text) => Number.parseInt(text, 10) * (SECONDS[text.slice(-1)] ?? 0))
    .refine((seconds) => seconds <= 31 * 86_400, asTime)
    .default(0);
}
