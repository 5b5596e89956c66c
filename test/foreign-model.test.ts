import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Foreign } from '../src/core/ops/learning/foreign.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { layForeign, manifest, model } from './learn/foreign.ts';
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

test('it is listed beside what was learned here, and cannot be promoted: nothing has judged it by the own past', async () => {
  using world = openHouse();
  await ask(line, world);
  expect((await runSophia('churn models list', world)).stdout).toMatch(
    /^.*the scorecard ranks\n[\s\S]*acme-forest-1\.0\.0/,
  );
  const { code, stderr } = await runSophia('churn models promote 1 --yes', world);
  expect({ code, stderr }).toEqual({ code: 9, stderr: expect.stringContaining('cannot rank yet') });
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
