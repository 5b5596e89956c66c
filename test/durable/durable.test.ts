import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePlace } from '../../src/core/domain/index.ts';
import { enumerated } from '../kill/points.ts';
import { describePostgres } from '../services.ts';
import { outcome, violations } from './checker.ts';
import { eitherSide, openTable, pointsOf } from './table.ts';
import { type Death, type Folders, migrated, openFolders, takeOver, undisturbed } from './victims.ts';

const embedded = openFolders();
afterAll(() => embedded.remove());

const clean = await embedded.fresh();
const writes = await undisturbed(clean);

/** A run with all that a workflow can have, on one engine. */
function proof(engine: string, folders: Folders, points: readonly Death[]): void {
  const table = openTable(writes);
  afterAll(() => console.log([engine, ...table.lines()].join('\n')));

  test('undisturbed, in a process of its own, every promise is kept', async () => {
    const dir = await folders.fresh();
    expect(await folders.victim(dir, { at: 0, side: 'after' })).toBe(0);
    expect(violations([], await folders.seenIn(dir))).toEqual([]);
  });

  test.concurrent.each(enumerated(points, `a run on ${engine} killed`))(
    'killed $side write $at is finished, and no promise is broken',
    async (death) => {
      const dir = await folders.fresh();
      expect(await folders.victim(dir, death)).toBe('SIGKILL');
      const killed = await folders.seenIn(dir);
      await undisturbed(dir);
      const end = await folders.seenIn(dir);
      const broken = violations([killed], end);
      table.note(death, broken.length > 0 ? broken.join('; ') : outcome(killed, end));
      expect(broken).toEqual([]);
    },
  );

  // Each of the first has a lease by then, and the last one does not end the run.
  const asleep = writes
    .map((_, index) => index + 1)
    .slice(3, -1)
    .filter((_, index) => index % 6 === 0);
  test.concurrent.each(enumerated(asleep, `a run on ${engine} asleep`))(
    'asleep after write %i for longer than its lease, and taken over: awake again it writes nothing',
    async (at) => {
      const dir = await folders.fresh();
      const zombie = await folders.sleeper(dir, at);
      const frozen = await folders.seenIn(dir);
      await takeOver(dir);
      const left = await folders.rowsIn(dir);
      // Who was told no more than that somebody else finished it ends well.
      expect([0, 10]).toContain(await zombie.thaw());
      expect(await folders.rowsIn(dir)).toEqual(left);
      expect(frozen.status).not.toBe('succeeded');
    },
  );
}

describe('on the embedded store', () => {
  proof('SQLite', embedded, pointsOf(writes));

  test('every promise is kept without a kill, and the writes are those that are counted', async () => {
    expect(violations([], await embedded.seenIn(clean))).toEqual([]);
    expect(writes.length).toBeGreaterThan(40);
  });
});

describePostgres('on a server', (server) => {
  let empty: DatabasePlace;
  const folders = openFolders(() => server().database(empty));
  afterAll(() => folders.remove());
  beforeAll(async () => {
    empty = await migrated(await server().database());
  });

  // Before a write the store is as after the one before; `npm run soak durable` has both sides of each.
  proof('PostgreSQL', folders, eitherSide(pointsOf(writes)));

  test('the same writes are made, but for the order in which items are at work', async () => {
    expect((await undisturbed(await folders.fresh())).sort()).toEqual(writes.toSorted());
  });
});
