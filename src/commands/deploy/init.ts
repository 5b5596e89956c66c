import { nearestWorkspace } from '../../core/config/index.ts';
import { initDeploy } from '../../core/ops/deploy/init.ts';
import { rehearsed } from '../../core/ops/rehearsal.ts';
import { defineCommand } from '../definition.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';

export default defineCommand({
  summary: 'Write what an environment is wished to be',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--small', help: 'one small machine that can be had' },
    { flags: '--dry-run', help: 'say what would be written, write nothing' },
  ],
  examples: [
    'sophia deploy init production',
    'sophia deploy init agents --small',
    'sophia deploy init staging --dry-run',
  ],
  input: (z) =>
    z.object({
      environment: z.string(),
      small: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run({ files }, { environment, small, dryRun }) {
    const { here } = files.places;
    const folder = (await nearestWorkspace(files, here)) ?? here;
    const { file } = await initDeploy(dryRun ? rehearsed(files) : files, folder, { environment, small });
    return { data: { environment, file, ...(folder !== here && { folder }), dryRun } };
  },
  render({ environment, file, folder, dryRun }, style) {
    const where = folder === undefined ? '' : ` in ${style.text(folder)}`;
    return [
      `${dryRun ? 'Would write' : 'Wrote'} ${style.text(file)}${where}. It starts nothing.`,
      dryRun ? NOTHING_WRITTEN : `Next: sophia deploy plan ${environment} --offline`,
    ].join('\n');
  },
});
