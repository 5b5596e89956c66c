import { readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/stat` from the third on; none of a process that is gone. */
export function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Resolves when it has ended, be it that nobody has asked for it yet. */
export async function endOf(pid: number): Promise<void> {
  while (!['Z', undefined].includes(statOf(pid)[0])) await new Promise(setImmediate);
}
