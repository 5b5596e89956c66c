import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabasePlace } from '../../src/core/domain/index.ts';
import { mirror } from '../mirror.ts';
import { describePostgres } from '../services.ts';
import { observe, violations } from './checker.ts';
import { build, type Ended, freeze, live, openFolders } from './life.ts';
import { enumerated } from './points.ts';

build();
const folders = openFolders();
afterAll(() => folders.remove());

const importing = ['portfolio', 'import', 'data', '--json'];
const analyze = ['churn', 'analyze', 'elm-house', '--json'];
const approve = (run: string) => ['runs', 'approve', run, '--yes', '--json'];
const resume = (run: string) => ['runs', 'resume', run, '--json'];

/** A workspace, and the database that keeps its store. */
interface Site {
  readonly dir: string;
  readonly place: DatabasePlace;
}

// How many writes each of them makes is told by the embedded store.
const embedded = folders.workspace();
await live(embedded, importing);
const analysis = await live(embedded, analyze);
const proposed = observe(embedded).runs.find(({ workflow }) => workflow === 'retention')?.id ?? '';
const approval = await live(embedded, approve(proposed));

/** Every write; by turns killed before it, or when it is done and the program has not heard of it. */
const pointsOf = ({ writes }: Ended) =>
  Array.from(
    { length: writes },
    (_, index) => ({ at: index + 1, side: index % 2 === 0 ? 'before' : 'after' }) as const,
  );

describePostgres('killed at any commit to a server', (server) => {
  let imported: Site;
  let analysed: Site;
  let proposal: string;

  const site = async (like?: Site): Promise<Site> => {
    const dir = like ? folders.copyOf(like.dir) : folders.workspace();
    const place = await server().database(like?.place);
    writeFileSync(join(dir, '.env'), `SOPHIA_DATABASE_URL=${place.url}\n`);
    return { dir, place };
  };

  beforeAll(async () => {
    imported = await site();
    expect(await live(imported.dir, importing)).toMatchObject({ code: 0 });
    analysed = await site(imported);
    expect(await live(analysed.dir, analyze)).toMatchObject({ code: 0, writes: analysis.writes });
    proposal = (await seen(analysed)).runs.find(({ workflow }) => workflow === 'retention')?.id ?? '';
  });

  /** What the checker sees: it looks into a file. */
  const seen = async ({ dir, place }: Site) => {
    mkdirSync(join(dir, '.sophia'), { recursive: true });
    await mirror(place, join(dir, '.sophia/sophia.db'));
    return observe(dir);
  };

  test.concurrent.each(enumerated(pointsOf(analysis), 'an analysis on a server killed'))(
    'an analysis, $side write $at, is finished, and no node is done again',
    async ({ at, side }) => {
      const here = await site(imported);
      expect(await live(here.dir, analyze, { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = await seen(here);
      if (side === 'after')
        for (const { id } of killed.runs) expect(await live(here.dir, resume(id))).toMatchObject({ code: 0 });
      expect(await live(here.dir, analyze)).toMatchObject({ code: 0 });
      expect(violations(killed, await seen(here))).toEqual([]);
    },
  );

  test.concurrent.each(enumerated(pointsOf(approval), 'an approval on a server killed'))(
    'an approval, $side write $at, is finished, and each of its effects is there once',
    async ({ at, side }) => {
      const here = await site(analysed);
      expect(await live(here.dir, approve(proposal), { at, side })).toMatchObject({ signal: 'SIGKILL' });
      const killed = await seen(here);
      const answered = killed.approvals.some(({ status }) => status === 'answered');
      expect(await live(here.dir, approve(proposal))).toMatchObject({ code: answered ? 9 : 0 });
      expect(await live(here.dir, resume(proposal))).toMatchObject({ code: 0 });
      const end = await seen(here);
      expect(violations(killed, end)).toEqual([]);
      expect(end.out).toHaveLength(2);
    },
  );

  test.concurrent.each([4, 6, 8])(
    'an analysis asleep after commit %i and taken over: awake again it writes nothing',
    async (at) => {
      const here = await site(imported);
      const sleeper = await freeze(here.dir, [...analyze, '--as-of', '2026-11-21'], at);
      await server().ask(here.place.database, "update lease set expires_at = '2000-01-01T00:00:00.000Z'");
      expect(await live(here.dir, [...analyze, '--as-of', '2026-11-21'])).toMatchObject({ code: 0 });
      const before = await seen(here);
      expect(await sleeper.thaw()).toMatchObject({ code: 10 });
      expect(await seen(here)).toEqual(before);
    },
  );
});
