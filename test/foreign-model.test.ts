import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Foreign } from '../src/core/ops/learning/foreign.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { able, layForeign, made, manifest, model } from './learn/foreign.ts';
import { giveAPast } from './past.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const line = 'churn import-model forest.onnx --manifest forest.json';

function openHouse(change: object = {}): World {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  layForeign(world.dir, change);
  return world;
}

const models = (world: World) => {
  using db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  return db.prepare('select version, name, kind, state, sha256, artifact from model order by version').all();
};

test('a foreign model is kept as a candidate with its bytes, once, and the journal says so', async () => {
  using world = openHouse();
  const first = await ask<Foreign>(line, world);
  expect(first).toMatchObject({ name: 'acme-forest-1.0.0', version: 1, known: false, attribution: 'none' });
  expect(first.golden).toEqual({ rows: 20, farthest: expect.closeTo(0, 5) });
  expect(await ask<Foreign>(line, world)).toEqual({ ...first, known: true });
  expect(models(world)).toEqual([
    {
      ...{ version: 1, name: 'acme-forest-1.0.0', kind: 'onnx', state: 'candidate', sha256: first.hash },
      artifact: Uint8Array.from(Buffer.from(model)),
    },
  ]);
  const { stdout } = await runSophia('events --json', world);
  expect(stdout.match(/model\.imported/g)).toHaveLength(1);
  layForeign(world.dir, { name: 'acme-forest-1.0.1' });
  expect(await ask<Foreign>(line, world)).toMatchObject({ version: 2, known: false });
});

test('without a past it is kept and listed, and not promoted: there is too little to judge it by', async () => {
  using world = openHouse();
  expect(await ask<Foreign>(line, world)).toMatchObject({ judged: { train: 0, test: 0 }, probed: 15 });
  expect((await runSophia('churn models list', world)).stdout).toMatch(
    /^.*the scorecard ranks\n[\s\S]*acme-forest-1\.0\.0.* no exact attribution/,
  );
  expect((await runSophia('churn models show 1', world)).stdout).toMatch(
    /data until 2024-11-30: only months after that judge it[\s\S]*not judged[\s\S]*may not rank: there is too little past/,
  );
  expect(await runSophia('churn models promote 1 --yes', world)).toMatchObject({
    ...{ code: 9, stdout: '' },
    stderr: expect.stringContaining('is not promoted: there is too little past to judge it by'),
  });
});

test('one that punishes complaints is not even kept, in a rehearsal neither', async () => {
  using world = openHouse();
  layForeign(world.dir, {}, made({ slowRepairs90d: -0.5, lnTenureYears: -0.25 }));
  for (const typed of [line, `${line} --dry-run`])
    expect(await runSophia(typed, world)).toMatchObject({
      ...{ code: 9, stdout: '' },
      stderr: expect.stringMatching(/punishes complaints: a worse "slowRepairs90d" lowers .* in \d+ of 15 rows/),
    });
  expect(models(world)).toEqual([]);
});

interface Seen {
  readonly model: string;
  readonly attribution: object;
  readonly tenants: readonly {
    readonly key: string;
    readonly index: number;
    readonly p90: number | null;
    readonly shared: number;
    readonly reasons: readonly object[];
    readonly lower: readonly object[];
    readonly step: string;
  }[];
  readonly above: readonly object[];
  readonly proposals: readonly object[];
}

/** A past of two years, and a model of another program that is better than the scorecard on it. */
async function openLived(change: object = {}): Promise<World> {
  const world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  await giveAPast(world);
  layForeign(world.dir, change, able);
  return world;
}

const promote = async (world: World) => {
  await ask(line, world);
  await ask('churn models promote 2 --yes', world);
};

test('judged by the own past it is promoted, ranks, and no view makes points up for it', async () => {
  using world = await openLived();
  const taken = await runSophia(line, world);
  expect(taken.stdout).toMatch(/brought to scale 2024-12-01[\s\S]*this model[\s\S]*Only months after 2024-11-30 count/);
  expect(taken.stdout).toContain('It may rank. Next: sophia churn models promote 2');
  const stated = await ask<Seen>('churn analyze maple-court', world);
  expect(stated.attribution).toEqual({ leave: 'exact', arrears: 'exact' });
  await ask('churn models promote 2 --yes', world);

  const seen = await ask<Seen>('churn analyze maple-court --top 100', world);
  expect(seen).toMatchObject({ model: 'acme-forest-1.0.0', attribution: { leave: 'none', arrears: 'exact' } });
  expect(seen.tenants.length).toBeGreaterThan(10);
  for (const { index, p90, shared, reasons, lower, step } of seen.tenants) {
    expect({ reasons, lower, step }).toEqual({ reasons: [], lower: [], step: 'none' });
    expect(Math.log(index / (1 - index))).toBeCloseTo(shared, 9);
    expect(p90 !== null && p90 > 0 && p90 < 1).toBe(true);
  }
  const [first] = seen.tenants;
  for (const command of [
    ...['churn analyze maple-court', 'churn analyze --all', 'churn report maple-court -o -', 'churn models show 2'],
    ...[`churn explain ${first?.key}`, 'churn import-model forest.onnx --manifest forest.json'],
    'churn card',
  ]) {
    const { stdout } = await runSophia(command, world);
    expect(stdout.match(/No exact attribution/g), command).toHaveLength(1);
    // What nobody can tell is not said to be nothing.
    expect(stdout, command).not.toContain('would lower it');
  }
  const { stdout: told } = await runSophia('churn analyze maple-court', world);
  expect(told).toContain('so it proposes nothing');
  expect(told).not.toMatch(/[+-]\d\.\d\d {2}/);
  const explained = await ask<{ attribution: object; leave: object; arrears: { contributions: object[] } }>(
    `churn explain ${first?.key}`,
    world,
  );
  expect(explained).toMatchObject({ attribution: { leave: 'none', arrears: 'exact' }, leave: { contributions: [] } });
  expect(explained.arrears.contributions.length).toBeGreaterThan(0);
  const { stdout: log } = await runSophia(`churn decisions export --tenant ${first?.key}`, world);
  expect(log).toMatch(/model acme-forest-1\.0\.0[\s\S]*no exact attribution[\s\S]*\(leaving\)\n.*\(arrears\)/);
  expect((await runSophia('churn card', world)).stdout).toMatch(/`increasePercent` cannot be told/);
  expect((await runSophia('churn drift', world)).stdout).toContain('It is not watched, and proposes nothing anyway.');
  expect(await ask('churn drift', world)).toMatchObject({ owners: [{ model: 'acme-forest-1.0.0', drift: null }] });

  await ask('churn models rollback --yes', world);
  expect((await ask<Seen>('churn analyze maple-court', world)).model).toBe(stated.model);
});

