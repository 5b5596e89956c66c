import type { z as zod } from 'zod';

const STDOUT = '-';

/**
 * Where a command writes what it makes: a file whose ending says what it is, or null for `-`, which prints it. `endings`
 * are those that it can write.
 */
export function outputOf(z: typeof zod, name: string, endings: readonly [string, ...string[]]) {
  return z
    .string({ error: `must be named: a file, such as ${name}${endings[0]}, or - to print it` })
    .refine((file) => file === STDOUT || endings.some((ending) => file.toLowerCase().endsWith(ending)), {
      error: `must end in ${endings.join(' or ')}, or be - to print it`,
    })
    .transform((file) => (file === STDOUT ? null : file));
}
