import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { manifest, model, runtime } from '../../../test/learn/foreign.ts';
import { checkGolden, loadManifest, type OnnxManifest, type OnnxRuntime, openOnnx } from './onnx.ts';

const bytes = Buffer.from(model);
const standIn = {} as OnnxRuntime;
runInNewContext(runtime, { exports: standIn, Buffer, Float32Array, Math, JSON, Object, Array, Error });

async function refused(change: object, of: Uint8Array = bytes): Promise<string> {
  const given = { ...manifest, ...change };
  const work = async () => {
    const loaded = loadManifest(given, of);
    return checkGolden(await openOnnx(standIn, of, loaded), loaded);
  };
  return work().then(
    () => 'taken',
    ({ exit, message }) => `${exit}: ${message}`,
  );
}

test('a foreign model is taken when each golden row comes out as its maker saw it', async () => {
  const loaded = loadManifest(manifest, bytes);
  expect(await checkGolden(await openOnnx(standIn, bytes, loaded), loaded)).toBeLessThan(1e-6);
});

const { golden, features } = manifest;
const row = (at: number, change: object) => golden.rows.map((each, n) => (n === at ? { ...each, ...change } : each));
const feature = (name: string) => [{ name, typical: 0 }, ...features.slice(1)];

describe('a foreign model is refused as of another version', () => {
  test.each<[string, object, string]>([
    ['another schema', { schema: 2 }, 'schema of its manifest is 2'],
    ['no name', { name: '../etc' }, 'it has no name'],
    ['another head', { head: 'rent' }, 'head must be leave or arrears'],
    ['another file', { sha256: 'a'.repeat(64) }, 'is of another file'],
    ['no day until which it was learned', { trainedUntil: undefined }, '"trainedUntil" must be the last day'],
    ['a day that is none', { trainedUntil: '2026-02-30' }, '"trainedUntil" must be'],
    ['no features', { features: [] }, 'it names no features'],
    ['a protected attribute', { features: feature('householdSize') }, '"householdSize" stands for family or household'],
    ['a proxy', { features: feature('zip_code') }, '"zip_code" stands for where somebody lives'],
    [
      'a feature that is not allowed',
      { features: feature('moonPhase') },
      '"moonPhase" is not a feature that the leave',
    ],
    [
      'what a tenant asked for, against them',
      { head: 'arrears' },
      '"slowRepairs90d" is not a feature that the arrears',
    ],
    ['a feature twice', { features: [features[0], features[0]] }, 'stands there twice'],
    ['no typical value', { features: [{ name: 'slowRepairs90d' }, features[1]] }, 'has no typical value'],
    [
      'a typical value that nobody has',
      { features: [{ name: 'slowRepairs90d', typical: 99 }, features[1]] },
      'the typical value of "slowRepairs90d" is 99, and it can be 0 to 3',
    ],
    [
      'a typical stay of less than a month',
      { features: [features[0], { name: 'lnTenureYears', typical: -9 }] },
      'the typical value of "lnTenureYears" is -9, and it can be -2.48 to 4.61',
    ],
    [
      'a golden row of one whom there cannot be',
      { golden: { ...golden, rows: row(4, { x: { slowRepairs90d: 40, lnTenureYears: 0 } }) } },
      '"slowRepairs90d" of golden row 5 is 40, and it can be 0 to 3',
    ],
    ['a source that it does not state', { sources: ['lease'] }, 'is drawn from "tickets"'],
    ['19 golden rows', { golden: { ...golden, rows: golden.rows.slice(1) } }, 'at least 20 different'],
    [
      'one row 20 times',
      { golden: { ...golden, rows: golden.rows.map(() => golden.rows[0]) } },
      'at least 20 different',
    ],
    ['no tolerance to speak of', { golden: { ...golden, tolerance: 0.5 } }, 'at most 0.001'],
    [
      'a golden row too short',
      { golden: { ...golden, rows: [...golden.rows, { x: { lnTenureYears: 1 }, p: 0.5 }] } },
      'row 21 must hold a number for each',
    ],
    ['no probability', { golden: { ...golden, rows: row(2, { p: 1.5 }) } }, 'row 3 expects no probability'],
    [
      'a golden row that comes out otherwise',
      { golden: { ...golden, rows: row(7, { p: 0.5 }) } },
      'golden row 8 gives 0.',
    ],
    ['features in another order', { features: features.toReversed() }, 'golden row 2 gives 0.'],
    ['an input of another name', { input: 'rows' }, 'its input is X, not rows'],
    ['an output that it has not', { output: 'score' }, 'there is no score'],
    ['fewer features than it takes', { features: features.slice(0, 1), golden: short() }, 'cannot be fed 1 features'],
  ])('%s', async (_, change, told) => {
    const said = await refused(change);
    expect(said).toMatch(/^incompatible: this model cannot be used: /);
    expect(said).toContain(told);
  });

  test('what is no model at all', async () => {
    const text = Buffer.from('no model');
    const { sha256 } = { sha256: (await refused({}, text)).slice(-64) };
    expect(await refused({ sha256 }, text)).toContain('onnxruntime cannot read it');
  });

  test('a manifest that is none', () => {
    for (const given of [null, 7, 'text', []]) expect(() => loadManifest(given, bytes)).toThrow('schema');
  });
});

test('many rows are fed in parts, in their order, and nobody is fed nothing', async () => {
  const sizes: number[] = [];
  const session = { inputNames: ['X'], outputNames: ['probabilities'] };
  const run = async ({ X }: Readonly<Record<string, unknown>>) => {
    const { data, dims } = X as { readonly data: Float32Array; readonly dims: readonly number[] };
    sizes.push(dims[0] ?? 0);
    return { probabilities: { data: Array.from({ length: dims[0] ?? 0 }, (_, row) => (data[row * 2] ?? 0) / 10_000) } };
  };
  const runtime = { ...standIn, InferenceSession: { create: async () => ({ ...session, run }) } };
  const rate = await openOnnx(runtime, bytes, manifest as unknown as OnnxManifest);
  const p = await rate(Array.from({ length: 9000 }, (_, at) => [at, 0]));
  expect(sizes).toEqual([4096, 4096, 808]);
  expect(p.every((each, at) => Math.abs(each - at / 10_000) < 1e-6)).toBe(true);
  expect(await rate([])).toEqual([]);
});

test('a model that gives no probability is found out whenever it does', async () => {
  const wild = { ...standIn, InferenceSession: { create: async () => wildSession } };
  const wildSession = {
    inputNames: ['X'],
    outputNames: ['probabilities'],
    run: async () => ({ probabilities: { data: [7] } }),
  };
  const rate = await openOnnx(wild, bytes, manifest as unknown as OnnxManifest);
  await expect(rate([[1, 2]])).rejects.toThrow('no probability');
  await expect(
    rate([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ).rejects.toThrow('not one probability a row');
});

function short() {
  return { ...golden, rows: golden.rows.map(({ p }, at) => ({ x: { slowRepairs90d: at / 10 }, p })) };
}
