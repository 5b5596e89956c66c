import type { Context } from '../context/index.ts';
import type { ImportId, IsoDay, TimeZone } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
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
  type Unread,
} from '../portfolio/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../store/index.ts';
import { contentOf, contentsOf, fingerprintOf } from './fingerprint.ts';
import { readMap } from './maps.ts';
import { type Refused, type Rejection, Rejects } from './rejects.ts';
import { findFiles, kindOf, type SourceRequest } from './sources.ts';

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
  /** It went on with an import that was stopped after so many rows. */
  readonly wentOnAfter?: number;
}

export interface ImportRequest extends SourceRequest {
  /** File or name of a map that explains other columns than ours. */
  readonly map?: string | undefined;
  readonly dryRun: boolean;
  /** "Today" where the files come from. */
  readonly observedOn: IsoDay;
  readonly synthetic: boolean;
  readonly keepTranscripts: boolean;
  readonly timeZone: TimeZone;
  readonly outFolder: string;
  /** Told what will have been taken in, before it is made visible: whoever is killed behind that knows it again. */
  readonly foretell?: ((report: ImportReport) => Promise<void>) | undefined;
}

type Given = Pick<Context, 'files' | 'stdin' | 'random' | 'logger' | 'signal' | 'patienceS'>;

interface ImportDeps extends LeaseDeps, Given {
  readonly journal: Pick<Journal, 'appendIn'>;
  openParser(): Promise<Parser>;
  openLanguage(): Promise<Language>;
}

/**
 * Reads files into the portfolio of one owner: parse, draw features from calls, stage in chunks, then show all at once.
 * A bad row is set aside with its reason. One that was stopped is gone on with where it is of the same: all is read again,
 * and nothing is judged twice. Throws UserError `held` while another import of this owner runs.
 */
export async function importFiles(deps: ImportDeps, request: ImportRequest): Promise<ImportReport> {
  const { files, logger, signal } = deps;
  const maps = request.map === undefined ? [] : await readMap(files, request.map);
  const { found, notRead } = await findFiles(deps, request, maps);
  const contents = await contentsOf(deps, found, request);
  await using lease = await acquireLease(deps, `import:${deps.owner}`, 'the import of this portfolio');
  const staging = await beginImport({ ...deps, read: deps.store.read }, lease, {
    ...{ ...request, rehearses: request.dryRun, fingerprint: contents && fingerprintOf(contents, maps, request) },
  });
  tellOfStopped(logger, staging);
  const parser = await deps.openParser();
  const names = found.map(({ name }) => name);
  const readTwice = names.filter((name, at) => names.indexOf(name) < at);
  const rejects = new Rejects(request.outFolder, staging.id, files, { dryRun: request.dryRun, readTwice });
  const reports: FileReport[] = [];
  /** By file and column: a file may be read in several ways. */
  const unread = new Map<string, ImportReport['unread'][number]>();
  try {
    for (const { format, name, size, bytes, map } of found) {
      const entries = found.flatMap((each) => (each.name === name && each.map ? [each.map] : []));
      const layout = map ? mappedLayout(map, name, entries) : ownLayout(format, name);
      const counts = { new: 0, changed: 0, unchanged: 0, repeated: 0, rejected: 0, leftOut: 0, inFuture: 0 };
      const ofAll = await size();
      let [rows, read] = [0, 0];
      const content = contentOf(bytes(), (more) => (read += more));
      const setAside = (each: Unread) => unread.set(`${name}\n${each.column}`, { file: name, ...each });
      for await (const chunk of parser.chunks(format, name, content.bytes, layout, setAside)) {
        signal.throwIfAborted();
        await takeIn(deps, request, staging, { name, layout, chunk, counts, rejects });
        rows += chunk.length;
        logger.progress(`${name}: ${rows} rows`, ofAll ? read / ofAll : undefined);
      }
      if (contents && contents.get(name) !== content.digest())
        throw new UserError('failed', `${name} was written to while it was read: nothing was taken in`, [
          'import it again when it is whole',
        ]);
      reports.push({ file: name, as: kindOf(format), ...(map?.onlyIf && { onlyIf: map.onlyIf }), ...counts });
    }
  } catch (thrown) {
    // Of one that was taken over they are by now those of who goes on with it.
    if (!lease.lost.aborted) await rejects.remove();
    // Who interrupts goes on later; where it cannot be taken back, or the process is killed, the next import does that.
    if (!contents || !signal.aborted) await staging.discard().catch(() => undefined);
    throw thrown;
  }

  const rejected = reports.reduce((total, report) => total + report.rejected, 0);
  const report: ImportReport = {
    ...{ dryRun: request.dryRun, files: reports, rejected, rejections: rejects.first },
    ...{ rejectFiles: rejects.files, notRead, unread: [...unread.values()] },
    ...(staging.before !== undefined && { wentOnAfter: staging.before }),
  };
  await request.foretell?.({ importId: staging.id, ...report });
  const shown = request.dryRun ? await staging.discard() : await staging.publish(rejected);
  return { ...(shown && { importId: staging.id }), ...report };
}

/** Who waits is told why it takes shorter, or why it does not. */
function tellOfStopped(logger: Given['logger'], { before, swept }: Staging): void {
  if (before !== undefined) logger.warn(`going on with an import that was stopped after ${inWords(before)}`);
  if (swept !== undefined)
    logger.warn(
      `${inWords(swept)} of an import that was stopped are taken back: it was of other files or of another day, or something was imported or undone since`,
    );
}

function inWords(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
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
  const verdicts = good.length > 0 ? await verdictsOn(deps, request, staging, good) : [];
  const refused = chunk.flatMap((parsed) => ('problem' in parsed ? [asideOf(parsed, name, parsed.problem)] : []));
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
    if (parsed) refused.push(asideOf(parsed, name, problem));
  });
  counts.rejected += refused.length;
  counts.leftOut += chunk.filter((parsed) => 'leftOut' in parsed).length;
  await rejects.add(
    refused.sort((a, b) => a.line - b.line),
    layout,
  );
}

function asideOf({ line, cells }: ParsedRow, file: string, problem: string): Refused {
  return { file, line, problem, cells: cells() };
}

async function verdictsOn(
  deps: ImportDeps,
  { keepTranscripts }: ImportRequest,
  staging: Staging,
  good: readonly { readonly row: Incoming }[],
) {
  const judged = await staging.judged(good.map(({ row }) => row));
  if (judged) return judged;
  return staging.add(await Promise.all(good.map(({ row }) => readyToWrite(deps, row, keepTranscripts))));
}

/** Turns become numbers and labels; what was said is dropped unless the workspace keeps it, and it may be kept. */
async function readyToWrite(deps: ImportDeps, row: Incoming, keepTranscripts: boolean): Promise<Ready> {
  if (row.kind !== 'call') return row;
  const { on, turns } = row.body;
  const language = await deps.openLanguage();
  const { intents, keptOut, ...drawn } = language.scoreCall(turns);
  const found = {
    ...(intents.length > 0 && { intents }),
    ...(Object.keys(keptOut).length > 0 && { keptOut }),
  };
  return {
    ...row,
    body: { on, ...drawn, ...found, ...(keepTranscripts && { turns: language.withoutKeptOut(turns) }) },
  };
}
