import type { ImportReport } from '../../core/ops/import.ts';
import type { Mode } from '../../core/portfolio/index.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { wholeNumber } from '../whole-number.ts';
import { renderImport } from './render.ts';

interface Input {
  seed: number;
  properties: number;
  units: number;
  mode: Mode;
  dryRun: boolean;
}

const modes = ['exact', 'realistic'] as const satisfies readonly Mode[];

export default defineCommand<Input, ImportReport, 'own'>({
  summary: 'Load an invented portfolio',
  status: 'beta',
  place: 'own',
  changes: 'world',
  options: [
    { flags: '--seed <n>', help: 'the same seed gives the same portfolio; default: 7' },
    { flags: '--properties <n>', help: 'how many properties, 1 to 200; default: 12' },
    { flags: '--units <n>', help: 'units of each, 1 to 500; default: 24' },
    {
      ...{ flags: '--mode <mode>', completes: modes },
      help: 'exact, or realistic: with whole calls and cases that mislead; default: exact',
    },
    { flags: '--dry-run', help: 'invent it and check every row, write and change nothing' },
  ],
  examples: [
    'sophia portfolio demo',
    'sophia portfolio demo --seed 3 --properties 2 --units 10',
    'sophia portfolio demo --mode realistic --properties 6',
  ],
  input: (z) => {
    const mode = z.enum(modes).default('exact');
    return z.object({
      seed: wholeNumber(z, { from: 0, to: 2 ** 31 }).default(7),
      properties: wholeNumber(z, { from: 1, to: 200 }).default(12),
      units: wholeNumber(z, { from: 1, to: 500 }).default(24),
      mode,
      dryRun: z.boolean().default(false),
    });
  },
  async run({ app }, request) {
    return { data: await chooseOwner(app).loadDemo(request) };
  },
  render: renderImport,
});
