import { backUp } from '../../core/ops/store-look.ts';
import { defineCommand } from '../definition.ts';
import { sizeOf } from './words.ts';

export default defineCommand({
  summary: 'Copy the store, while others may work with it',
  status: 'beta',
  place: 'own',
  args: [{ name: 'file', help: 'where to; default: beside the store', required: false }],
  examples: ['sophia store backup', 'sophia store backup kept.db'],
  input: (z) => z.object({ file: z.string().min(1, 'must not be empty').optional() }),
  async run({ app, ...context }, { file }) {
    return { data: await backUp(context, app.workspace, file) };
  },
  render({ file, bytes }, style) {
    return [
      `Copied to ${style.bold(style.text(file))}, ${sizeOf(bytes)}, readable by you alone.`,
      'Next: sophia store restore <file>   puts it back',
    ].join('\n');
  },
});