test('by it nothing is proposed, however high somebody stands', async () => {
  using world = await openLived();
  await promote(world);
  const { owners } = await ask<{ owners: { properties: Seen[] }[] }>('churn analyze --all', world);
  const properties = owners.flatMap((each) => each.properties);
  expect(properties.flatMap(({ above }) => above).length).toBeGreaterThan(0);
  expect(properties.flatMap(({ proposals }) => proposals)).toEqual([]);
  expect(await ask('churn proposals', world)).toMatchObject({ proposals: [] });
  const { stdout } = await runSophia('events --json', world);
  expect(stdout).not.toContain('kpi.risk_trigger');
});

test('months that it was learned from do not judge it', async () => {
  using world = await openLived({ trainedUntil: '2026-06-30' });
  expect(await ask<Foreign>(line, world)).toMatchObject({ refusal: 'there is too little past to judge it by' });
  expect(await runSophia('churn models promote 2 --yes', world)).toMatchObject({ code: 9 });
});

test('where the runtime is gone it ranks nobody, and the scorecard does not stand in for it', async () => {
  using whole = await openLived();
  await ask(line, whole);
  // Another machine, on which nobody has installed it: Node remembers where it once found a package.
  using other = openWorld({ files: { 'sophia.yaml': elmConfig } });
  cpSync(join(whole.dir, '.sophia'), join(other.dir, '.sophia'), { recursive: true });
  expect(await runSophia('churn models promote 2 --yes', other)).toMatchObject({ code: 3 });
  await ask('churn models promote 2 --yes', whole);
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  cpSync(join(whole.dir, '.sophia'), join(world.dir, '.sophia'), { recursive: true });
  for (const command of ['churn analyze maple-court', 'churn analyze --all', 'churn explain maple-court-t001'])
    expect(await runSophia(command, world), command).toMatchObject({
      ...{ code: 3, stdout: '' },
      stderr: expect.stringMatching(/ONNXRUNTIME_NODE_INSTALL=skip npm install[\s\S]*models rollback/),
    });
  for (const command of ['churn models list', 'churn models show 2', 'churn card', 'churn drift'])
    expect((await runSophia(command, world)).code, command).toBe(0);
  expect((await runSophia('churn models rollback --yes', world)).code).toBe(0);
  expect((await ask<Seen>('churn analyze maple-court', world)).model).toMatch(/^scorecard-/);
});

test.each([
  ['another verdict', `body = replace(body, '"beats":true', '"beats":false')`, 'its hash is another one'],
  ['other bytes', `artifact = x'7b7d'`, 'its manifest is of another file'],
])('with %s than it was kept with it ranks nobody', async (_, change, told) => {
  using world = await openLived();
  await promote(world);
  using db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec(`update model set ${change} where kind = 'onnx'`);
  expect(await runSophia('churn analyze maple-court', world)).toMatchObject({
    ...{ code: 11, stdout: '' },
    stderr: expect.stringContaining(told),
  });
});

test('whoever reads it is told that no points can be shown, and that it ranks nobody', async () => {
  using world = openHouse();
  const { stdout } = await runSophia(line, world);
  expect(stdout).toContain('No exact attribution');
  expect(stdout).toContain('It ranks nobody as long as it is a candidate.');
});

test('a golden row that comes out otherwise keeps it out, and nothing is stored', async () => {
  const rows = manifest.golden.rows.map((row, at) => (at === 4 ? { ...row, p: row.p + 0.01 } : row));
  using world = openHouse({ golden: { tolerance: 1e-5, rows } });
  expect(await runSophia(line, world)).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('golden row 5 gives'),
  });
  expect(models(world)).toEqual([]);
});

test('where the runtime is not installed, how to install it is said', async () => {
  using world = openHouse();
  rmSync(join(world.dir, 'node_modules'), { recursive: true });
  const { code, stderr } = await runSophia(line, world);
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: expect.stringContaining('ONNXRUNTIME_NODE_INSTALL=skip npm install'),
  });
});

test.each([
  ['churn import-model forest.onnx', 2, '--manifest'],
  ['churn import-model none.onnx --manifest forest.json', 2, 'no file "none.onnx"'],
  ['churn import-model data --manifest forest.json', 2, 'no file "data"'],
  ['churn import-model forest.onnx --manifest none.json', 2, 'no file "none.json"'],
  ['churn import-model forest.onnx --manifest sophia.yaml', 11, 'is not JSON'],
])('%s ends with %i', async (wrong, code, told) => {
  using world = openHouse();
  expect(await runSophia(wrong, world)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(told) });
});
