import type { ImportReport } from '../../core/ops/import.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { renderImport } from './render.ts';

export default defineCommand<{ path: string; dryRun: boolean }, ImportReport, 'own'>({
  summary: 'Read your files into the portfolio',
  status: 'beta',
  place: 'own',
  args: [{ name: 'path', help: 'folder with the files, or one file' }],
  options: [{ flags: '--dry-run', help: 'check every row, change nothing' }],
  examples: ['sophia portfolio import data', 'sophia portfolio import data --dry-run'],
  input: (z) => z.object({ path: z.string().min(1, 'must not be empty'), dryRun: z.boolean().default(false) }),
  async run({ app }, { path, dryRun }) {
    const data = await chooseOwner(app).importFiles({ path, dryRun });
    return { data, ...(data.rejected > 0 && { exit: 'partial' as const }) };
  },
  render: renderImport,
});
