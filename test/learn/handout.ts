// `node test/learn/handout.ts FOLDER`: each public set as numbers for another program to learn from, and what we make of
// it, so that `.ci/theirs.py` can compare. Little-endian, as they lie in memory.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outOfFold, type SetName, sets } from './public.ts';

const [folder = '.'] = process.argv.slice(2);
for (const name of Object.keys(sets) as SetName[]) {
  const set = sets[name]();
  const { x, y } = set.design;
  for (const [what, numbers] of Object.entries({ x, y, folds: set.folds, p: outOfFold(set).p }))
    writeFileSync(join(folder, `${name}.${what}`), numbers);
}
