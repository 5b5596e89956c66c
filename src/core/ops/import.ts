import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import type { ImportId, IsoDay } from '../domain/index.ts';
import type { Language } from '../language/index.ts';
import {
  beginImport,
  type Incoming,
  type Layout,
  mappedLayout,
  ownLayout,
  type ParsedRow,
  type Parser,
  type Ready,
  type Staging,
  TOLD,
  type Unread,
} from '../portfolio/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../store/index.ts';
import { readMap } from './maps.ts';
import { findFiles, kindOf, type SourceRequest, sourceOf } from './sources.ts';

/** What became of the rows of a file; with a map, of those that one of its entries finds there. */
export interface FileReport {
  readonly file: string;
  /** What it was read as: `ledger`. */
  readonly as: string;
  /** The column of theirs without which the entry of the map leaves a row out: it tells two entries of a kind apart. */
  readonly onlyIf?: string;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Said before by this import. */
  readonly repeated: number;
  readonly rejected: number;
  /** Rows that the map does not ask for. */
  readonly leftOut: number;
  /** New and changed rows that count only from a day on that is still to come. */
  readonly inFuture: number;
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
  /** Columns that were not read, as they stand for what no score may rest on. */
  readonly unread: readonly (Unread & { readonly file: string })[];
}

export interface ImportRequest extends SourceRequest {
  /** File or name of a map that explains other columns than ours. */
  readonly map?: string | undefined;
  readonly dryRun: boolean;
  /** "Today" where the files come from. */
  readonly observedOn: IsoDay;
  readonly synthetic: boolean;
  readonly keepTranscripts: boolean;
  readonly outFolder: string;
}

type Given = Pick<Context, 'files' | 'stdin' | 'random' | 'logger' | 'signal' | 'patienceS'>;

interface ImportDeps extends LeaseDeps, Given {
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
  const maps = request.map === undefined ? [] : await readMap(files, request.map);
  const { found, notRead } = await findFiles(deps, request, maps);
  await using lease = await acquireLease(deps, `import:${deps.owner}`, 'the import of this portfolio');
  const staging = await beginImport({ ...deps, read: deps.store.read }, lease, request);
  const parser = await deps.openParser();
  const rejects = new Rejects(request.outFolder, staging.id, files, request.dryRun);
  const reports: FileReport[] = [];
  /** By file and column: a file may be read in several ways. */
  const unread = new Map<string, ImportReport['unread'][number]>();
  try {
    for (const { format, name, size, bytes, map } of found) {
      const layout = map ? mappedLayout(map, name) : ownLayout(format, name);
      const counts = { new: 0, changed: 0, unchanged: 0, repeated: 0, rejected: 0, leftOut: 0, inFuture: 0 };
      const ofAll = await size();
      let [rows, read] = [0, 0];
      for await (const chunk of parser.chunks(
        format,
        name,
        counted(bytes(), (more) => (read += more)),
        layout,
        (each) => unread.set(`${name}\n${each.column}`, { file: name, ...each }),
      )) {
        signal.throwIfAborted();
        await takeIn(deps, request, staging, { name, layout, chunk, counts, rejects });
        rows += chunk.length;
        logger.progress(`${name}: ${rows} rows`, ofAll ? read / ofAll : undefined);
      }
      reports.push({ file: name, as: kindOf(format), ...(map?.onlyIf && { onlyIf: map.onlyIf }), ...counts });
    }
  } catch (thrown) {
    await rejects.remove();
    // Where that fails too, or the process is killed, the next import does it.
    await staging.discard().catch(() => undefined);
    throw thrown;
  }

  const rejected = reports.reduce((total, report) => total + report.rejected, 0);
  const shown = request.dryRun ? await staging.discard() : await staging.publish(rejected);
  return {
    ...(shown && { importId: staging.id }),
    ...{ dryRun: request.dryRun, files: reports, rejected, rejections: rejects.first },
    ...{ rejectFiles: rejects.files, notRead, unread: [...unread.values()] },
  };
}

async function* counted(bytes: AsyncIterable<Uint8Array>, tell: (more: number) => void) {
  for await (const chunk of bytes) {
    tell(chunk.length);
    yield chunk;
  }
}

interface Progress {
  readonly name: string;
  readonly layout: Layout;
  readonly chunk: readonly ParsedRow[];
  readonly counts: Record<Exclude<keyof FileReport, 'file' | 'as' | 'onlyIf'>, number>;
  readonly rejects: Rejects;
}

