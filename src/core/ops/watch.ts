import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import type { ImportId, Instant, IsoDay } from '../domain/index.ts';
import { asSophiaError, type ExitName, type SophiaError, UsageError } from '../errors/index.ts';
import { importsOf } from '../portfolio/index.ts';
import { acquireLease, type LeaseDeps } from '../store/index.ts';
import type { ImportReport } from './import.ts';
import { isSpreadsheet, SPREADSHEET } from './sources.ts';
import { openWrittenSince, type Seen, seenOf } from './written-since.ts';

/** What was put into a folder that is watched, and what became of it. */
export interface Drop {
  readonly at: Instant;
  readonly files: readonly string[];
  /** Absent when it said nothing new, or could not be taken in. */
  readonly importId?: ImportId;
  readonly new: number;
  readonly changed: number;
  readonly rejected: number;
  /** Where the rows lie that were rejected, to be mended and put into the folder. */
  readonly rejectFiles: readonly string[];
  /** Columns that were not read: `Zip of tenants.csv`. */
  readonly unread: readonly string[];
  /** Where files lie whose names do not say what they hold, within the folder. */
  readonly notRead: readonly string[];
  /** Where the files lie now, within the folder. */
  readonly movedTo: string;
  /** Why it could not be taken in. */
  readonly error: string | null;
  /** It was taken in before the watch was killed, and moved away now. */
  readonly takenBefore?: true;
}

type WatchDeps = LeaseDeps & Pick<Context, 'files' | 'logger' | 'signal'>;

interface Watched {
  readonly folder: string;
  today(): IsoDay;
  /** Throws where the settings do not let anything be taken in, whatever is put there. */
  check(): Promise<unknown>;
  /** Imports a folder; what will have been taken in is foretold. */
  take(folder: string, foretell: (report: ImportReport) => Promise<void>): Promise<ImportReport>;
}

const LOOK_MS = 1000;

/** Where a drop is gathered, and where one lies that is whole: it is taken in, or was when the process ended. */
const GATHERED = '.gathered';
const TAKEN = '.taken';

/**
 * Takes in what is put into a folder, as long as `signal` lets it: all that lies there is one import, once nothing of it
 * has changed between two looks. Each is then moved to `done/` or `failed/`; killed wherever it may be, it goes on with
 * what it was at. UserError `held` while somebody else watches that folder, `config` where nothing can be moved in it;
 * what `check` throws ends it, with all that was put there in its place.
 */
export async function* watchFolder(deps: WatchDeps, watched: Watched): AsyncGenerator<Drop> {
  const { files, clock, logger, signal } = deps;
  const { folder, check } = watched;
  await check();
  if ((await files.kindOf(folder)) !== 'folder')
    throw new UsageError(`there is no folder "${folder}" to watch`, ['name a folder that is there']);
  await files.tryWriting(folder, 'folder');
  // Through a link, and for whichever owner, it is one folder.
  const mark = createHash('sha256')
    .update(await files.real(folder))
    .digest('hex')
    .slice(0, 12);
  await using lease = await acquireLease(deps, `watch:${mark}`, `the watch over ${folder}`);
  const until = AbortSignal.any([signal, lease.lost]);
  const [gathered, taken] = [join(folder, GATHERED), join(folder, TAKEN)];
  logger.warn(
    `watching ${folder}: what is put there is taken in once it has stood still for ${LOOK_MS / 1000} s, and moved to done/ or failed/ in it`,
  );
  logger.warn(
    'names that end in .part or .tmp, or begin with a dot, wait until they are renamed; Ctrl-C ends the watch',
  );
  const since = openWrittenSince(deps, folder);
  let waitsFor: string | undefined;
  let before: string | undefined;

  while (!until.aborted) {
    if ((await files.kindOf(taken)) === undefined) {
      for (const name of await since.putBack())
        logger.warn(`${clock.now()}  ${name} was written to after it was read: it is read again`);
      const now = await lookAt(deps, [folder, gathered]);
      const standsStill = now !== '' && now === before;
      before = now;
      if (!standsStill) {
        await clock.sleep(LOOK_MS, until);
        continue;
      }
      await check();
      await gather(deps, folder, gathered);
      await files.move(gathered, taken, 'over');
      before = undefined;
    }
    try {
      const seen = await seenIn(deps, taken);
      const drop = await takeIn(deps, watched, taken);
      since.remember(drop.movedTo, seen);
      yield drop;
      waitsFor = undefined;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asSophiaError(thrown);
      // What was taken in already is only to be moved away, once that can be done.
      if (error.exit === 'config' && !(await takenBefore(deps, taken))) await putBack(deps, folder, taken);
      if (!passes(error)) throw thrown;
      // Told once, however long it takes.
      if (waitsFor !== error.message)
        logger.warn(`${clock.now()}  ${error.message}; the drop waits until that is over`);
      waitsFor = error.message;
      await clock.sleep(LOOK_MS, until);
    }
  }
  if (lease.lost.aborted && !signal.aborted) throw lease.lost.reason;
}

