import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Analysis } from '../../src/commands/churn/analysis.ts';
import { openApp } from '../../src/core/app.ts';
import { openContext } from '../../src/core/context/index.ts';
import type { Answers } from '../../src/tui/answers.ts';
import { openWorld as openScreens } from '../../src/tui/world.ts';
import { elmConfig, elmHouse } from '../elm-house.ts';
import { ask, hostOf, openDemoWorld, openWorld, packageRoot, type World } from '../sophia.ts';

const both = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;

/** Two owners, each with an analysis and a proposal that waits. */
async function filled() {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': both } });
  for (const owner of ['hill-street', 'oak-lane']) {
    await ask(`portfolio import data --owner ${owner}`, world);
    await ask(`churn analyze elm-house --owner ${owner}`, world);
  }
  return world;
}

const NOTICE = `lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on
ada-1,ada,elm-house,1A,2025-01-15,2025-02-01,2027-01-31,1600.00,2026-11-22,
`;

const silent = { warn() {}, alert() {}, progress() {} };

/** What screens are given there. */
async function opened(world: World, { readOnly = false, place = 'own' as 'own' | 'any' } = {}) {
  const context = openContext(hostOf(world), undefined, silent);
  const app = await openApp(context, { ...{ owner: undefined, rehearses: readOnly }, place });
  return {
    ...(await openScreens(context, app, { readOnly })),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

test('the facts of screens are those of the store, of all owners one behind the other', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const { facts } = screens;
  const before = await facts.heads();
  expect(await facts.overview()).toMatchObject({
    ...{ tally: { succeeded: 2, waiting: 2 }, approvals: 2, unattended: 0, synthetic: false },
  });

  const page = async (from: number, count: number, text = '') => {
    const { total, runs } = await facts.runs({ from, count, text, order: 'urgent' });
    return { total, found: runs.map(({ owner, workflow, about }) => `${owner} ${workflow} ${about}`) };
  };
  const all = [
    'hill-street retention ada',
    'hill-street churn elm-house 2026-11-22',
    'oak-lane retention ada',
    'oak-lane churn elm-house 2026-11-22',
  ];
  expect(await page(0, 10)).toEqual({ total: 4, found: all });
  expect(await page(1, 2)).toEqual({ total: 4, found: all.slice(1, 3) });
  expect(await page(3, 10)).toEqual({ total: 4, found: all.slice(3) });
  expect(await page(0, 10, 'churn')).toEqual({ total: 2, found: [all[1], all[3]] });
  expect(await page(0, 10, 'Elm House')).toMatchObject({ total: 4 });
  expect(await page(0, 10, 'elm-house 2026-11-22 churn')).toEqual({ total: 2, found: [all[1], all[3]] });
  expect(await page(0, 10, 'ada')).toEqual({ total: 2, found: [all[0], all[2]] });
  expect(await page(0, 10, 'Ada Example')).toEqual({ total: 2, found: [all[0], all[2]] });

  const { runs } = await facts.runs({ from: 0, count: 1, order: 'urgent' });
  const one = await facts.run(runs[0]?.id ?? '');
  expect(one).toMatchObject({ owner: 'hill-street', about: 'ada', status: 'waiting' });
  expect(one.events.map(({ kind }) => kind)).toContain('approval.asked');

  const { runs: churns } = await facts.runs({ from: 0, count: 1, text: 'churn', order: 'newest' });
  const history = await facts.history(churns[0]?.id ?? '');
  expect(history.checkpoints.flatMap(({ nodes }) => nodes)).toEqual(['gather', 'score', 'narrate', 'propose']);
  // What is over has no more to tell.
  expect(await facts.history(history.id, history)).toBe(history);
  // What is not over goes on.
  const waiting = await facts.history(one.id);
  expect(await facts.history(one.id, waiting)).not.toBe(waiting);

  expect(await facts.countSince(before)).toBe(0);
  await ask('churn analyze elm-house --owner oak-lane', world);
  expect(await facts.countSince(before)).toBeGreaterThan(3);
});

test('a store that was moved away, or replaced, is not shown as if it were live', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const { facts, answers, risks, actions } = screens;
  const asked = await first(answers);
  const file = join(world.dir, '.sophia/sophia.db');
  for (const end of ['', '-wal', '-shm']) renameSync(file + end, `${file}.away${end}`);
  await expect(facts.overview()).rejects.toThrow(/sophia\.db is gone/);
  await expect(answers.pending()).rejects.toThrow(/is gone/);
  await expect(answers.open(asked.run, asked.question)).rejects.toThrow(/is gone/);
  await expect(answers.give(asked, { answer: { decision: 'approved' }, reason: null })).rejects.toThrow(/is gone/);
  await expect(actions.cancel(asked.run)).rejects.toThrow(/is gone/);
  await expect(risks.properties()).rejects.toThrow(/is gone/);
  expect(world.launched).toEqual([]);
  await ask('portfolio import data --owner oak-lane', world);
  await expect(facts.runs({ from: 0, count: 1, order: 'newest' })).rejects.toThrow(/is another store by now/);
});