async function takeIn(deps: ImportDeps, request: ImportRequest, staging: Staging, at: Progress): Promise<void> {
  const { name, layout, chunk, counts, rejects } = at;
  const good = chunk.filter((parsed) => 'row' in parsed);
  const ready = await Promise.all(good.map(({ row }) => readyToWrite(deps, row, request.keepTranscripts)));
  const verdicts = ready.length > 0 ? await staging.add(ready) : [];
  const refused = chunk.flatMap((parsed) => ('problem' in parsed ? [{ ...parsed, file: name }] : []));
  verdicts.forEach((verdict, index) => {
    const parsed = good[index];
    if (typeof verdict === 'string') {
      counts[verdict] += 1;
      const { knownOn, dated } = parsed?.row ?? {};
      const isTakenIn = verdict === 'new' || verdict === 'changed';
      if (isTakenIn && (knownOn ?? dated ?? '') > request.observedOn) counts.inFuture += 1;
      return;
    }
    const { column, problem: words } = verdict;
    const problem = column === undefined ? words : `${layout.nameOf(column)} ${words}`;
    if (parsed) refused.push({ file: name, line: parsed.line, problem, cells: parsed.cells });
  });
  counts.rejected += refused.length;
  counts.leftOut += chunk.filter((parsed) => 'leftOut' in parsed).length;
  await rejects.add(
    refused.sort((a, b) => a.line - b.line),
    layout,
  );
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
  /** By source file, its reject file: two that were set aside of one file have each their own. */
  readonly #paths = new Map<string, string>();
  /** By source file, the columns that its reject file has. */
  readonly #columns = new Map<string, readonly string[]>();
  /** By source file, the lines in its reject file: one that is read in several ways is to be mended once. */
  readonly #lines = new Map<string, Set<number>>();

  constructor(folder: string, importId: ImportId, disk: Context['files'], dryRun: boolean) {
    this.#folder = folder;
    this.#importId = importId;
    this.#disk = disk;
    this.#dryRun = dryRun;
  }

  /** `refused` are rows of one source file, which is to be read again as it was. */
  async add(refused: readonly Refused[], { delimiter }: Layout): Promise<void> {
    const [one] = refused;
    if (!one) return;
    for (const { file, line, problem } of refused.slice(0, SHOWN - this.first.length))
      this.first.push({ file, line, reason: problem });
    if (this.#dryRun) return;
    // `ledger.csv` gives `rejected-imp-…-ledger.csv`, which says again what it holds; calls are told in a table.
    const source = sourceOf(one.file).replace(/\.jsonl$/i, '.csv');
    const path = this.#paths.get(one.file) ?? this.#freePath(source);
    this.#paths.set(one.file, path);
    const known = this.#columns.get(one.file);
    const columns = known ?? Object.keys(one.cells).filter((name) => !/^(column \d+|rejected_\w+)$/.test(name));
    const lines = this.#lines.get(one.file) ?? new Set();
    const fresh = refused.filter(({ line }) => !lines.has(line));
    if (fresh.length === 0) return;
    for (const { line } of fresh) lines.add(line);
    this.#lines.set(one.file, lines);
    const rows = fresh.map(({ line, problem, cells }) => [
      ...columns.map((name) => cells[name] ?? ''),
      // Where they stood: a comma that is put in quotes takes them in again.
      ...Object.keys(cells).flatMap((name) => (/^column \d+$/.test(name) ? [cells[name]] : [])),
      ...[line, problem],
    ]);
    const { stringify } = await import('csv-stringify/sync');
    const header = [...columns, ...TOLD];
    // Cells come from outside: a spreadsheet must show them, not obey them.
    const text = stringify(known ? rows : [header, ...rows], { delimiter, escape_formulas: true });
    await this.#disk.append(path, text, 'private');
    if (known) return;
    this.#columns.set(one.file, columns);
    this.files.push(path);
  }

  #freePath(source: string): string {
    const taken = [...this.#paths.values()];
    for (let nth = 1; ; nth++) {
      const path = join(this.#folder, `rejected-${this.#importId}${nth === 1 ? '' : `_${nth}`}-${source}`);
      if (!taken.includes(path)) return path;
    }
  }

  async remove(): Promise<void> {
    for (const path of this.files) await this.#disk.remove(path);
  }
}
