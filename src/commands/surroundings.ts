import type { Host } from '../core/context/index.ts';
import { type Surroundings, telling } from '../core/ops/doctor-around.ts';
import { colourFor } from './style.ts';

/** What the process stands in. Of the environment only what tells of terminal and folders: the rest may hold keys. */
export function surroundingsOf(host: Host, color: string): Surroundings {
  const { isTTY = false, columns, rows } = host.stdout;
  return {
    ...{ isTTY, columns, rows },
    colour: colourFor(host, color, false),
    env: Object.fromEntries(telling.map((name) => [name, host.env[name]])),
  };
}