const first = async (answers: Answers) => {
  const [asked] = await answers.pending();
  if (!asked) throw new Error('somebody is asked');
  return asked;
};

test('a proposal is seen with all that it rests on, and its answer is left to a worker', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const { answers, facts } = screens;
  expect((await answers.pending()).map(({ about, workflow }) => `${workflow} ${about}`)).toEqual([
    ...['retention ada', 'retention ada'],
  ]);
  const asked = await first(answers);
  const seen = await answers.open(asked.run, asked.question);
  expect(seen).toMatchObject({ title: 'Proposal for ada', answered: undefined });
  expect(seen.sections.map(({ title }) => title)).toEqual(['Why', 'What would be done', 'What would be written']);
  expect(seen.sections[0]?.text).toMatch(/^Ada Example: 0\.\d\d, /);

  await expect(answers.give(seen, { answer: { decision: 'maybe' }, reason: null })).rejects.toThrow(/does not fit/);
  await answers.give(seen, { answer: { decision: 'rejected' }, reason: 'renewed by phone' });
  expect(await answers.pending()).toHaveLength(1);
  expect(await answers.open(asked.run, asked.question)).toMatchObject({
    answered: expect.stringMatching(/^rejected by os:\S+ at 2026-11-22/),
  });
  expect(await facts.run(asked.run)).toMatchObject({ status: 'queued', approvals: [{ reason: 'renewed by phone' }] });
  await expect(answers.give(seen, { answer: { decision: 'approved' }, reason: null })).rejects.toThrow(
    /an answer stands/,
  );
});

test('an answer is given by the rules that stand in the workspace by then', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const asked = await first(screens.answers);
  writeFileSync(join(world.dir, 'sophia.yaml'), `${both}approvals:\n  two_persons: true\n`);
  const given = { answer: { decision: 'approved' }, reason: null };
  await expect(screens.answers.give(asked, given)).rejects.toThrow(/sophia\.yaml has changed/);
  await expect(screens.answers.withdraw(asked)).rejects.toThrow(/has changed/);
  await expect(screens.actions.cancel(asked.run)).rejects.toThrow(/has changed/);
  await expect(screens.risks.analyse('elm-house')).rejects.toThrow(/has changed/);
  await using anew = await opened(world);
  expect((await anew.answers.open(asked.run, asked.question)).rules).toEqual([
    'two persons: for another than who began the run, or answered in it; nothing here proves who answers',
  ]);
  await anew.answers.give(asked, given);
  expect(await anew.facts.run(asked.run)).toMatchObject({ status: 'queued' });
});

test('a proposal that does not hold any more says so, and is taken back', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const asked = await first(screens.answers);
  const owner = (await screens.facts.run(asked.run)).owner;
  await expect(screens.answers.withdraw(asked)).rejects.toThrow('it holds again');
  writeFileSync(join(world.dir, 'leases.csv'), NOTICE);
  await ask(`portfolio import leases.csv --owner ${owner}`, world);
  const seen = await screens.answers.open(asked.run, asked.question);
  expect(seen).toMatchObject({ lapsed: 'the tenant has given notice', answered: undefined, sections: [] });
  await screens.answers.withdraw(seen);
  expect(await screens.answers.open(asked.run, asked.question)).toMatchObject({
    answered: 'not asked any more: cancelled',
  });
});

test('what was opened to look only brings no store up to date, and makes none', async () => {
  using older = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  mkdirSync(join(older.dir, '.sophia'), { mode: 0o700 });
  const file = join(older.dir, '.sophia/sophia.db');
  copyFileSync(join(packageRoot, 'fixtures/db/0.2.0/sophia.db'), file);
  const before = readFileSync(file);
  {
    await using looking = await opened(older, { readOnly: true });
    expect((await looking.facts.runs({ from: 0, count: 5, order: 'newest' })).total).toBeGreaterThan(0);
  }
  expect(readFileSync(file).equals(before)).toBe(true);

  using fresh = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  {
    await using looking = await opened(fresh, { readOnly: true });
    expect(await looking.risks.properties()).toEqual([]);
  }
  expect(existsSync(join(fresh.dir, '.sophia'))).toBe(false);
});

