import { afterAll, describe, expect, test } from 'vitest';
import { policy } from '../../src/core/runs/policy.ts';
import { isWhole } from '../every-point.ts';
import { describePostgres } from '../services.ts';
import { type Folders, migrated, openFolders, undisturbed } from './victims.ts';

// Of a thousand items: only where all is proved, for its two lives take ten seconds on a disk that flushes.
const many = { CHAOS_ITEMS: '1000' };
const testWhole = test.runIf(isWhole);

async function proof(folders: Folders): Promise<void> {
  const dir = await folders.fresh();
  expect(await folders.victim(dir, { at: 2500, side: 'after' })).toBe('SIGKILL');
  const killed = await folders.seenIn(dir);
  await undisturbed(dir);
  const end = await folders.seenIn(dir);

  const items = (bodies: readonly string[]) => bodies.filter((name) => name.startsWith('item-'));
  const [before, all] = [items(killed.bodies), items(end.bodies)];
  // In the midst of it.
  expect(before.length).toBeGreaterThan(100);
  expect(before.length).toBeLessThan(900);
  expect(end.status).toBe('succeeded');
  expect(new Set(all).size).toBe(1000);
  const again = all.length - new Set(all).size;
  console.log(`${before.length} items had ended, ${again} of them ran again`);
  expect(again).toBeLessThanOrEqual(policy.maxConcurrency);
  // No effect under another key.
  const keys = Map.groupBy(end.done, (line) => line.split(' ')[0] ?? '');
  for (const [effect, lines] of keys) expect(new Set(lines).size, effect).toBe(1);
}

describe('a thousand items at a time, killed in their midst', () => {
  const embedded = openFolders(undefined, many);
  afterAll(() => embedded.remove());
  testWhole('on the embedded store', () => proof(embedded));
});

describePostgres('a thousand items at a time on a server, killed in their midst', (server) => {
  testWhole('are finished', async () => {
    const like = await migrated(await server().database());
    const folders = openFolders(() => server().database(like), many);
    await proof(folders);
    folders.remove();
  });
});
