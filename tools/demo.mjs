// Writes the demo portfolio that is shipped (templates/demo) and, where no package takes it, how it truly was
// (fixtures/truth). Deterministic: `--check` writes nothing and fails when a file is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openLanguage } from '../src/core/language/index.ts';
import { generate } from '../src/core/portfolio/demo/index.ts';

const options = {
  seed: Number(process.env.DEMO_SEED ?? 38),
  properties: 12,
  units: 36,
  months: 24,
  endDay: '2026-10-31',
};
const language = await openLanguage();
const scoreSentence = (text) => language.scoreCall([{ by: 'resident', text }]).sentiment ?? 0;
const { files, truth } = generate({ ...options, scoreSentence });

const maple = truth
  .filter(({ property }) => property === 'maple-court')
  .map(({ tenant, months }) => JSON.stringify({ tenant, months }));
const outputs = {
  'templates/demo/demo.json': `${JSON.stringify(options, null, 2)}\n`,
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`templates/demo/data/${name}`, text])),
  'fixtures/truth/maple-court.jsonl': `${maple.join('\n')}\n`,
};

const root = join(import.meta.dirname, '..');
const stale = [];
for (const [name, text] of Object.entries(outputs)) {
  const file = join(root, name);
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) stale.push(name);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}. Fix: npm run demo`);
  process.exitCode = 1;
}
