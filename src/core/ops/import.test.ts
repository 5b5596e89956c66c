import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { today } from '../../../test/portfolio.ts';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { hostOf, openWorld, type World } from '../../../test/sophia.ts';
import { openContext } from '../context/index.ts';
import { type Instant, id, type TimeZone } from '../domain/index.ts';
import { isEnglish, mentionsCompetitor, openLanguage, tellsNeed } from '../language/index.ts';
import { openParser, openPortfolio } from '../portfolio/index.ts';
import { orphansIn, purge, type Store } from '../store/index.ts';
import { type ImportReport, type ImportRequest, importFiles } from './import.ts';
import { undoImport } from './undo.ts';

const zone = 'America/Chicago' as TimeZone;
const bad = 'ghost-1,nobody,2026-08-01,charge,1.00\nodd,ada,tomorrow,charge,1.00\n';
/** With rows that are set aside, said again, and said otherwise. */
const files = {
  ...elmHouse,
  'data/tenants.csv': `${elmHouse['data/tenants.csv']}ada,Ada Example\nben,Another Ben\n`,
  'data/ledger.csv': `${elmHouse['data/ledger.csv']}${bad}ada-2026-06-due,ada,2026-06-01,charge,1600.00\n`,
};

/** Imports `data`, in a process that is interrupted after it was told of so many chunks. */
async function life(
  bench: Bench,
  world: World,
  { chunks = Number.POSITIVE_INFINITY, ...request }: { chunks?: number } & Partial<ImportRequest> = {},
) {
  const [stop, warned]: [AbortController, string[]] = [new AbortController(), []];
  let told = 0;
  const logger = {
    ...{ warn: (text: string) => void warned.push(text), alert: () => undefined },
    progress: (text: string) => {
      if (text.endsWith(' rows') && ++told >= chunks) stop.abort('sigint');
    },
  };
  const context = openContext(hostOf(world), undefined, logger);
  const deps = {
    ...{ ...context, ...bench, signal: stop.signal, openLanguage },
    openParser: () => openParser(zone, { tellsNeed, mentionsCompetitor, isEnglish }),
  };
  const report = await importFiles(deps, {
    ...{ path: 'data', dryRun: false, observedOn: today, synthetic: false, keepTranscripts: false },
    ...{ timeZone: zone, outFolder: join(world.dir, 'out'), ...request },
  }).catch((thrown) => {
    if (!stop.signal.aborted) throw thrown;
  });
  return { report: report as ImportReport, warned };
}

/** All that is live, without ids; what is left on the way; and what was set aside. */
function seen(bench: Bench, world: World) {
  const db = new DatabaseSync(bench.file, { readOnly: true });
  const all = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => JSON.stringify(Object.values(row)));
  const rows = all(`select kind, key, known_on, gone, body, i.state, i.rows, i.rejected from portfolio_row r
    join portfolio_import i on i.id = r.import_id order by 1, 2, 3, 4, 5`);
  const left = all('select count(*), (select count(*) from portfolio_import) from import_batch');
  const sightings = all('select property, kind, seen_on from portfolio_sighting order by 1, 2, 3').length;
  const stopped = db.prepare("select id from portfolio_import where state = 'staging'").all();
  db.close();
  const out = readdirSync(join(world.dir, 'out'));
  const setAside = out.map((name) => readFileSync(join(world.dir, 'out', name), 'utf8'));
  return { rows, left, sightings, setAside, stopped: stopped.map(({ id }) => id) };
}

function counts({ files, rejected, rejections }: ImportReport) {
  return { files, rejected, rejections };
}

