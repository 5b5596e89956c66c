import { join } from 'node:path';
import { copyTemplate } from '../../core/ops/template.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Write sample files and explain their columns',
  status: 'beta',
  place: 'none',
  args: [{ name: 'dir', help: 'folder to write to; default: samples', required: false }],
  examples: ['sophia portfolio template', 'sophia portfolio template my-samples'],
  input: (z) => z.object({ dir: z.string().min(1, 'must not be empty').default('samples') }),
  async run({ files }, { dir }) {
    const from = join(files.places.templates, 'workspace/samples');
    return { data: { folder: dir, ...(await copyTemplate(files, from, files.resolve(dir))) } };
  },
  render({ folder, written, kept }, style) {
    return [
      `Wrote ${written.length} files to ${style.text(folder)}: ${written.join(', ')}`,
      ...(kept.length > 0 ? [style.warn(`Left as they were: ${kept.join(', ')}`)] : []),
      `The columns are explained in ${style.text(join(folder, 'README.md'))}.`,
      `Next: sophia portfolio import ${style.text(folder)}`,
    ].join('\n');
  },
});
