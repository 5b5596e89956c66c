import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { addDays, type IsoDay, id } from '../src/core/domain/index.ts';
import { keepModel, modelsOf, promoteModel, readModel, rollBack } from '../src/core/ops/learning/models.ts';
import { loadLearning, scorecard } from '../src/core/risk/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { giveAPast } from './past.ts';
import { day, elm, importAll } from './portfolio.ts';
import { openBench } from './rooms.ts';
import { ask, openWorld, runSophia } from './sophia.ts';
import { against, asStated, invented, owner, training } from './tenant-months.ts';

describe('the months of a property', () => {
  const monthsOfElm = async (files: Readonly<Record<string, string>>) => {
    const { monthsOf } = await loadLearning();
    const bench = await openBench();
    await importAll(bench, files);
    const { room, property } = await elm(bench);
    const all = [...monthsOf(await room.past(property.id))];
    return (from: IsoDay, to: IsoDay) =>
      all.filter(({ day }) => day >= from && day <= to).map(({ values }) => [...values]);
  };

  test('do not hold what happened after their day, not even a day after', async () => {
    const future = (elmHouse['data/tickets.csv'] ?? '').concat('4500,ada,2026-06-02,,3,heating\n');
    const [with_, without] = [
      await monthsOfElm({ ...elmHouse, 'data/tickets.csv': future }),
      await monthsOfElm(elmHouse),
    ];
    const [from, last] = [day('2025-03-01'), day('2026-06-01')];
    expect(without(from, last).length).toBeGreaterThan(80);
    expect(with_(from, last)).toEqual(without(from, last));
    expect(with_(day('2026-07-01'), day('2026-07-01'))).not.toEqual(without(day('2026-07-01'), day('2026-07-01')));
  });

  test('end where it is not known yet what came of them', async () => {
    const months = await monthsOfElm(elmHouse);
    // Rent is known until 5 November: the 60 days of arrears are over for 1 September, and not for 1 October.
    expect(months(day('2026-09-01'), day('2026-09-01'))).toHaveLength(6);
    expect(months(day('2026-09-02'), addDays(day('2026-09-01'), 400))).toEqual([]);
  });
});

test('what was learned ranks once it is promoted, says so, and is taken back', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  await giveAPast(world);
  const analyse = () =>
    ask<{ model: string; modelHash: string; tenants: { p90: number | null }[] }>('churn analyze maple-court', world);
  const before = await analyse();
  expect(before.model).toMatch(/^scorecard-/);
  expect(before.tenants.map(({ p90 }) => p90)).toEqual(before.tenants.map(() => null));

  expect(await runSophia('churn models promote 1', world)).toMatchObject({ code: 8 });
  expect((await analyse()).model).toBe(before.model);
  await ask('churn models promote 1 --yes', world);
  const after = await analyse();
  expect(after.model).toBe('logit-1');
  expect(after.modelHash).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(after.tenants.every(({ p90 }) => p90 !== null && p90 > 0 && p90 < 1)).toBe(true);
  const { stdout: shown } = await runSophia('churn models show 1', world);
  for (const figure of ['  AUC: ', 'Brier score: ', 'lift: ', 'slope: ']) expect(shown.split(figure)).toHaveLength(2);
  expect((await runSophia('churn drift', world)).stdout).toMatch(/\n {2}PSI: .*is best\n {2}slope: 1 is best/);
  const { stdout: card } = await runSophia('churn card', world);
  expect(card.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(card).toContain('- Brier score: mean squared error');
  expect(card).toContain(`Hash \`${after.modelHash}\``);

  await ask('churn models rollback --yes', world);
  expect((await analyse()).model).toBe(before.model);
  expect(await runSophia('churn models rollback --yes', world)).toMatchObject({ code: 9 });
  const { stdout } = await runSophia('events --json', world);
  expect([...stdout.matchAll(/"kind":"(model\.\w+)"/g)].map(([, kind]) => kind)).toEqual([
    ...['model.trained', 'model.promoted', 'model.measured', 'model.measured', 'model.rolled_back'],
  ]);
});

test('what changes nothing of it looks at the demo where there is no workspace, and what learns does not', async () => {
  using world = openWorld();
  const { stdout, stderr, code } = await runSophia('churn backtest', world);
  expect(code).toBe(0);
  expect(stderr).toContain('invented data');
  expect(stdout.match(/Brier score: .* lower is better/g)).toHaveLength(1);
  expect(await runSophia('churn drift', world)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('scorecard'),
  });
  expect((await runSophia('churn train --dry-run', world)).code).toBe(3);
});

/** As somebody might who reaches for the database itself. */
function inStore(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'));
  db.exec(sql);
  db.close();
}