/** Somebody else imports, or still writes, or a server is away. */
function passes(error: SophiaError): boolean {
  return error.exit === 'held' || error.exit === 'failed' || error.exit === 'unreachable';
}

/** What is wrong with the files themselves: no other try can mend it. */
const ofFiles: readonly ExitName[] = ['usage', 'insufficient'];

async function takeIn(deps: WatchDeps, { folder, today, take }: Watched, taken: string): Promise<Drop> {
  const { files, clock } = deps;
  const names = await dropsIn(deps, taken);
  const told = { at: clock.now(), files: names };
  const moved = async (into: 'done' | 'failed', name: string) => {
    await files.makeFolder(join(folder, into));
    const to = await freeName(deps, folder, `${into}/${today()}-${name}`);
    for (const each of await files.list(taken)) await files.shut(join(taken, each), 'do');
    await files.move(taken, join(folder, to), 'over');
    await files.remove(join(folder, to, NOTE));
    return to;
  };
  const failed = async (why: string, error: string, more: readonly string[]) => {
    await files.place(join(taken, REASON), `${[error, ...more].join('\n')}\n`);
    return { ...told, new: 0, changed: 0, notRead: [], movedTo: await moved('failed', why), error };
  };
  const before = await takenBefore(deps, taken);
  // It is of a life that ended before it had taken anything in.
  if (!before) await files.remove(join(taken, NOTE));
  const foretell = async (report: ImportReport) => {
    await files.append(join(taken, NOTE), JSON.stringify(report), 'private');
  };
  const report = before ?? (await take(taken, foretell).catch((thrown) => asSophiaError(thrown)));
  if (report instanceof Error) {
    if (!ofFiles.includes(report.exit)) throw report;
    return { ...(await failed(report.exit, report.message, report.next)), rejected: 0, rejectFiles: [], unread: [] };
  }
  const { importId, files: read, rejected, rejections, rejectFiles } = report;
  const unread = report.unread.map(({ file, column }) => `${column} of ${file}`);
  const sum = (of: (typeof usable)[number]) => read.reduce((so, file) => so + file[of], 0);
  if (rejected > 0 && usable.every((of) => sum(of) === 0)) {
    const reasons = rejections.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    const all = rejected === 1 ? 'its only row was rejected' : `all ${rejected} rows were rejected`;
    const more = [...reasons, ...rejectFiles, ...report.notRead.map(whyNotRead)];
    return { ...(await failed('rejected', all, more)), rejected, rejectFiles, unread };
  }
  const notRead = await setApart(deps, folder, taken, report.notRead, today());
  const movedTo = await moved('done', importId ?? 'nothing-new');
  const counts = { new: sum('new'), changed: sum('changed'), rejected, rejectFiles, unread, notRead };
  return {
    ...told,
    ...(importId && { importId }),
    ...counts,
    movedTo,
    error: null,
    ...(before && { takenBefore: true }),
  };
}

