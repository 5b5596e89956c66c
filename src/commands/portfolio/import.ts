import { UsageError } from '../../core/errors/index.ts';
import type { ImportReport } from '../../core/ops/import.ts';
import { readMap } from '../../core/ops/maps.ts';
import { type Drop, watchFolder } from '../../core/ops/watch.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { renderDrop, renderImport } from './render.ts';

interface Input {
  path: string;
  as?: string | undefined;
  map?: string | undefined;
  dryRun: boolean;
  watch: boolean;
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
    {
      ...{ flags: '--watch', typed: true },
      help: 'stay, and take in what is put into the folder; each drop is moved to done/ or failed/ in it',
    },
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
      watch: z.boolean().default(false),
    }),
  async run({ app }, { watch: _stays, ...request }) {
    const data = await chooseOwner(app).importFiles(request);
    return { data, ...(data.rejected > 0 && { exit: 'partial' as const }) };
  },
  render: renderImport,
  stays: {
    when: ({ watch }) => watch,
    none: 'Nothing was put there.',
    async *stream({ app, ...context }, { path, map, as, dryRun }): AsyncIterable<Drop> {
      if (as !== undefined || dryRun)
        throw new UsageError(`--watch: ${dryRun ? '--dry-run looks once' : '--as names one file'}`, ['leave one out']);
      const rooms = chooseOwner(app);
      const watched = {
        folder: context.files.resolve(path),
        today: () => rooms.today,
        check: async () => map !== undefined && (await readMap(context.files, map)),
        take: (folder: string, foretell: (report: ImportReport) => Promise<void>) =>
          rooms.importFiles({ path: folder, map, dryRun: false, foretell }),
      };
      yield* watchFolder({ ...context, store: await app.store(), owner: rooms.owner.id }, watched);
    },
    renderItem: (drop, style) => renderDrop(drop as Drop, style),
  },
});
