import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A small foreign model, and a stand-in for the runtime that is not installed here: "onnx" is JSON of the intercept and
 * the weights of a logistic line, and the stand-in works these out. It fails where the real one would.
 */
export const model = JSON.stringify({ input: 'X', output: 'probabilities', intercept: -1, weights: [0.5, -0.25] });

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

const rows = Array.from({ length: 20 }, (_, at) => {
  const x = { slowRepairs90d: at % 4, lnTenureYears: Math.floor(at / 4) / 2 };
  return { x, p: 1 / (1 + Math.exp(1 - 0.5 * x.slowRepairs90d + 0.25 * x.lnTenureYears)) };
});

export const manifest = {
  ...{ schema: 1, name: 'acme-forest-1.0.0', head: 'leave', input: 'X', output: 'probabilities' },
  features: [
    { name: 'slowRepairs90d', typical: 0.3 },
    { name: 'lnTenureYears', typical: 0.7 },
  ],
  ...{ sources: ['tickets', 'lease'], sha256: createHash('sha256').update(model).digest('hex') },
  golden: { tolerance: 1e-5, rows },
};

/** In a folder: the model, its manifest, and the stand-in where npm would put the runtime. */
export function layForeign(folder: string, change: object = {}): void {
  const home = join(folder, 'node_modules/onnxruntime-node');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', main: 'index.js' }));
  writeFileSync(join(home, 'index.js'), runtime);
  writeFileSync(join(folder, 'forest.onnx'), model);
  writeFileSync(join(folder, 'forest.json'), JSON.stringify({ ...manifest, ...change }));
}
