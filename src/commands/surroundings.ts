import type { Host } from '../core/context/index.ts';
import { type Surroundings, telling } from '../core/ops/doctor/around.ts';
import { colourFor } from './style.ts';

/** A terminal listens and is typed at. In CI it may be one that nobody sits at, which `isCi` tells. */
export function isInteractive({ stdin, stderr }: Pick<Host, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** What the process stands in. Of the environment only what tells of terminal and folders: the rest may hold keys. */
export function surroundingsOf(host: Host, color: string): Surroundings {
  const { isTTY = false, columns, rows } = host.stdout;
  return {
    ...{ isTTY, columns, rows },
    colour: colourFor(host, color, false),
    env: Object.fromEntries(telling.map((name) => [name, host.env[name]])),
  };
}
