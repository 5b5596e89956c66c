import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../src/commands/churn/report.ts';
import { elmConfig } from './elm-house.ts';
import { observe } from './kill/checker.ts';
import { ask, openWorld, packageRoot } from './sophia.ts';

const kept = join(packageRoot, 'fixtures/db');

function openKept(name: string, clock: string) {
  const world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock });
  mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
  cpSync(join(kept, name, 'sophia.db'), join(world.dir, '.sophia/sophia.db'));
  return world;
}

const WAITING = '0.2.0-waiting';

test.each(['approve', 'reject'])('a question that version 0.2.0 asked is answered: %s', async (answer) => {
  using world = openKept(WAITING, '2026-11-23T12:00:00.000Z');
  const { runs } = await ask<{ runs: { id: string }[] }>('runs list --status waiting', world);
  expect(runs).toMatchObject([{ waitingOn: 'approval' }]);
  const how = answer === 'approve' ? '--yes' : '--reason no';
  const answered = await ask<{ status: string; executed: string[] }>(`runs ${answer} ${runs[0]?.id} ${how}`, world);
  expect(answered.status).toBe('succeeded');
  expect(answered.executed).toHaveLength(answer === 'approve' ? 2 : 0);
  expect(observe(world.dir).approvals).toMatchObject([{ status: 'answered', consumed: expect.any(String) }]);
});

const killed = readdirSync(kept).filter((name) => name !== WAITING);

describe.each(killed)('a database that version %s wrote', (version) => {
  // Later than any lease in it.
  const opened = () => openKept(version, '2027-06-01T12:00:00.000Z');

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
