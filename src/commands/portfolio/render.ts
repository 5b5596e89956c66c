import type { ImportReport } from '../../core/ops/import.ts';
import type { Style } from '../style.ts';

export function renderImport(report: ImportReport, style: Style): string {
  const { files, rejected, rejections, rejectFiles, notRead, importId, dryRun } = report;
  const rows = files.map((file) => [
    style.text(file.file),
    ...[file.new, file.changed, file.unchanged].map(String),
    file.rejected > 0 ? style.warn(`${file.rejected}`) : '0',
  ]);
  const shown = rejections.slice(0, 5);
  const more = rejected - shown.length;
  return [
    style.columns([['FILE', 'NEW', 'CHANGED', 'SAME', 'REJECTED'].map(style.dim), ...rows]),
    '',
    ...shown.map(({ file, line, reason }) => style.warn(`${style.text(file)}:${line}: ${style.text(reason)}`)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...rejectFiles.map((file) => `Set aside, to be mended and imported: ${style.text(file)}`),
    ...(rejected > 0 ? [''] : []),
    ...(notRead.length > 0
      ? [
          style.warn(`Not read, as the name does not say what it holds: ${notRead.map(style.text).join(', ')}`),
          ...(notRead.some((name) => /\.(xlsx?|ods|numbers)$/i.test(name))
            ? ['A spreadsheet must be saved as CSV UTF-8 first.']
            : []),
          '',
        ]
      : []),
    verdict(dryRun, importId),
  ].join('\n');
}

function verdict(dryRun: boolean, importId: string | undefined): string {
  if (dryRun) return 'Nothing was changed: this was a dry run.';
  return importId ? `Imported as ${importId}. Next: sophia portfolio list` : 'Nothing new: the portfolio is as it was.';
}
