import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { elmConfig, elmHouse } from '../../../test/elm-house.ts';
import { ask, openWorld, runSophia, type World } from '../../../test/sophia.ts';
import { sinceLast } from '../../core/ops/since.ts';
import type { Analysis } from './analysis.ts';

/** A house that is known and was analysed once: what is the same for all is done once, and copied. */
const analysed = (async () => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  return { world, first: await analyse(world) };
})();
afterAll(async () => (await analysed).world[Symbol.dispose]());

async function elm() {
  const { world: made, first } = await analysed;
  const world = openWorld();
  onTestFinished(() => world[Symbol.dispose]());
  cpSync(made.dir, world.dir, { recursive: true });
  // Ids go on from where they were.
  Object.assign(world, { random: made.random });
  return { world, first };
}

function analyse(world: World, flags = ''): Promise<Analysis> {
  return ask<Analysis>(`churn analyze elm-house --top 9 ${flags}`, world);
}

/** Ben waits for a repair as well. */
async function benWaits(world: World) {
  const row = `${elmHouse['data/tickets.csv']?.split('\n')[0]}\n9,ben,2026-11-05,,0,heating\n`;
  writeFileSync(join(world.dir, 'data/more-tickets.csv'), row);
  await ask('portfolio import data/more-tickets.csv', world);
}

test('an analysis is compared with the last one as it was recorded, not as it would be seen now', async () => {
  const { world, first } = await elm();
  expect([first.since, first.tenants.map(({ sinceLast }) => sinceLast)]).toEqual([null, Array(6).fill(null)]);
  await benWaits(world);
  // What is looked up of the past is none that anybody was told of.
  await analyse(world, '--as-of 2026-11-20');
  world.clock = '2026-11-24T15:00:00.000Z';
  const second = await analyse(world);
  const { index } = first.property;
  expect(second.since).toEqual({
    ...{ run: first.runId, asOf: '2026-11-22', by: 'os:ada', at: '2026-11-22T15:00:00.000Z', model: first.model },
    change: second.property.index.leave - index.leave,
  });
  for (const { tenant, index, sinceLast } of second.tenants)
    expect(sinceLast).toBe(index - (first.tenants.find((each) => each.tenant === tenant)?.index ?? Number.NaN));
  expect(second.tenants.find(({ key }) => key === 'ben')?.sinceLast).toBeGreaterThan(0.05);
  const explained = await ask<object>('churn explain ben', world);
  expect(explained).toMatchObject({ since: { run: second.runId, asOf: '2026-11-24' }, sinceLast: 0 });
});

test('it is found behind however many looks at the past', async () => {
  const { world, first } = await elm();
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec(`with recursive n(at) as (select 1 union all select at + 1 from n where at < 45)
    insert into run select 'run-' || at, owner, actor, workflow, version, fingerprint, key || at,
      replace(input, '"proposes":1', '"proposes":0'), status, failure, created_at, '2026-11-23T00:00:00.000Z',
      shape, retries, retry_at, cancel_requested_at from run, n where workflow = 'churn'`);
  db.close();
  expect((await ask<Pick<Analysis, 'since'>>('churn explain ada', world)).since?.run).toBe(first.runId);
});

test('words name the day and who had it made, within 80 columns', async () => {
  const { world, first } = await elm();
  await benWaits(world);
  const { stdout } = await runSophia('churn analyze elm-house', world);
  expect(stdout).toMatch(/^(=|▲\.0\d) since the analysis of 2026-11-22 by os:ada, run-\w{12}$/m);
  expect(stdout).toContain(first.runId);
  expect(stdout).toMatch(/^ 2\. 0\.\d\d [█░]{10} ▲\.\d\d ▲\.\d\d Ben Example, unit 2A$/m);
  expect(stdout).toContain('▲ and ▼ are its change in 30 days, and since the last analysis.\n');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('an analysis of the past is compared with none that came later, and one by another model with nothing', async () => {
  const { world } = await elm();
  expect((await analyse(world, '--as-of 2026-11-21')).since).toBeNull();
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec(`update checkpoint_value set value = cast(replace(cast(value as text), 'scorecard-', 'another-') as blob)
    where channel = 'score.result'`);
  db.close();
  const { since, tenants } = await analyse(world);
  expect(since).toMatchObject({ model: expect.stringMatching(/^another-/), change: null });
  expect(tenants.map(({ sinceLast }) => sinceLast)).toEqual(Array(6).fill(null));
});

test('one that cannot be read keeps nobody from a new one', async () => {
  const { world } = await elm();
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec(`update checkpoint_value set value = x'00' where channel = 'score.result'`);
  db.close();
  expect((await analyse(world)).since).toBeNull();
});

test('churn explain --at is --as-of by another word; two days are refused', async () => {
  const { world } = await elm();
  const at = await ask('churn explain ada --at 2026-11-10', world);
  expect(at).toMatchObject({ asOf: '2026-11-10' });
  expect(await ask('churn explain ada --as-of 2026-11-10', world)).toEqual(at);
  expect(await runSophia('churn explain ada --as-of 2026-11-10 --at 2026-11-11', world)).toMatchObject({ code: 2 });
});

test('what would lower an index is told with the points that would be gone', async () => {
  const { stdout } = await runSophia('churn explain ada', (await elm()).world);
  expect(stdout).toMatch(/^What would lower it\n {2}0\.\d\d with repairs as quick as peers have them\n/m);
});

test('two models of one name are not compared: a name is whatever the maker of a model gave it', () => {
  const ranking = {
    model: 'acme-forest-1.0.0',
    modelHash: 'sha256:a',
    property: { leave: 0.6, arrears: 0.5 },
    tenants: [],
  };
  const recorded = { run: 'run-1', asOf: '2026-11-15', by: 'os:ada', at: '2026-11-15T15:00:00.000Z', ranking };
  const changeTo = (now: object) => sinceLast({ ...ranking, ...now } as never, recorded as never).since?.change;
  expect(changeTo({ property: { leave: 0.7, arrears: 0.5 } })).toBeCloseTo(0.1, 9);
  expect(changeTo({ modelHash: 'sha256:b' })).toBeNull();
});
