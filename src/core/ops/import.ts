import { basename, join } from 'node:path';
import type { Context } from '../context/index.ts';
import type { ImportId, IsoDay } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import type { Language } from '../language/index.ts';
import {
  beginImport,
  type Format,
  formatOf,
  formats,
  type Incoming,
  type ParsedRow,
  type Parser,
  type Ready,
  type Staging,
} from '../portfolio/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../store/index.ts';

export interface FileReport {
  readonly file: string;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface Rejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

export interface ImportReport {
  /** Absent when nothing was taken in. */
  readonly importId?: ImportId;
  readonly dryRun: boolean;
  readonly files: readonly FileReport[];
  readonly rejected: number;
  /** The first of them; all are in the reject files. */
  readonly rejections: readonly Rejection[];
  /** One for each file with rows that were set aside: to be mended and imported. */
  readonly rejectFiles: readonly string[];
  /** What lay in the folder and was not read, as its name does not say what it holds. */
  readonly notRead: readonly string[];
}

export interface ImportRequest {
  /** A folder, or one file. */
  readonly path: string;
  readonly dryRun: boolean;
  /** "Today" where the files come from. */
  readonly observedOn: IsoDay;
  readonly synthetic: boolean;
  readonly keepTranscripts: boolean;
  readonly outFolder: string;
}

interface ImportDeps extends LeaseDeps, Pick<Context, 'files' | 'random' | 'logger' | 'signal'> {
  readonly journal: Pick<Journal, 'appendIn'>;
  openParser(): Promise<Parser>;
  openLanguage(): Promise<Language>;
}

/** How many rejections are told; the file has them all. */
const SHOWN = 100;

/**
 * Reads files into the portfolio of one owner: parse, draw features from calls, stage in chunks, then show all at once.
 * A bad row is set aside with its reason. Throws UserError `held` while another import of this owner runs.
 */
export async function importFiles(deps: ImportDeps, request: ImportRequest): Promise<ImportReport> {
  const { files, logger, signal } = deps;
  const { found, notRead } = await findFiles(deps, request.path);
  await using lease = await acquireLease(deps, `import:${deps.owner}`, 'the import of this portfolio');
  const staging = await beginImport({ ...deps, read: deps.store.read }, lease, request);
  const parser = await deps.openParser();
  const rejects = new Rejects(request.outFolder, staging.id, files, request.dryRun);
  const reports: FileReport[] = [];
  try {
    for (const { format, path } of found) {
      const name = basename(path);
      const counts = { new: 0, changed: 0, unchanged: 0, rejected: 0 };
      for await (const chunk of parser.chunks(format, name, files.stream(path))) {
        signal.throwIfAborted();
        await takeIn(deps, request, staging, { name, chunk, counts, rejects });
        logger.progress(`${name}: ${counts.new + counts.changed + counts.unchanged + counts.rejected} rows`);
      }
      reports.push({ file: name, ...counts });
    }
  } catch (thrown) {
    await rejects.remove();
    throw thrown;
  }

  const rejected = reports.reduce((total, report) => total + report.rejected, 0);
  const shown = request.dryRun ? await staging.discard() : await staging.publish(rejected);
  return {
    ...(shown && { importId: staging.id }),
    ...{ dryRun: request.dryRun, files: reports, rejected, rejections: rejects.first },
    ...{ rejectFiles: rejects.files, notRead },
  };
}

interface Progress {
  readonly name: string;
  readonly chunk: readonly ParsedRow[];
  readonly counts: { new: number; changed: number; unchanged: number; rejected: number };
  readonly rejects: Rejects;
}

async function takeIn(deps: ImportDeps, request: ImportRequest, staging: Staging, at: Progress): Promise<void> {
  const { name, chunk, counts, rejects } = at;
  const good = chunk.filter((parsed) => 'row' in parsed);
  const ready = await Promise.all(good.map(({ row }) => readyToWrite(deps, row, request.keepTranscripts)));
  const verdicts = ready.length > 0 ? await staging.add(ready) : [];
  const refused = chunk.flatMap((parsed) => ('problem' in parsed ? [{ ...parsed, file: name }] : []));
  verdicts.forEach((verdict, index) => {
    const parsed = good[index];
    if (typeof verdict === 'string') counts[verdict] += 1;
    else if (parsed) refused.push({ file: name, line: parsed.line, problem: verdict.problem, cells: parsed.cells });
  });
  counts.rejected += refused.length;
  await rejects.add(refused.sort((a, b) => a.line - b.line));
}

/** Turns become numbers and labels; what was said is dropped unless the workspace keeps it. */
async function readyToWrite(deps: ImportDeps, row: Incoming, keepTranscripts: boolean): Promise<Ready> {
  if (row.kind !== 'call') return row;
  const { on, turns } = row.body;
  const { intents, keptOut, ...drawn } = (await deps.openLanguage()).scoreCall(turns);
  const found = {
    ...(intents.length > 0 && { intents }),
    ...(Object.keys(keptOut).length > 0 && { keptOut }),
  };
  return { ...row, body: { on, ...drawn, ...found, ...(keepTranscripts && { turns }) } };
}

interface FoundFile {
  readonly format: Format;
  readonly path: string;
}

/** The files to read, what is referred to before what refers to it; and the names of those that tell nothing. */
async function findFiles(
  { files }: Pick<ImportDeps, 'files'>,
  asked: string,
): Promise<{ found: FoundFile[]; notRead: string[] }> {
  const path = files.resolve(asked);
  const kind = await files.kindOf(path);
  const known = `known names: ${formats.map(({ file }) => file).join(', ')}`;
  if (!kind) throw new UsageError(`there is no file or folder "${asked}"`);
  const paths = kind === 'file' ? [path] : (await files.list(path)).map((name) => join(path, name));
  const found = paths.flatMap((each) => {
    const format = formatOf(basename(each));
    return format ? [{ format, path: each }] : [];
  });
  if (kind === 'file' && found.length === 0)
    throw new UsageError(`the name of ${basename(path)} does not say what it holds; ${known}`);
  if (found.length === 0) throw new UserError('insufficient', `${asked} holds no file to import; ${known}`);
  return {
    found: found.sort((a, b) => formats.indexOf(a.format) - formats.indexOf(b.format)),
    // Notes for humans are no exports.
    notRead: paths.map((each) => basename(each)).filter((name) => !formatOf(name) && !/\.md$|^\./.test(name)),
  };
}

interface Refused {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows that were set aside: the first of them for the screen, all of them in files to mend and import again. */
class Rejects {
  readonly first: Rejection[] = [];
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #importId: ImportId;
  readonly #disk: Context['files'];
  readonly #dryRun: boolean;
  /** By source file, the columns that its reject file has. */
  readonly #columns = new Map<string, readonly string[]>();

