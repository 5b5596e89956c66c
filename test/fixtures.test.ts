import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../src/commands/churn/analysis.ts';
import { elmConfig } from './elm-house.ts';
import { everything, observe } from './kill/checker.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

const kept = join(packageRoot, 'fixtures/db');

function opened(version: string, clock: string): World {
  const world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock });
  mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
  cpSync(join(kept, version, 'sophia.db'), join(world.dir, '.sophia/sophia.db'));
  return world;
}

function newestMigration({ dir }: World): unknown {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true });
  const newest = db.prepare('select max(name) as name from kysely_migration').get();
  db.close();
  return newest?.name;
}

/** What each run was begun by: the workflow, its version, and the shape that it had. */
function definitionsOf({ dir }: World): object {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true });
  const rows = db.prepare('select id, workflow, version, fingerprint from run').all();
  db.close();
  return Object.fromEntries(rows.map(({ id, ...begunBy }) => [id, begunBy]));
}

describe.each(readdirSync(kept))('a database that version %s wrote', (version) => {
  // Later than any lease in it.
  const later = () => opened(version, '2027-06-01T12:00:00.000Z');

  test('opens, and the runs that were killed in it are finished, each by the definition that began it', async () => {
    using world = later();
    const begun = definitionsOf(world);
    const { runs } = await ask<{ runs: { id: string }[] }>('runs list --status stalled', world);
    const killed = observe(world.dir).runs.filter(({ status }) => status === 'running');
    expect(runs.map(({ id }) => id).sort()).toEqual(killed.map(({ id }) => id).sort());
    expect(killed).not.toEqual([]);
    for (const { id } of runs) {
      const resumed = await ask<{ status: string; nodesFinishedBefore: number }>(`runs resume ${id}`, world);
      expect(resumed.status).toBe('succeeded');
      expect(resumed.nodesFinishedBefore).toBeGreaterThan(0);
    }
    expect(definitionsOf(world)).toEqual(begun);
    expect(await ask('events verify', world)).toMatchObject({ streams: [{ whole: true }] });
  });

  test('is sound, and what it was before the upgrade can be put back', async () => {
    using world = later();
    expect(await ask('store check', world)).toMatchObject({
      checks: expect.not.arrayContaining([expect.objectContaining({ state: 'fail' })]),
    });
    const newest = newestMigration(world);
    await ask('runs list', world);
    const isCurrent = newestMigration(world) === newest;
    const copies = readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.backup-'));
    for (const copy of copies) {
      const before = everything(world.dir, `.sophia/${copy}`).portfolio_import;
      await ask(`store restore .sophia/${copy} --confirm ${basename(world.dir)}`, world);
      const after = everything(world.dir).portfolio_import;
      expect(after?.length).toBe(before?.length);
      expect(await ask('events verify', world)).toMatchObject({ streams: [{ whole: true }] });
    }
    expect(copies.length === 0).toBe(isCurrent);
  });

  test('is analysed as before', async () => {
    using world = later();
    const { compared, tenants } = await ask<Analysis>('churn analyze elm-house --as-of 2026-11-22', world);
    expect({ compared, first: tenants[0]?.key }).toEqual({ compared: 6, first: 'ada' });
  });
});

describe('an upgrade in the midst of work', () => {
  test('is told to whoever brings it about, with the copy of what was before', async () => {
    using world = opened('0.2.0', '2027-06-01T12:00:00.000Z');
    const { stderr } = await runSophia('runs list', world);
    expect(stderr).toMatch(
      /sophia\.db was written by an older sophia and is brought up to date; as it was: \S+\.backup-/,
    );
    expect((await runSophia('runs list', world)).stderr).not.toContain('older sophia');
  });

  test('what was begun before is gone on with by the command that began it, and not begun again beside it', async () => {
    using world = opened('0.2.0', '2027-06-01T12:00:00.000Z');
    const begun = definitionsOf(world);
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house --as-of 2026-11-15', world);
    expect(begun).toHaveProperty(runId);
    expect(definitionsOf(world)).toEqual(begun);
  });

  test('20 analyses that 0.1.0 left half-way, by a definition that begins none any more', () => {
    using world = opened('0.1.0-twenty', '2027-06-01T12:00:00.000Z');
    const begun = Object.values(definitionsOf(world));
    expect(begun).toHaveLength(20);
    expect(new Set(begun.map(({ workflow, version }) => `${workflow} ${version}`))).toEqual(new Set(['churn 1']));
  });

  test('20 proposals that 0.2.0 left waiting: 10 are approved, 10 rejected, and all of them end', async () => {
    // While what they propose holds.
    using world = opened('0.2.0-twenty', '2026-11-23T12:00:00.000Z');
    const [before, begun] = [everything(world.dir), definitionsOf(world)];
    const { runs } = await ask<{ runs: { id: string; waitingOn: string }[] }>('runs list --status waiting', world);
    expect(runs).toHaveLength(20);
    expect(new Set(runs.map(({ waitingOn }) => waitingOn))).toEqual(new Set(['approval']));
    const copies = readdirSync(join(world.dir, '.sophia')).filter((name) => name.includes('.backup-'));
    expect(copies.map((name) => everything(world.dir, `.sophia/${name}`))).toEqual([before]);

    for (const [at, { id }] of runs.entries()) {
      const approves = at % 2 === 0;
      const answer = approves ? `approve ${id} --yes` : `reject ${id} --reason "not now" --yes`;
      const decision = approves ? 'approved' : 'rejected';
      expect(await ask(`runs ${answer}`, world)).toMatchObject({ status: 'succeeded', decision });
      const folder = join(world.dir, 'out', id);
      expect(existsSync(folder) ? readdirSync(folder).sort() : []).toEqual(approves ? ['message.md', 'task.md'] : []);
    }
    expect(await ask('runs list --status waiting', world)).toMatchObject({ runs: [] });
    const { approvals, effects } = observe(world.dir);
    expect(approvals.filter(({ consumed }) => !consumed)).toEqual([]);
    expect(approvals.map(({ decision }) => decision).sort()).toEqual([
      ...Array(10).fill('approved'),
      ...Array(10).fill('rejected'),
    ]);
    expect(effects.map(({ state }) => state)).toEqual(Array(20).fill('done'));
    expect(definitionsOf(world)).toMatchObject(begun);
    expect(await ask('events verify', world)).toMatchObject({ streams: [{ whole: true }] });
  });
});
