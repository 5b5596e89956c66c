import { plural } from '../../core/domain/index.ts';
import { lookInto } from '../../core/ops/store/look.ts';
import { defineCommand } from '../definition.ts';
import { counted, needAllOwners, sizeOf } from './words.ts';

export default defineCommand({
  summary: 'Show where the store is, and what is in it',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  examples: ['sophia store info', 'sophia store info --json'],
  input: (z) => z.object({}),
  async run({ app, owner, ...context }) {
    needAllOwners(owner);
    const data = await lookInto(context, app.workspace);
    return { data, synthetic: data.synthetic };
  },
  render({ file, kept, found, served, backups, leftovers }, style) {
    const copies =
      kept === 'by a server'
        ? ['Copies: made by its server']
        : [
            `Copies beside it: ${backups.length}`,
            ...backups.map((each) => `  ${style.text(each.file)}  ${style.dim(sizeOf(each.bytes))}`),
            ...(leftovers.length > 0
              ? [style.warn(`Left by what was killed: ${plural(leftovers.length, 'file')}. Next: sophia store purge`)]
              : []),
          ];
    if (!found && backups.length > 0)
      return [
        style.warn(`${style.text(file)} is gone. Next: sophia store restore <file>   puts a copy back`),
        ...copies,
      ].join('\n');
    if (!found)
      return [`No store yet; the first command that needs it makes ${style.text(file)}`, ...copies].join('\n');
    const { bytes, schema, lacks, tables, owners } = found;
    const due =
      lacks.length > 0 ? style.warn(`; ${plural(lacks.length, 'migration')} due, next: sophia store migrate`) : '';
    const names = new Map<string, string>(served.map(({ id, name }) => [id, name]));
    return [
      `${style.bold(style.text(file))}  ${sizeOf(bytes)}`,
      `Schema: ${style.text(schema ?? 'none yet')}${due}`,
      ...counted(tables).map(([what, rows]) => `  ${String(rows).padStart(8)}  ${what}`),
      `Owners: ${owners.length}`,
      ...owners.map(
        (id) =>
          `  ${style.text(id)}  ${names.has(id) ? style.text(names.get(id) ?? '') : style.warn('not in sophia.yaml')}`,
      ),
      ...copies,
    ].join('\n');
  },
});
