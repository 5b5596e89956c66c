import { join } from 'node:path';
import { copyTemplate } from '../../core/ops/template.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Write sample files and explain their columns',
  status: 'beta',
  place: 'none',
  changes: 'world',
  args: [{ name: 'dir', completes: 'folder', help: 'folder to write to; default: samples, or maps', required: false }],
  options: [{ flags: '--maps', help: 'write the ready maps and the exports that they explain instead' }],
  examples: [
    'sophia portfolio template',
    'sophia portfolio template my-samples',
    'sophia portfolio template my-maps --maps',
  ],
  input: (z) => z.object({ dir: z.string().min(1, 'must not be empty').optional(), maps: z.boolean().default(false) }),
  async run({ files }, { maps, dir = maps ? 'maps' : 'samples' }) {
    const from = join(files.places.templates, maps ? 'maps' : 'workspace/samples');
    return { data: { folder: dir, maps, ...(await copyTemplate(files, from, files.resolve(dir))) } };
  },
  render({ folder, maps, written, kept }, style) {
    return [
      `Wrote ${written.length} files to ${style.text(folder)}: ${written.join(', ')}`,
      ...(kept.length > 0 ? [style.warn(`Left as they were: ${kept.join(', ')}`)] : []),
      `${maps ? 'Maps' : 'The columns'} are explained in ${style.text(join(folder, 'README.md'))}.`,
      `Next: sophia portfolio import ${maps ? '<your-export> --map <map>' : style.text(folder)}`,
    ].join('\n');
  },
});
