import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { everything, importedRows, observe, violations } from './checker.ts';
import { build, freeze, live, openFolders, store } from './life.ts';

build();
const folders = openFolders();
afterAll(() => folders.remove());

const analyze = ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-22', '--json'];
const importing = ['portfolio', 'import', 'data', '--json'];

const bare = folders.workspace();
const imported = folders.copyOf(bare);
const firstImport = await live(imported, importing);
const clean = folders.copyOf(imported);
const firstAnalysis = await live(clean, analyze);

/** Before commit n the store is as after commit n - 1, so both ways to go on are tried from every state. */
const pointsOf = (commits: number) =>
  Array.from({ length: commits }, (_, index) => index + 1).flatMap((at) => [
    { at, side: 'before' as const, by: 'the same command' },
    { at, side: 'after' as const, by: 'runs resume' },
  ]);

const answerOf = ({ stdout, stderr }: { stdout: string; stderr: string }) => {
  if (stdout === '') throw new Error(stderr);
  const { runId: _run, resumed: _resumed, ...answer } = JSON.parse(stdout);
  return answer;
};

describe('churn analyze killed at any commit', () => {
  test('one clean run keeps every promise', () => {
    expect(firstAnalysis.commits).toBeGreaterThanOrEqual(10);
    expect(violations(observe(store(imported)), observe(store(clean)))).toEqual([]);
  });

  test.concurrent.each(pointsOf(firstAnalysis.commits))(
    '$side commit $at is finished by $by, at once, and no node is done again',
    async ({ at, side, by }) => {
      const dir = folders.copyOf(imported);
      expect(await live(dir, analyze, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = observe(store(dir));
      const [run] = killed.runs;
      const ended = run?.status === 'succeeded';
      const again = run && by === 'runs resume' ? ['runs', 'resume', run.id, '--json'] : analyze;
      if (!(ended && by !== 'runs resume')) {
        const next = await live(dir, again);
        expect(next, next.stderr).toMatchObject({ code: 0 });
      }
      expect(violations(killed, observe(store(dir)))).toEqual([]);
      // Whoever finished it, the analysis is the one that an undisturbed run gives.
      expect(answerOf(await live(dir, analyze))).toEqual(answerOf(firstAnalysis));
    },
  );
});

describe('churn analyze stopped for longer than its lease', () => {
  // From the commit that takes the lease to the one before the run's end.
  const held = Array.from({ length: firstAnalysis.commits - 3 }, (_, index) => index + 2);

  test.concurrent.each(held)('after commit %i, and taken over: awake again it writes nothing', async (at) => {
    const dir = folders.copyOf(imported);
    const zombie = await freeze(dir, analyze, at);
    const frozen = observe(store(dir));
    const db = new DatabaseSync(store(dir));
    db.exec("update lease set expires_at = '2000-01-01T00:00:00.000Z' where name like 'run:%'");
    db.close();
    const heir = await live(dir, ['runs', 'resume', frozen.runs[0]?.id ?? '', '--json']);
    expect(heir, heir.stderr).toMatchObject({ code: 0 });
    const left = everything(store(dir));

    const awake = await zombie.thaw();
    expect(awake, awake.stderr).toMatchObject({ code: 10, stdout: '' });
    expect(everything(store(dir))).toEqual(left);
    expect(violations(frozen, observe(store(dir)))).toEqual([]);
  });
});

describe('portfolio import killed at any commit', () => {
  test.concurrent.each(pointsOf(firstImport.commits))(
    '$side commit $at shows all or nothing, and is whole when it is done again',
    async ({ at, side }) => {
      const dir = folders.copyOf(bare);
      expect(await live(dir, importing, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const { properties } = JSON.parse((await live(dir, ['portfolio', 'list', '--json'])).stdout);
      const seen = importedRows(store(dir), 'live');
      const whole = importedRows(store(imported), 'live');
      expect([[], whole]).toContainEqual(seen);
      expect(properties).toHaveLength(seen.length > 0 ? 1 : 0);

      const again = await live(dir, importing);
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(importedRows(store(dir), 'live')).toEqual(whole);
      expect(importedRows(store(dir), 'staging')).toEqual([]);
    },
  );
});
