import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Feature, features } from '../../src/core/risk/scorecard.ts';

export const runtime = `
  exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };
  exports.InferenceSession = { async create(bytes) {
    const { input, output, intercept, weights } = JSON.parse(Buffer.from(bytes).toString());
    return { inputNames: [input], outputNames: ['label', output], async run(feeds, fetches) {
      const { data, dims: [rows, columns] } = feeds[input];
      if (columns !== weights.length) throw new Error('Got invalid dimensions for input: ' + input);
      const p = Array.from({ length: rows }, (_, row) => 1 / (1 + Math.exp(-weights.reduce(
        (sum, weight, at) => sum + weight * data[row * columns + at], intercept))));
      return { [fetches[0]]: { dims: [rows, 2], data: Float32Array.from(p.flatMap((each) => [1 - each, each])) } };
    } };
  } };
`;

/**
 * A small foreign model with its manifest, for the stand-in of the runtime that is not installed here: "onnx" is JSON of the
 * intercept and the weights of a logistic line, and the stand-in works these out. It fails where the real one would.
 */
export function made(weights: Readonly<Partial<Record<Feature, number>>>, intercept = -1) {
  const named = Object.entries(weights) as [Feature, number][];
  const model = JSON.stringify({ input: 'X', output: 'probabilities', intercept, weights: named.map(([, w]) => w) });
  const rows = Array.from({ length: 20 }, (_, at) => {
    const values = named.map((_, k) => (Math.floor(at / 4 ** k) % (k === named.length - 1 ? 20 : 4)) / (k + 1));
    const logit = values.reduce((sum, value, k) => sum + value * (named[k]?.[1] ?? 0), intercept);
    return { x: Object.fromEntries(values.map((value, k) => [named[k]?.[0], value])), p: 1 / (1 + Math.exp(-logit)) };
  });
  const manifest = {
    ...{ schema: 1, name: 'acme-forest-1.0.0', head: 'leave', trainedUntil: '2024-11-30' },
    ...{ input: 'X', output: 'probabilities' },
    features: named.map(([name]) => ({ name, typical: name === 'lnTenureYears' ? 0.7 : 0.3 })),
    sources: [...new Set(named.map(([name]) => features[name]))],
    sha256: createHash('sha256').update(model).digest('hex'),
    golden: { tolerance: 1e-5, rows },
  };
  return { model, manifest };
}

export const { model, manifest } = made({ slowRepairs90d: 0.5, lnTenureYears: -0.25 });

/** Better than the scorecard on the past that `giveAPast` gives. */
export const able = made({ slowRepairs90d: 0.05, increasePercent: 0.1, lateMonths6m: 0.3, lnTenureYears: -0.2 }, -2);

/** In a folder: the model, its manifest, and the stand-in where npm would put the runtime. */
export function layForeign(folder: string, change: object = {}, of = { model, manifest }): void {
  const home = join(folder, 'node_modules/onnxruntime-node');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', main: 'index.js' }));
  writeFileSync(join(home, 'index.js'), runtime);
  writeFileSync(join(folder, 'forest.onnx'), of.model);
  writeFileSync(join(folder, 'forest.json'), JSON.stringify({ ...of.manifest, ...change }));
}
