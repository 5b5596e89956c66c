import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { elmConfig } from './elm-house.ts';
import { ask, openWorld, type World } from './sophia.ts';

/** Whether an example speaks of what only a past can teach. */
export function needsAPast(example: string): boolean {
  return /churn (train|backtest|models (show|promote))/.test(example);
}

let lived: World | undefined;

/** Puts an invented portfolio of 72 units and two years into a world, and a model learned from it: it takes a second, once. */
export async function giveAPast(world: World): Promise<void> {
  if (!lived) {
    lived = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('portfolio demo --seed 22 --properties 3 --units 24', lived);
    await ask('churn train', lived);
    const { dir } = lived;
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  }
  mkdirSync(join(world.dir, '.sophia'), { recursive: true, mode: 0o700 });
  cpSync(join(lived.dir, '.sophia'), join(world.dir, '.sophia'), { recursive: true });
}
