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
  if (/^deploy (production|destroy|diff|logs|smoke|status|unlock)/.test(line))
    await layEnvironment(world, line.startsWith('deploy unlock'));
  if (line.startsWith('gpu ') || /^deploy (production|destroy|diff|smoke|status)/.test(line)) {
    world.env.LAMBDA_API_KEY = 'a-key';
    world.meanwhile = async () => 'go on';
    world.fetch = /^gpu ls|^deploy (production|diff|smoke)/.test(line) ? emptyVendor : vendorOfOne();
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

const TYPE = {
  ...{ name: 'gpu_1x_h100_pcie', gpu_description: 'H100 (80 GB PCIe)', price_cents_per_hour: 329 },
  specs: { vcpus: 26, memory_gib: 225, gpus: 1 },
};

const CHEAP = { ...TYPE, name: 'gpu_1x_a10', gpu_description: 'A10 (24 GB)', price_cents_per_hour: 75 };

/** A vendor of whom nothing was had yet. */
const emptyVendor: typeof fetch = async (url) => {
  const sold = Object.fromEntries(
    [TYPE, CHEAP].map((type) => [
      type.name,
      { instance_type: type, regions_with_capacity_available: [{ name: 'us-east-1' }] },
    ]),
  );
  return Response.json({ data: String(url).endsWith('/instance-types') ? sold : [] });
};

/** An environment of four machines that is wished for, of which one lives; locked by an engine that is elsewhere, or not. */
async function layEnvironment(world: World, isLocked: boolean): Promise<void> {
  await ask('portfolio import data', world);
  layWish(world.dir, 4);
  const hidden = join(world.dir, '.sophia/deploy');
  const locks = join(hidden, 'state/.pulumi/locks/organization/sophia/production');
  mkdirSync(hidden, { recursive: true });
  writeFileSync(join(hidden, 'home-id'), `${HOME}\n`);
  // It is asked who it is before anybody is asked to agree, and nothing more here.
  const engine = join(hidden, 'pulumi');
  writeFileSync(engine, '#!/bin/sh\necho v3.259.0\n', { mode: 0o755 });
  world.env.SOPHIA_PULUMI = engine;
  const lock = { pid: 7, username: 'ada', hostname: 'elsewhere', timestamp: '2026-11-22T12:00:00Z' };
  if (!isLocked) return;
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, 'a.json'), JSON.stringify(lock));
}

const HOME = '0123456789abcdef';

/** A vendor of whom one machine was had, whose time is up; it is gone as soon as its end is asked for. */
function vendorOfOne(): typeof fetch {
  let isThere = true;
  const tags = Object.entries({
    'managed-by': 'sophia',
    'sophia:stack': 'production',
    'sophia:home': HOME,
    'sophia:expires-at': '1795338000',
  });
  const machine = {
    ...{ id: 'a', status: 'active', region: { name: 'us-east-1' }, instance_type: TYPE },
    tags: tags.map(([key, value]) => ({ key, value })),
  };
  return async (url) => {
    const path = String(url);
    if (path.endsWith('/instances')) return Response.json({ data: isThere ? [machine] : [] });
    if (path.endsWith('/ssh-keys')) return Response.json({ data: [] });
    if (path.endsWith('/terminate')) isThere = false;
    if (path.endsWith('/terminate')) return Response.json({ data: {} });
    if (isThere) return Response.json({ data: machine });
    return Response.json({ error: { code: 'global/object-does-not-exist' } }, { status: 404 });
  };
}

/** One that can be had as it stands. */
function layWish(dir: string, nodes = 2): void {
  mkdirSync(join(dir, 'deploy'), { recursive: true });
  const services = 'services:\n  web:\n    image: example.com/web\n    replicas: 2\n    gpu: 0.5\n';
  writeFileSync(join(dir, 'deploy/production.yaml'), `gpu: H100\nnodes: ${nodes}\n${services}`);
}
