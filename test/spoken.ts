import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { elmHouse } from './elm-house.ts';
import { layForeign } from './learn/foreign.ts';
import { ask, packageRoot, type World } from './sophia.ts';

/** Examples speak of the demo's property; here it stands in a workspace. `exports/` has columns of another system. */
export function own(): Record<string, string> {
  const maple = Object.entries(elmHouse).map(([file, text]) => [file, text.replaceAll('elm-house', 'maple-court')]);
  const rentRoll = readFileSync(join(packageRoot, 'templates/maps/samples/rent-roll.csv'), 'utf8');
  return { ...Object.fromEntries(maple), 'exports/rent-roll.csv': rentRoll };
}

/** An example as a user would type it: with the id of a run or an import that is there. */
export async function spoken(example: string, world: World): Promise<string> {
  const inDemo = !existsSync(join(world.dir, 'sophia.yaml'));
  const line = example
    .replace('sophia ', '')
    .replace('--confirm hill-street', `--confirm ${basename(world.dir)}`)
    .replace(/maple-court-t\d+/, (tenant) => (inDemo ? tenant : 'ada'));
  if (/^store (backup|check|migrate|purge|restore)/.test(line)) {
    await ask('portfolio import data', world);
    if (line.startsWith('store restore')) await ask('store backup kept.db', world);
  }
  if (line.startsWith('actor token')) {
    const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
    appendFileSync(join(world.dir, 'sophia.yaml'), `approvals:\n  issuers: [${publicKey}]\n`);
  }
  if (line.startsWith('churn import-model')) layForeign(world.dir);
  if (line.startsWith('deploy plan')) layWish(world.dir);
  if (line.startsWith('gpu ls')) {
    world.env.LAMBDA_API_KEY = 'a-key';
    world.fetch = async () => Response.json({ data: [] });
  }
  if (line.includes('imp-0123456789ab')) {
    const { importId } = await ask<{ importId: string }>('portfolio import data', world);
    return line.replace('imp-0123456789ab', importId);
  }
  if (line === 'portfolio undo last --dry-run') await ask('portfolio import data', world);
  if (!line.includes('run-0123456789ab')) return line;
  const answers = /^runs (approve|reject)/.test(line);
  if (/^runs (approve|reject|retry|cancel|reply)/.test(line)) await ask('portfolio import data', world);
  const { runId, proposals } = await ask<{ runId: string; proposals: { run: string }[] }>(
    'churn analyze maple-court',
    world,
  );
  if (line.startsWith('runs retry')) {
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.exec("update run set status = 'failed', failure = 'unreachable' where workflow = 'churn'");
    db.close();
  }
  return line.replace('run-0123456789ab', answers ? (proposals[0]?.run ?? '') : runId);
}

/** One that can be had as it stands. */
function layWish(dir: string): void {
  mkdirSync(join(dir, 'deploy'), { recursive: true });
  const services = 'services:\n  web:\n    image: example.com/web\n    replicas: 2\n    gpu: 0.5\n';
  writeFileSync(join(dir, 'deploy/production.yaml'), `gpu: H100\nnodes: 2\n${services}`);
}
