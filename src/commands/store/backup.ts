import { backUp } from '../../core/ops/store/backup.ts';
import { defineCommand } from '../definition.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import { needAllOwners, newFile, sizeOf } from './words.ts';

export default defineCommand({
  summary: 'Copy the store, while others may work with it',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'served',
  args: [{ name: 'file', completes: 'file', help: 'where to; default: beside the store', required: false }],
  options: [{ flags: '--dry-run', help: 'say where the copy would be, write nothing' }],
  examples: ['sophia store backup', 'sophia store backup kept.db'],
  input: (z) => z.object({ file: newFile(z).optional(), dryRun: z.boolean().default(false) }),
  async run({ app, owner, ...context }, request) {
    needAllOwners(owner);
    const copy = await backUp(context, app.workspace, request);
    return { data: { ...copy, dryRun: request.dryRun }, ...(copy.doubt !== null && { exit: 'check' as const }) };
  },
  render({ file, bytes, doubt, dryRun }, style) {
    if (dryRun) return `Would copy to ${style.bold(style.text(file))}, about ${sizeOf(bytes)}.\n${NOTHING_WRITTEN}`;
    const copied = `Copied to ${style.bold(style.text(file))}, ${sizeOf(bytes)}, readable by you alone.`;
    if (doubt !== null)
      return [
        ...[copied, `The store was copied as it is, and \`store restore\` would refuse it: ${style.text(doubt)}`],
        'Next: sophia store check   says what is wrong with the store',
      ].join('\n');
    return [copied, 'Next: sophia store restore <file>   puts it back'].join('\n');
  },
});
