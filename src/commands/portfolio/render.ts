import { basename } from 'node:path';
import { plural } from '../../core/domain/index.ts';
import type { FileReport, ImportReport } from '../../core/ops/import.ts';
import { isSpreadsheet, SPREADSHEET, sourceOf } from '../../core/ops/sources.ts';
import type { Drop } from '../../core/ops/watch.ts';
import type { Style } from '../style.ts';

export function renderImport(report: ImportReport, style: Style): string {
  const { files, rejected, rejections, rejectFiles, notRead, unread, importId, dryRun } = report;
  const isOneOfSeveral = ({ file, as }: FileReport) =>
    files.filter((each) => each.file === file && each.as === as).length > 1;
  // What only a map brings about takes no room without one.
  const columns = [
    { name: 'FILE', cell: ({ file }: FileReport) => style.text(file) },
    { name: 'AS', cell: ({ as }: FileReport) => as, shown: ({ file, as }: FileReport) => !file.includes(as) },
    { name: 'WITH', cell: ({ onlyIf = '' }: FileReport) => style.text(onlyIf), shown: isOneOfSeveral },
    ...(['new', 'changed'] as const).map((count) => counted(count.toUpperCase(), count)),
    counted('SAME', 'unchanged'),
    { ...counted('REPEATED', 'repeated'), shown: ({ repeated }: FileReport) => repeated > 0 },
    { ...counted('LEFT OUT', 'leftOut'), shown: ({ leftOut }: FileReport) => leftOut > 0 },
    {
      name: 'REJECTED',
      cell: ({ rejected }: FileReport) => (rejected > 0 ? style.warn(`${rejected}`) : '0'),
    },
  ].filter((column) => !('shown' in column) || files.some(column.shown));
  const shown = rejections.slice(0, 5);
  const more = rejected - shown.length;
  return [
    style.columns([
      columns.map(({ name }) => style.dim(name)),
      ...files.map((file) => columns.map(({ cell }) => cell(file))),
    ]),
    '',
    ...shown.map(({ file, line, reason }) => style.warn(`${style.text(file)}:${line}: ${style.text(reason)}`)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...rejectFiles.map((path) => `Set aside${toBeMended(path, files, style)}: ${style.text(path)}`),
    ...(rejected > 0 ? [''] : []),
    ...files.flatMap(({ file, inFuture }) => (inFuture > 0 ? [style.warn(ahead(style.text(file), inFuture)), ''] : [])),
    ...(notRead.length > 0
      ? [
          style.warn(`Not read, as the name does not say what it holds: ${notRead.map(style.text).join(', ')}`),
          ...(notRead.some(isSpreadsheet) ? [`${SPREADSHEET.replace(/^a/, 'A')}.`] : []),
          'A map says what a file of another name holds: sophia portfolio template maps --maps',
          '',
        ]
      : []),
    ...unread.map(({ file, column, standsFor }) =>
      style.text(`Not read: column "${column}" of ${file} stands for ${standsFor}.`),
    ),
    ...(unread.length > 0 ? ['No score may rest on that, so it is not taken in.', ''] : []),
    verdict(dryRun, importId),
  ].join('\n');
}

export function renderDrop(
  { at, files, importId, rejected, rejectFiles, unread, notRead, movedTo, error, takenBefore, ...rows }: Drop,
  style: Style,
): string {
  const said = importId ? `${rows.new} new, ${rows.changed} changed` : 'nothing new';
  return [
    style.dim(at),
    style.bold(importId ?? '-'),
    files.map(style.text).join(', '),
    error === null ? said : style.warn(style.text(error)),
    ...(takenBefore ? ['was taken in before the watch was killed'] : []),
    ...(rejected > 0 ? [style.warn(`${rejected} rejected`)] : []),
    ...(unread.length > 0 ? [style.warn(`not read: ${unread.map(style.text).join(', ')}`)] : []),
    ...(notRead.length > 0 ? [style.warn(`not read: ${notRead.map(style.text).join(', ')}`)] : []),
    style.dim([movedTo, ...rejectFiles].map(style.text).join(', ')),
  ].join('  ');
}

/** Of a call nothing but its id is set aside: it cannot be mended there. */
function toBeMended(path: string, files: readonly FileReport[], style: Style): string {
  const calls = files.find(
    ({ file, as }) => as === 'calls' && file.replace(/\.jsonl$/i, '.csv') === sourceOf(basename(path)),
  );
  return calls ? ` (ids only; mend ${style.text(calls.file)})` : ', to be mended and imported';
}

function ahead(file: string, rows: number): string {
  const [lie, they] = rows === 1 ? ['lies', 'it counts'] : ['lie', 'they count'];
  return `${plural(rows, 'row')} of ${file} ${lie} in the future: ${they} from that day on`;
}

function counted(name: string, count: 'new' | 'changed' | 'unchanged' | 'repeated' | 'leftOut') {
  return { name, cell: (file: FileReport) => `${file[count]}` };
}

function verdict(dryRun: boolean, importId: string | undefined): string {
  if (dryRun) return 'Nothing was changed: this was a dry run.';
  return importId ? `Imported as ${importId}. Next: sophia portfolio list` : 'Nothing new: the portfolio is as it was.';
}