test('what was opened to look only, and the demo, answer nothing', async () => {
  using world = await filled();
  await using looking = await opened(world, { readOnly: true });
  const asked = await first(looking.answers);
  const given = { answer: { decision: 'approved' }, reason: null };
  await expect(looking.answers.give(asked, given)).rejects.toThrow('opened to look only');
  await expect(looking.risks.analyse('elm-house')).rejects.toThrow('opened to look only');

  using demo = await openDemoWorld();
  await ask('churn analyze maple-court', demo);
  await using there = await opened(demo, { place: 'any' });
  expect(there.facts.place).toBe('demo');
  const invented = await first(there.answers);
  await expect(there.answers.give(invented, given)).rejects.toThrow('sophia init');
  expect(await there.answers.pending()).toContainEqual(invented);
});

test('risks are those of an analysis of today, without one; an analysis is left to a worker', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': both } });
  await ask('portfolio import data --owner oak-lane', world);
  await using screens = await opened(world);
  const { risks, answers } = screens;
  const [house, ...others] = await risks.properties();
  expect(others).toEqual([]);
  expect(house).toMatchObject({ key: 'elm-house', owner: 'oak-lane', above: 1, why: '' });
  expect(house?.by).toEqual({ model: expect.stringMatching(/^scorecard-/), stopped: false });
  const before = await risks.property(house?.id ?? '');
  expect(before.tenants[0]).toMatchObject({ key: 'ada', name: 'Ada Example', unit: '1A', proposal: undefined });
  expect(await answers.pending()).toEqual([]);

  const { run } = await risks.analyse(house?.id ?? '');
  expect(await screens.facts.run(run)).toMatchObject({
    workflow: 'churn',
    status: 'queued',
    about: 'elm-house 2026-11-22',
  });
  const analysis = await ask<Analysis>('churn analyze elm-house', world);
  expect(house?.index).toBe(analysis.property.index.leave);
  const shown = before.tenants.slice(0, analysis.tenants.length);
  expect(shown.map(({ key, index, trend, band }) => ({ key, index, trend, band }))).toEqual(
    analysis.tenants.map(({ key, index, trend, band }) => ({ key, index, trend, band })),
  );
  expect(shown[0]?.reasons.map(({ logOdds }) => logOdds)).toEqual(
    analysis.tenants[0]?.reasons.map(({ logOdds }) => logOdds),
  );

  const after = await risks.property(house?.id ?? '');
  const [asked] = await answers.pending();
  expect([before.since, after.since]).toEqual([null, { asOf: '2026-11-22', change: 0 }]);
  expect(after.tenants.map(({ sinceLast }) => sinceLast)).toEqual(after.tenants.map(() => 0));
  expect(after.tenants[0]?.lower[0]).toMatch(/^0\.\d\d with repairs as quick as peers have them$/);
  expect(after.tenants[0]?.proposal).toMatchObject({ run: asked?.run, status: 'waiting' });
});

test('what is imported while a screen is open is ranked', async () => {
  const { 'data/tickets.csv': tickets = '', ...rest } = elmHouse;
  using world = openWorld({ files: { ...rest, 'sophia.yaml': elmConfig } });
  await using screens = await opened(world);
  expect(await screens.risks.properties()).toEqual([]);
  await ask('portfolio import data', world);
  const index = async () => (await screens.risks.property('elm-house')).tenants.find(({ key }) => key === 'ada')?.index;
  const before = await index();
  writeFileSync(join(world.dir, 'tickets.csv'), tickets);
  await ask('portfolio import tickets.csv', world);
  expect(await index()).toBeGreaterThan(before ?? 1);
});

test('a run is ended, and what has failed is queued to be tried again; neither where one only looks', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const { actions, answers, facts } = screens;
  const { run } = await first(answers);
  await expect(actions.goOn(run)).rejects.toThrow(/is waiting: there is nothing to go on with/);
  await using looking = await opened(world, { readOnly: true });
  await expect(looking.actions.cancel(run)).rejects.toThrow('opened to look only');
  expect(await actions.cancel(run)).toBe('it is cancelled');
  expect(await facts.run(run)).toMatchObject({ status: 'cancelled' });

  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  const { id } = db.prepare("select id from run where status = 'waiting'").get() as { id: string };
  db.prepare("update run set status = 'failed', failure = 'unreachable' where id = ?").run(id);
  db.close();
  await actions.goOn(id);
  expect(await facts.run(id)).toMatchObject({ status: 'queued' });
});

test('runs, properties and tenants are found by a part of what they are called', async () => {
  using world = await filled();
  await using screens = await opened(world);
  const titles = async (text: string) => (await screens.places.search(text)).map(({ title }) => title);
  expect(await titles('e')).toEqual([]);
  expect((await titles('Elm h')).slice(0, 2)).toEqual([
    'property Elm House (elm-house)',
    'property Elm House (elm-house)',
  ]);
  expect(await titles('da ex')).toEqual([
    ...['tenant Ada Example (ada), Elm House', 'tenant Ada Example (ada), Elm House'],
  ]);
  expect((await titles('retention'))[0]).toMatch(/^run run-\w{12} retention ada, waiting$/);
});