test("a model that did not beat the scorecard is not promoted, whoever wants it, and no model is another owner's", async () => {
  const bench = await openBench(owner);
  const { trainModel } = await loadLearning();
  const months = invented({ rate: -3.4, truth: asStated }, 3);
  const { version } = await keepModel(bench, (version) =>
    trainModel(months, scorecard, { ...training, name: `logit-${version}` }),
  );
  await expect(promoteModel(bench, version)).rejects.toThrow('logit-1 is not promoted: it did not beat the scorecard');
  expect(await modelsOf(bench.store.read, owner)).toMatchObject([{ version: 1, state: 'candidate' }]);
  const stranger = id('owner', 'other-street');
  await expect(readModel(bench.store.read, stranger, version)).rejects.toThrow('there is no model 1');
  await bench.store.write((tx) => tx.updateTable('model').set({ owner: stranger }).execute());
  await expect(readModel(bench.store.read, stranger, version)).rejects.toThrow('learned from tenants of another owner');
});

test('what ranked before ranks again, and nothing that had itself been taken back', async () => {
  const bench = await openBench(owner);
  const { trainModel } = await loadLearning();
  const months = invented({ truth: against });
  const learn = () =>
    keepModel(bench, (version) => trainModel(months, scorecard, { ...training, name: `logit-${version}` }));
  for (let kept = 0; kept < 3; kept++) await learn();
  const back = async () => (await rollBack(bench)).to?.version ?? 'scorecard';
  await promoteModel(bench, 1);
  expect(await back()).toBe('scorecard');
  await promoteModel(bench, 2);
  expect(await back()).toBe('scorecard');
  for (const version of [1, 2, 1, 3]) await promoteModel(bench, version);
  expect([await back(), await back(), await back(), await back()]).toEqual([1, 2, 1, 'scorecard']);
});

test('beyond its limits a model proposes nothing, and the analysis says so; a changed one ranks nobody', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  await giveAPast(world);
  await ask('churn models promote 1 --yes', world);
  // What `churn drift` writes down when tenants have changed.
  const told = `'{"version":1,"tenants":400,"stops":1}'`;
  const line = "'2026-11-22T15:00:00.000Z', 'hill-street', 'os:ada', 'risk', 'model.measured'";
  inStore(world.dir, `insert into event (at, owner, actor, room, kind, body) values (${line}, ${told})`);
  const analysed = await ask<{
    owners: { properties: { stopped: boolean; above: object[]; proposals: object[] }[] }[];
  }>('churn analyze --all', world);
  const properties = analysed.owners.flatMap(({ properties }) => properties);
  expect(properties.every(({ stopped }) => stopped)).toBe(true);
  expect(properties.flatMap(({ above }) => above).length).toBeGreaterThan(0);
  expect(properties.flatMap(({ proposals }) => proposals)).toEqual([]);
  const [somebody] = (await ask<{ tenants: { key: string }[] }>('churn analyze maple-court', world)).tenants;
  for (const command of [
    ...['churn analyze maple-court', 'churn analyze --all', `churn explain ${somebody?.key}`],
    'churn report maple-court -o -',
  ])
    expect((await runSophia(command, world)).stdout.match(/it proposes nothing/g), command).toHaveLength(1);
  expect(await ask<{ proposals: object[] }>('churn proposals', world)).toMatchObject({ proposals: [] });
  // What staff are shown is told to the tenant, in the words of what was learned.
  const learned = /Gives notice or goes in 90 days, or does not renew a lease that ends in them: (\d+\.\d %)/;
  const sayOf = async (command: string) =>
    learned.exec((await runSophia(`${command} ${somebody?.key}`, world)).stdout.replaceAll(/\s+/g, ' '))?.[1];
  const shown = await sayOf('churn explain');
  expect(shown).toBeDefined();
  expect(await sayOf('churn decisions export --tenant')).toBe(shown);

  inStore(world.dir, `update model set body = replace(body, '"w0":0.5', '"w0":0.6')`);
  expect(await runSophia('churn analyze maple-court', world)).toMatchObject({
    ...{ code: 11, stdout: '' },
    stderr: expect.stringMatching(/its hash is another one[\s\S]*sophia churn models rollback/),
  });
  const { stdout: listed } = await runSophia('churn models list', world);
  expect(listed).toContain('logit-1 was changed since it was kept, and ranks nobody');
  expect(listed).toMatch(/ active .* changed since it was kept/);
  expect(await ask('churn models list', world)).toMatchObject({
    owners: [{ models: [{ state: 'active', changed: true }] }],
  });
  expect((await runSophia('churn models rollback --yes', world)).code).toBe(0);
  expect((await runSophia('churn analyze maple-court', world)).code).toBe(0);
});

test('too few who left is said, with how many it takes', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  for (const command of ['churn train', 'churn backtest'])
    expect(await runSophia(command, world)).toMatchObject({
      code: 12,
      stdout: '',
      stderr: expect.stringContaining('30'),
    });
  expect((await runSophia('churn train --min-exits 20', world)).code).toBe(2);
});