describe('an import that was stopped', () => {
  test('goes on after whatever chunk, and is what it would have been', async () => {
    using whole = openWorld({ files });
    const undisturbed = await openBench();
    const { report } = await life(undisturbed, whole);
    expect(report).toMatchObject({ rejected: 3 });
    expect(report).not.toHaveProperty('wentOnAfter');
    const expected = seen(undisturbed, whole);
    expect(expected.sightings).toBe(2);

    for (const chunks of [4, 7]) {
      using world = openWorld({ files });
      const bench = await openBench();
      await life(bench, world, { chunks });
      // Stopped once more on its way: what was set aside before is told anew.
      await life(bench, world, { chunks: 8 });
      const [id] = seen(bench, world).stopped;
      writeFileSync(join(world.dir, `out/rejected-${id}-ledger.csv`), 'half of it');
      const last = await life(bench, world);
      expect(last.warned).toEqual([`going on with an import that was stopped after ${last.report.wentOnAfter} rows`]);
      expect(counts(last.report)).toEqual(counts(report));
      expect(seen(bench, world)).toEqual(expected);
    }
  });

  test('is listed as unfinished, and cannot be undone', async () => {
    using world = openWorld({ files });
    const bench = await openBench();
    await life(bench, world, { chunks: 4 });
    const imports = async () =>
      openPortfolio({ read: bench.store.read, owner: bench.owner, signal: new AbortController().signal }).imports();
    const [stopped] = await imports();
    if (!stopped) throw new Error('it is not listed');
    expect(stopped).toMatchObject({ state: 'unfinished', rows: expect.any(Number) });
    for (const dryRun of [true, false])
      await expect(undoImport(bench, { importId: stopped.id, dryRun })).rejects.toMatchObject({
        exit: 'refused',
        message: `${stopped.id} is unfinished: nothing of it counts, so that nothing is to be undone`,
      });
    const { report } = await life(bench, world);
    expect(stopped.rows).toBe(report.wentOnAfter);
    expect(await imports()).toMatchObject([{ id: stopped.id, state: 'live' }]);
  });

  test('knows again what the portfolio had before it, and what it has said itself', async () => {
    using world = openWorld({ files: { ...elmHouse } });
    const bench = await openBench();
    await life(bench, world);
    const again = { ...files, 'data/tenants.csv': `${elmHouse['data/tenants.csv']}ada,Ada Example\nben,Another Ben\n` };
    for (const [name, text] of Object.entries(again)) writeFileSync(join(world.dir, name), text);
    await life(bench, world, { chunks: 3 });
    const { report } = await life(bench, world);
    expect(report.wentOnAfter).toBe(1 + 6 + 8);
    expect(report.files.find(({ as }) => as === 'tenants')).toMatchObject({ unchanged: 6, repeated: 1, rejected: 1 });
  });

  test.each<[string, (world: World, bench: Bench) => Partial<ImportRequest> | Promise<unknown>]>([
    [
      'other files',
      async ({ dir }) => writeFileSync(join(dir, 'data/offers.csv'), 'offer_id,tenant_id,offered_on,rent\n'),
    ],
    ['another day', () => ({ observedOn: '2026-11-23' as ImportRequest['observedOn'] })],
    [
      'something else that was imported since',
      async (world, bench) => {
        await life(bench, world, { path: 'data/units.csv' });
      },
    ],
  ])('is begun anew for %s, and that is said', async (what, change) => {
    using world = openWorld({ files });
    const bench = await openBench();
    await life(bench, world);
    writeFileSync(join(world.dir, 'data/ledger.csv'), `${files['data/ledger.csv']}late,ada,2026-11-20,fee,5.00\n`);
    await life(bench, world, { chunks: 8 });
    const changed = (await change(world, bench)) ?? {};
    const { report, warned } = await life(bench, world, changed);
    expect(report).not.toHaveProperty('wentOnAfter');
    expect(report.files.find(({ as }) => as === 'ledger')).toMatchObject({ new: 1 });
    // What came in between has swept it, and said so then.
    const isSaid = expect.stringMatching(/rows of an import that was stopped are taken back/);
    expect(warned).toEqual(what.startsWith('something') ? [] : [isSaid]);
  });

  test('is begun anew when what it was judged against has been undone', async () => {
    using world = openWorld({ files });
    const bench = await openBench();
    const { report } = await life(bench, world, { path: 'data/tenants.csv' });
    await life(bench, world, { chunks: 8 });
    await undoImport(bench, { importId: report.importId ?? id('import', 'none'), dryRun: false });
    const last = await life(bench, world);
    expect(last.report).not.toHaveProperty('wentOnAfter');
    expect(last.report.files.find(({ as }) => as === 'tenants')).toMatchObject({ new: 6, unchanged: 0 });
  });

  test.each([7, 11])('slept for longer than its lease, before write %i: awake again it changes nothing', async (at) => {
    using whole = openWorld({ files });
    const undisturbed = await openBench();
    await life(undisturbed, whole);
    using world = openWorld({ files });
    const bench = await openBench();
    let writes = 0;
    const write: Store['write'] = async (work, durability) => {
      if (++writes === at) {
        bench.kill(bench);
        await life(await bench.other(), world);
      }
      return bench.store.write(work, durability);
    };
    const asleep = life({ ...bench, store: { ...bench.store, write } }, world);
    await expect(asleep).rejects.toMatchObject({ exit: 'held' });
    expect(seen(bench, world)).toEqual(seen(undisturbed, whole));
  });

  test('is gone, with all that was recorded of it, when it is purged', async () => {
    using world = openWorld({ files });
    const bench = await openBench();
    await life(bench, world, { chunks: 8 });
    await bench.store.write((tx) => purge(tx, bench.owner, '2026-11-22T10:00:00.000Z' as Instant));
    expect(seen(bench, world).left).toEqual(['[0,0]']);
    expect(await orphansIn(bench.store.read)).toEqual([]);
    const { report, warned } = await life(bench, world);
    expect(report.files.find(({ as }) => as === 'tenants')).toMatchObject({ new: 6 });
    expect(warned).toEqual([]);
  });

  test('is left as it is by a rehearsal, and goes on after it', async () => {
    using world = openWorld({ files });
    const bench = await openBench();
    await life(bench, world, { chunks: 8 });
    await life(bench, world, { dryRun: true });
    expect((await life(bench, world)).report.wentOnAfter).toBeGreaterThan(0);
  });

  test('was of a file that somebody wrote to meanwhile: nothing of it is taken in', async () => {
    using world = openWorld({ files });
    const bench = await openBench();
    const ledger = join(world.dir, 'data/ledger.csv');
    let changed = false;
    const random = () => {
      // Its id is minted when all files have been looked at.
      if (!changed) writeFileSync(ledger, `${files['data/ledger.csv']}late,ada,2026-11-20,fee,5.00\n`);
      changed = true;
      return bench.random();
    };
    await expect(life({ ...bench, random }, world)).rejects.toMatchObject({ exit: 'failed' });
    expect(seen(bench, world)).toMatchObject({ rows: [], stopped: [] });
  });
});

test('what competitors ask and what is sensitive is stored nowhere, transcripts kept or not', async () => {
  const said = ['The tap drips.', 'My daughter has asthma.', 'Lakeside Apartments offered us $1450.'];
  const call = { call_id: 'c', tenant_id: 'ada', consent: true, started_at: '2026-11-02T15:00:00Z' };
  const turns = said.map((text) => ({ by: 'resident', text }));
  using world = openWorld({
    files: {
      'data/tenants.csv': 'tenant_id,name\nada,Ada Example\n',
      'data/tickets.csv':
        'ticket_id,tenant_id,opened_on,category\nt1,ada,2026-11-02,Lakeside Apartments offered $1450\nt2,ada,2026-11-02,Plumbing\n',
      'data/calls.jsonl': JSON.stringify({ ...call, turns }),
      'out/of-before.csv': '',
    },
  });
  const bench = await openBench();
  await life(bench, world, { keepTranscripts: true });
  const { rows } = seen(bench, world);
  expect(rows.join()).not.toMatch(/Lakeside|1450|asthma/);
  expect(rows.join()).toMatch(/The tap drips/);
  expect(rows.join()).toMatch(/Plumbing/);
});
