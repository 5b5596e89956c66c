import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../sophia.ts';
import { everything, RESTORED, withoutNote } from './checker.ts';
import { build, live, openFolders, type Point, store } from './life.ts';
import { enumerated } from './points.ts';

build();
const folders = openFolders();
afterAll(() => folders.remove());

const restore = (dir: string) => ['store', 'restore', 'kept.db', '--confirm', basename(dir), '--json'];
const purge = (dir: string) => ['store', 'purge', '--older-than', '0', '--confirm', basename(dir), '--json'];
const purgeAll = (dir: string) => ['store', 'purge', '--all', '--confirm', basename(dir), '--json'];
const backup = () => ['store', 'backup', 'copy.db', '--json'];
const migrate = () => ['store', 'migrate', '--json'];

/** Two states of one workspace: kept.db holds the first, the store the second. */
const kept = folders.workspace();
await live(kept, ['portfolio', 'import', 'data', '--json']);
await live(kept, ['store', 'backup', 'kept.db', '--json']);
await live(kept, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-20', '--json']);
await live(kept, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-21', '--json']);
const [older, newer] = [everything(kept, 'kept.db'), everything(kept)];

const damaged = folders.copyOf(kept);
writeFileSync(store(damaged), 'x'.repeat(20_000));

const early = folders.workspace();
mkdirSync(join(early, '.sophia'), { mode: 0o700 });
copyFileSync(join(packageRoot, 'fixtures/db/0.1.0/sophia.db'), store(early));
const unmigrated = rows(early);
const migrated = folders.copyOf(early);
await live(migrated, migrate());

/** When each migration was made is another moment each time. */
function rows(dir: string, file?: string) {
  const { kysely_migration: _when, ...rest } = everything(dir, file);
  return rest;
}

/** That the store is the older one, and says once that it was restored. */
function isRestored(dir: string): void {
  const all = everything(dir);
  expect(withoutNote(all)).toEqual(withoutNote(older));
  expect(all.event?.filter((line) => line.includes(RESTORED))).toHaveLength(1);
}

/** How many writes an undisturbed life makes, and both sides of each of them. */
async function pointsOf(dir: string, args: (dir: string) => readonly string[]): Promise<readonly Point[]> {
  const copy = folders.copyOf(dir);
  const { writes, code, stderr } = await live(copy, args(copy));
  expect(code, stderr).toBe(0);
  const sides = Array.from({ length: writes }, (_, index) => index + 1).flatMap((at) => [
    { at, side: 'before' as const },
    { at, side: 'after' as const },
  ]);
  const moments = Array.from({ length: 6 }, (_, index) => ({ at: 60 + 50 * index, side: 'time' as const }));
  return [...sides, ...moments];
}

/** What `args` left of `dir` when it was killed there; and that all copies beside the store are whole. */
async function killed(dir: string, args: (dir: string) => readonly string[], point: Point, before: object) {
  const copy = folders.copyOf(dir);
  const { signal } = await live(copy, args(copy), point);
  if (point.side !== 'time') expect(signal).toBe('SIGKILL');
  for (const name of readdirSync(join(copy, '.sophia')))
    if (name.includes('.backup-') && !name.includes('.part-')) expect(rows(copy, `.sophia/${name}`)).toEqual(before);
  return copy;
}

async function isSound(dir: string): Promise<void> {
  const { code, stdout } = await live(dir, ['store', 'check', '--json']);
  expect(code, stdout).toBe(0);
}

const restores = await pointsOf(kept, restore);
const rescues = await pointsOf(damaged, restore);
const backups = await pointsOf(kept, backup);
const migrations = await pointsOf(early, migrate);
const purges = await pointsOf(kept, purge);
const copied = folders.copyOf(kept);
await live(copied, ['store', 'backup', '--json']);
const removals = await pointsOf(copied, purgeAll);

test('every step that can be killed is counted', () => {
  const steps = (points: readonly Point[]) => points.filter(({ side }) => side === 'before').length;
  // Copy, copy of what was there, its name (two steps), the exchange; leftovers taken away.
  expect(steps(restores)).toBeGreaterThanOrEqual(6);
  expect(steps(backups)).toBeGreaterThanOrEqual(3);
  expect(steps(migrations)).toBeGreaterThanOrEqual(4);
});

describe('store restore', () => {
  test.concurrent.each(enumerated(restores, 'a restore killed'))(
    'killed $side $at leaves the old store or the new one',
    async (point) => {
      const dir = await killed(kept, restore, point, rows(kept));
      if (JSON.stringify(everything(dir)) !== JSON.stringify(newer)) isRestored(dir);
      await isSound(dir);
      expect(await live(dir, restore(dir))).toMatchObject({ code: 0 });
      isRestored(dir);
    },
  );

  test.concurrent.each(enumerated(rescues, 'a rescue killed'))(
    'of a damaged store, killed $side $at, leaves that or the new one',
    async (point) => {
      const dir = folders.copyOf(damaged);
      await live(dir, restore(dir), point);
      if (!readFileSync(store(dir)).equals(readFileSync(store(damaged)))) isRestored(dir);
      expect(await live(dir, restore(dir))).toMatchObject({ code: 0 });
      isRestored(dir);
    },
  );
});

describe('store backup', () => {
  test.concurrent.each(enumerated(backups, 'a backup killed'))(
    'killed $side $at leaves a whole copy or none',
    async (point) => {
      const dir = await killed(kept, backup, point, rows(kept));
      expect(everything(dir)).toEqual(newer);
      const there = existsSync(join(dir, 'copy.db'));
      if (there) expect(everything(dir, 'copy.db')).toEqual(newer);
      expect(await live(dir, backup())).toMatchObject({ code: there ? 9 : 0 });
    },
  );
});

describe('store migrate', () => {
  test.concurrent.each(enumerated(migrations, 'an upgrade killed'))(
    'killed $side $at leaves the old store or the new one',
    async (point) => {
      const dir = await killed(early, migrate, point, unmigrated);
      expect([unmigrated, rows(migrated)]).toContainEqual(rows(dir));
      expect(await live(dir, migrate())).toMatchObject({ code: 0 });
      expect(rows(dir)).toEqual(rows(migrated));
      await isSound(dir);
    },
  );
});

describe('store purge', () => {
  test.concurrent.each(enumerated(purges, 'a purge killed'))(
    'killed $side $at leaves all or what is left',
    async (point) => {
      const dir = await killed(kept, purge, point, rows(kept));
      const left = everything(dir).run?.length;
      expect([2, 0]).toContain(left);
      await isSound(dir);
      expect(await live(dir, purge(dir))).toMatchObject({ code: 0 });
      expect(everything(dir).run).toEqual([]);
      await isSound(dir);
    },
  );

  test.concurrent.each(enumerated(removals, 'a removal killed'))(
    '--all killed $side $at leaves a store or none',
    async (point) => {
      const dir = await killed(copied, purgeAll, point, rows(kept));
      // As long as a copy is there, so is the store: else it would be said to be gone.
      const copies = readdirSync(join(dir, '.sophia')).filter((name) => name.includes('.backup-'));
      if (copies.length > 0) expect(existsSync(store(dir))).toBe(true);
      if (existsSync(store(dir))) expect(everything(dir)).toEqual(newer);
      // A store that is made afterwards finds nothing of the old one.
      const gone = readdirSync(join(dir, '.sophia')).length === 0;
      const again = await live(dir, ['store', 'purge', '--all', '--confirm', basename(dir), '--json']);
      expect(again.code, again.stderr).toBe(gone ? 12 : 0);
      expect(readdirSync(join(dir, '.sophia'))).toEqual([]);
      expect(await live(dir, ['portfolio', 'import', 'data', '--json'])).toMatchObject({ code: 0 });
      await isSound(dir);
    },
  );
});