  constructor(folder: string, importId: ImportId, disk: Context['files'], dryRun: boolean) {
    this.#folder = folder;
    this.#importId = importId;
    this.#disk = disk;
    this.#dryRun = dryRun;
  }

  /** `refused` are rows of one source file. */
  async add(refused: readonly Refused[]): Promise<void> {
    const [one] = refused;
    if (!one) return;
    for (const { file, line, problem } of refused.slice(0, SHOWN - this.first.length))
      this.first.push({ file, line, reason: problem });
    if (this.#dryRun) return;
    // `ledger.csv` gives `rejected-imp-…-ledger.csv`, which says again what it holds.
    const source = one.file.replace(/\.\w+$/, '').replace(/^rejected-imp-\w+?-/, '');
    const path = join(this.#folder, `rejected-${this.#importId}-${source}.csv`);
    const known = this.#columns.get(one.file);
    const columns = known ?? Object.keys(one.cells).filter((name) => !/^(column \d+|rejected_\w+)$/.test(name));
    const rows = refused.map(({ line, problem, cells }) => [
      ...columns.map((name) => cells[name] ?? ''),
      ...[line, problem],
      ...Object.keys(cells).flatMap((name) => (/^column \d+$/.test(name) ? [cells[name]] : [])),
    ]);
    const { stringify } = await import('csv-stringify/sync');
    const header = [...columns, 'rejected_line', 'rejected_reason'];
    // Cells come from outside: a spreadsheet must show them, not obey them.
    await this.#disk.append(path, stringify(known ? rows : [header, ...rows], { escape_formulas: true }), 'private');
    if (known) return;
    this.#columns.set(one.file, columns);
    this.files.push(path);
  }

  async remove(): Promise<void> {
    for (const path of this.files) await this.#disk.remove(path);
  }
}
