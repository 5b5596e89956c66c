import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../src/commands/churn/report.ts';
import { elmConfig } from './elm-house.ts';
import { observe } from './kill/checker.ts';
import { ask, openWorld, packageRoot } from './sophia.ts';

const kept = join(packageRoot, 'fixtures/db');

describe.each(readdirSync(kept))('a database that version %s wrote', (version) => {
  const opened = () => {
    // Later than any lease in it.
    const world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock: '2027-06-01T12:00:00.000Z' });
    mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
    cpSync(join(kept, version, 'sophia.db'), join(world.dir, '.sophia/sophia.db'));
    return world;
  };

  test('opens, and the runs that were killed in it are finished', async () => {
    using world = opened();
    const { runs } = await ask<{ runs: { id: string }[] }>('runs list --status stalled', world);
    const killed = observe(world.dir).runs.filter(({ status }) => status === 'running');
    expect(runs.map(({ id }) => id).sort()).toEqual(killed.map(({ id }) => id).sort());
    expect(killed).not.toEqual([]);
    for (const { id } of runs) {
      const resumed = await ask<{ status: string; nodesFinishedBefore: number }>(`runs resume ${id}`, world);
      expect(resumed.status).toBe('succeeded');
      expect(resumed.nodesFinishedBefore).toBeGreaterThan(0);
    }
  });

  test('is analysed as before', async () => {
    using world = opened();
    const { compared, tenants } = await ask<Analysis>('churn analyze elm-house --as-of 2026-11-22', world);
    expect({ compared, first: tenants[0]?.key }).toEqual({ compared: 6, first: 'ada' });
  });
});
