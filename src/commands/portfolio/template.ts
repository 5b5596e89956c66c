import { join } from 'node:path';
import { quoted } from '../../core/ops/quoted.ts';
import { rehearsed } from '../../core/ops/rehearsal.ts';
import { copyTemplate } from '../../core/ops/template.ts';
import { defineCommand } from '../definition.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import type { Style } from '../style.ts';

export default defineCommand({
  summary: 'Write sample files and explain their columns',
  status: 'beta',
  place: 'none',
  changes: 'world',
  args: [{ name: 'dir', completes: 'folder', help: 'folder to write to; default: samples, or maps', required: false }],
  options: [
    { flags: '--maps', help: 'write the ready maps and the exports that they explain instead' },
    { flags: '--dry-run', help: 'say what would be written, write nothing' },
  ],
  examples: [
    'sophia portfolio template',
    'sophia portfolio template my-samples',
    'sophia portfolio template my-maps --maps',
  ],
  input: (z) =>
    z.object({
      dir: z.string().min(1, 'must not be empty').optional(),
      maps: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run({ files }, { maps, dryRun, dir = maps ? 'maps' : 'samples' }) {
    const from = join(files.places.templates, maps ? 'maps' : 'workspace/samples');
    const copied = await copyTemplate(dryRun ? rehearsed(files) : files, from, files.resolve(dir));
    return { data: { folder: dir, maps, dryRun, ...copied } };
  },
  render({ folder, maps, dryRun, written, kept }, style) {
    return [
      `${dryRun ? 'Would write' : 'Wrote'} ${written.length} files to ${style.text(folder)}: ${written.join(', ')}`,
      ...(kept.length > 0 ? [style.warn(`Left as they were: ${kept.join(', ')}`)] : []),
      ...(dryRun ? [NOTHING_WRITTEN] : next(folder, maps, style)),
    ].join('\n');
  },
});

function next(folder: string, maps: boolean, style: Style): string[] {
  return [
    `${maps ? 'Maps' : 'The columns'} are explained in ${style.text(join(folder, 'README.md'))}.`,
    `Next: sophia portfolio import ${maps ? '<your-export> --map <map>' : style.text(quoted(folder))}`,
  ];
}
