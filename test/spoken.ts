import { appendFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { elmHouse } from './elm-house.ts';
import { ask, packageRoot, type World } from './sophia.ts';

/** Examples speak of the demo's property; here it stands in a workspace. `exports/` has columns of another system. */
export function own(): Record<string, string> {
  const maple = Object.entries(elmHouse).map(([file, text]) => [file, text.replaceAll('elm-house', 'maple-court')]);
  const rentRoll = readFileSync(join(packageRoot, 'templates/maps/samples/rent-roll.csv'), 'utf8');
  return { ...Object.fromEntries(maple), 'exports/rent-roll.csv': rentRoll };
}

/** An example as a user would type it: with the id of a run or an import that is there. */
export async function spoken(example: string, world: World): Promise<string> {
  const line = example.replace('sophia ', '').replace('--confirm hill-street', `--confirm ${basename(world.dir)}`);
  if (/^store (backup|check|migrate|purge|restore)/.test(line)) {
    await ask('portfolio import data', world);
    if (line.startsWith('store restore')) await ask('store backup kept.db', world);
  }
  if (line.startsWith('actor token')) {
    const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
    appendFileSync(join(world.dir, 'sophia.yaml'), `approvals:\n  issuers: [${publicKey}]\n`);
  }
  if (line.includes('imp-0123456789ab')) {
    const { importId } = await ask<{ importId: string }>('portfolio import data', world);
    return line.replace('imp-0123456789ab', importId);
  }
  if (!line.includes('run-0123456789ab')) return line;
  const answers = /^runs (approve|reject)/.test(line);
  if (answers) await ask('portfolio import data', world);
  const { runId, proposals } = await ask<{ runId: string; proposals: { run: string }[] }>(
    'churn analyze maple-court',
    world,
  );
  return line.replace('run-0123456789ab', answers ? (proposals[0]?.run ?? '') : runId);
}