/** What nobody could read must not lie among what was taken in, as if it had been: it has failed, with the reasons. */
async function setApart(
  deps: WatchDeps,
  folder: string,
  taken: string,
  notRead: readonly string[],
  day: IsoDay,
): Promise<string[]> {
  const { files } = deps;
  const lying = await dropsIn(deps, taken);
  const names = notRead.filter((name) => lying.includes(name));
  if (names.length === 0) return [];
  const to = await freeName(deps, folder, `failed/${day}-not-read`);
  await files.makeFolder(join(folder, to));
  await files.place(join(folder, to, REASON), `${names.map(whyNotRead).join('\n')}\n`);
  for (const name of names) {
    await files.shut(join(taken, name), 'do');
    await files.move(join(taken, name), join(folder, to, name), 'over');
  }
  return names.map((name) => `${to}/${name}`);
}

function whyNotRead(name: string): string {
  return `${name}: ${isSpreadsheet(name) ? SPREADSHEET : 'its name does not say what it holds; a map can, or --as'}`;
}

/** In a drop, what will have been taken in of it: written before that is made visible, and moved away with the drop. */
const NOTE = '.taken-in';

/** What was taken in of a drop by a watch that was killed before it could move it away; also where it was undone since. */
async function takenBefore({ files, store, owner }: WatchDeps, taken: string): Promise<ImportReport | undefined> {
  const report = noted((await files.readText(join(taken, NOTE))) ?? '');
  if (!report) return undefined;
  const imports = await importsOf(store.read, owner);
  return imports.some(({ id, state }) => id === report.importId && state !== 'unfinished') ? report : undefined;
}

/** Half a note is none: a power cut may leave it. */
function noted(text: string): ImportReport | undefined {
  try {
    return JSON.parse(text) as ImportReport;
  } catch {
    return undefined;
  }
}

/** What a row may be that is of use: of a drop that came before what it refers to, none is. */
const usable = ['new', 'changed', 'unchanged', 'repeated'] as const;

/** All is as it was before it was gathered. What was put there under the same name since stays, and so does what it was. */
async function putBack({ files }: WatchDeps, folder: string, taken: string): Promise<void> {
  await files.remove(join(taken, NOTE));
  for (const name of await files.list(taken)) await files.move(join(taken, name), join(folder, name), 'new');
  await files.removeFolder(taken);
}

/** Beside the files that could not be taken in. It is a note for humans: put back with them, it is no export. */
const REASON = 'reason.md';

async function freeName({ files }: WatchDeps, folder: string, name: string): Promise<string> {
  for (let nth = 1; ; nth++) {
    const free = nth === 1 ? name : `${name}-${nth}`;
    if ((await files.kindOf(join(folder, free))) === undefined) return free;
  }
}

/** A part of a drop that was gathered before the process was killed belongs to it still. */
async function gather(deps: WatchDeps, folder: string, gathered: string): Promise<void> {
  const { files } = deps;
  await files.makeFolder(gathered);
  for (const name of await dropsIn(deps, folder)) {
    // Of two with one name the second is the next drop.
    if ((await files.kindOf(join(gathered, name))) !== undefined) continue;
    await files.move(join(folder, name), join(gathered, name), 'over');
  }
}

/** What the files of a drop are like, by name. */
async function seenIn(deps: WatchDeps, folder: string): Promise<Seen> {
  const seen = new Map<string, string>();
  for (const name of await dropsIn(deps, folder)) seen.set(name, await seenOf(deps, join(folder, name)));
  return seen;
}

/** All that lies there, how large it is and when it was written to last. */
async function lookAt(deps: WatchDeps, folders: readonly string[]): Promise<string> {
  const seen: string[] = [];
  for (const folder of folders)
    for (const [name, like] of await seenIn(deps, folder)) seen.push(`${folder}/${name} ${like}`);
  return seen.join('\n');
}

/** Notes for humans stay where they are, and so does what another program calls unfinished. */
async function dropsIn({ files }: WatchDeps, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await files.list(folder)) {
    if (/^\.|~$|\.(md|part|tmp|crdownload|filepart)$/i.test(name)) continue;
    if ((await files.factsOf(join(folder, name)))?.isRegular) names.push(name);
  }
  return names;
}
