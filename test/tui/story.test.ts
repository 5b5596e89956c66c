import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysed, freeze, live, openFolders, store } from '../kill/life.ts';
import { describePostgres } from '../services.ts';
import { openTerminal } from './terminal.ts';

const folders = openFolders();
let dir: string;
beforeAll(async () => {
  dir = await analysed(folders);
});
afterAll(() => folders.remove());

const at = (place: string, ...words: string[]) => openTerminal({ cols: 80, rows: 24, dir: place, words });

/** Writes of a worker until a run is at work. */
const AT_WORK = 5;

describe('an operator', () => {
  test('sees a run go from hand to hand: its worker is killed, it stalls, another one brings it to its end', async () => {
    const place = folders.copyOf(dir);
    const { stdout } = await live(place, ['runs', 'list', '--status', 'waiting', '--json']);
    const [run] = (JSON.parse(stdout) as { runs: { id: string }[] }).runs;
    using t = at(place);
    await t.until(/› ◆ 1 to be answered/);
    await t.press(':run', 'enter', 'enter');
    await t.until(/◆ waiting/);
    // Somebody works already, so that nobody is started for it.
    const idle = await freeze(place, ['worker'], 1);
    await live(place, ['runs', 'approve', run?.id ?? '', '--yes', '--detach']);
    await t.until(/○ queued/);
    const worker = await freeze(place, ['worker'], AT_WORK);
    await t.until(/● running/);
    await worker.kill();
    await t.until(/▲ stalled/);
    await idle.kill();
    await t.press('r');
    await t.until(/✓ approved/);
    expect(t.screen()).toMatch(/✓ draft → ✓ ask → ✓ act/);
    expect(t.screen()).toMatch(/run\.resumed/);
    await t.press('q');
    expect(await t.ended).toBe(0);
    if (process.env.TUI_STORY)
      writeFileSync(process.env.TUI_STORY, t.cast('A worker is killed, and another one goes on'));
  });

  test('begins an analysis, and sees it end', async () => {
    using t = at(folders.copyOf(dir), 'tui', 'risk');
    await t.until(/elm-house/);
    await t.press('a');
    expect(t.screen()).toMatch(/\nAnalyse it now\? {2}y yes {2}n no *$/);
    await t.press('y');
    await t.until(/Risk[\s\S]*› run-\w+[\s\S]*✓ succeeded/);
    expect(t.screen()).toContain('churn version');
  });

  test('is led to a tenant by a few letters of the name', async () => {
    using t = at(dir);
    await t.until(/Waiting for you/);
    await t.press(':ada');
    await t.until(/tenant Ada Example \(ada\), Elm House/);
    await t.press('enter');
    expect(t.screen()).toMatch(/^sophia › Overview › Elm House/);
    expect(t.screen()).toMatch(/\n› 0\.\d\d .*Ada Example/);
  });

  test('finds one of ten thousand runs', async () => {
    const place = folders.copyOf(dir);
    const db = new DatabaseSync(store(place));
    db.exec(`insert into run (id, owner, actor, workflow, version, fingerprint, key, input, status, created_at, updated_at)
      with recursive n (at) as (select 1 union all select at + 1 from n where at < 10000)
      select printf('run-%012d', at), owner, actor, workflow, version, fingerprint, key || at, input, status, created_at,
        updated_at from n, (select * from run where status = 'succeeded' limit 1)`);
    db.close();
    using t = at(place, 'tui', 'runs');
    await t.until(/^sophia › Runs {2}10002 by urgent/);
    await t.press('/9876', 'enter');
    await t.until(/^sophia › Runs {2}1 by urgent \/9876[\s\S]*› run-000000009876 {2}✓ succeeded/);
    await t.press('esc', 'G');
    await t.until(/^sophia › Runs {2}10002 by urgent[\s\S]*› run-/);
  });
});

describePostgres('on a server', (server) => {
  test('a proposal is approved, and seen to its end', async () => {
    const place = folders.workspace();
    writeFileSync(join(place, '.env'), `SOPHIA_DATABASE_URL=${(await server().database()).url}\n`);
    await live(place, ['portfolio', 'import', 'data']);
    await live(place, ['churn', 'analyze', 'elm-house']);
    using t = at(place);
    await t.until(/› ◆ 1 to be answered[\s\S]*lines in the journal/);
    await t.press(':runs', 'enter');
    await t.until(/2 by urgent[\s\S]*◆ waiting/);
    await t.press('enter', 'a');
    await t.until(/a approve/);
    await t.press('a');
    await t.press('y');
    await t.until(/✓ approved/);
    await t.press('enter');
    await t.until(/State {2}\d+ checkpoints/);
    await t.press('q');
    expect(await t.ended).toBe(0);
    expect(t.screen()).toMatch(/While you watched: \d+ lines in the journal/);
  });
});

describe('a store', () => {
  test('that is moved away while it is looked at is told to be gone, and seen again when it is back', async () => {
    const place = folders.copyOf(dir);
    using t = at(place, 'tui', 'runs');
    await t.until(/2 by urgent/);
    renameSync(store(place), `${store(place)}.away`);
    await t.until(/✗ \d+ s old[\s\S]*sophia\.db is gone/);
    expect(t.screen()).toContain('◆ waiting');
    renameSync(`${store(place)}.away`, store(place));
    await t.until(/● live/);
  });

  test('of a newer sophia is refused before the screens open', async () => {
    const place = folders.copyOf(dir);
    const db = new DatabaseSync(store(place));
    db.exec("insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', '2030-01-01')");
    db.close();
    using t = at(place, 'tui', 'runs');
    expect(await t.ended).toBe(11);
    expect(t.raw()).toContain('newer');
    expect(t.raw()).not.toContain('\x1b[?1049h');
  });

  test('in which another program has spoilt a line shows all the rest', async () => {
    const place = folders.copyOf(dir);
    const db = new DatabaseSync(store(place));
    db.exec("update event set body = 'spoilt' where kind = 'run.succeeded'");
    db.close();
    using t = at(place, 'tui', 'runs');
    await t.until(/2 by urgent/);
    await t.press('j', 'enter');
    await t.until(/the line of the journal with seq \d+ cannot be read/);
    await t.press('esc');
    await t.until(/◆ waiting[\s\S]*✓ succeeded/);
  });
});

test('what was recorded of the screens plays', () => {
  const [head = '', ...lines] = readFileSync(join(import.meta.dirname, '../../docs/proof/screens.cast'), 'utf8')
    .trim()
    .split('\n');
  expect(JSON.parse(head)).toMatchObject({ version: 2, width: 80, height: 24 });
  expect(lines.map((line) => JSON.parse(line)[2]).join('')).toMatch(/stalled[\s\S]*While you watched/);
});
