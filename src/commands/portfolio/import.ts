import type { ImportReport } from '../../core/ops/import.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { renderImport } from './render.ts';

interface Input {
  path: string;
  as?: string | undefined;
  map?: string | undefined;
  dryRun: boolean;
}

export default defineCommand<Input, ImportReport, 'own'>({
  summary: 'Read your files into the portfolio',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'path', completes: 'file', help: 'folder with the files, one file, or -: what is piped in' }],
  options: [
    { flags: '--as <name>', help: 'take the one file as if it were called so: ledger.csv' },
    {
      flags: '--map <map>',
      completes: 'map',
      help: 'explains other columns: a file, or rent-roll, ledger or tickets',
    },
    { flags: '--dry-run', help: 'check every row, change nothing' },
  ],
  examples: [
    'sophia portfolio import data',
    'sophia portfolio import data --dry-run',
    'sophia portfolio import exports --map rent-roll',
    'sophia portfolio import - --as tenants.csv',
  ],
  input: (z) =>
    z.object({
      path: z.string().min(1, 'must not be empty'),
      as: z
        .string()
        .regex(/^[^/\\\0]+$/, 'must be the name of a file, without folders')
        .optional(),
      map: z.string().optional(),
      dryRun: z.boolean().default(false),
    }),
  async run({ app }, request) {
    const data = await chooseOwner(app).importFiles(request);
    return { data, ...(data.rejected > 0 && { exit: 'partial' as const }) };
  },
  render: renderImport,
});
