import { allowedOwners, type Owner, openWorkspace, type Workspace } from './config/index.ts';
import type { Context } from './context/index.ts';
import { dayIn, type IsoDay, type OwnerId } from './domain/index.ts';
import { UserError } from './errors/index.ts';
import type { ChurnServices } from './flows/churn.ts';
import type { DemoRequest } from './ops/demo.ts';
import type { ImportReport, ImportRequest } from './ops/import.ts';
import type { UndoRequest } from './ops/undo.ts';
import type { Portfolio, Withdrawal } from './portfolio/index.ts';
import type { Risk } from './risk/index.ts';
import type { Runs } from './runs/index.ts';
import type { Journal, Store } from './store/index.ts';

/** The rooms of one owner. Each is loaded and opened when it is first asked for, and once. */
export interface Rooms {
  readonly owner: Owner;
  journal(): Promise<Journal>;
  portfolio(): Promise<Portfolio>;
  risk(): Promise<Risk>;
  runs(): Promise<Runs<ChurnServices>>;
  importFiles(request: Pick<ImportRequest, 'path' | 'dryRun'> & Partial<ImportRequest>): Promise<ImportReport>;
  undoImport(request: UndoRequest): Promise<Withdrawal>;
  /** Writes an invented portfolio into the data folder, and imports it as such. */
  loadDemo(request: DemoRequest): Promise<ImportReport>;
}

export interface App extends AsyncDisposable {
  readonly workspace: Workspace;
  /** The day it is in the workspace's time zone; the demo's end day in the demo. */
  readonly today: IsoDay;
  /** The owners that this command may act for, one opened room at a time. */
  readonly owned: readonly Rooms[];
  of(owner: OwnerId): Rooms;
  store(): Promise<Store>;
  /** Whether invented rows are among those that this command may see. */
  isSynthetic(): Promise<boolean>;
}

export interface AppOptions {
  /** Id or name of the only owner to act for. */
  readonly owner?: string | undefined;
  /** `own` refuses the demo. */
  readonly place: 'any' | 'own';
}

/** Composition root: the only place that knows which room is given what. */
export async function openApp(context: Context, { owner: asked, place }: AppOptions): Promise<App> {
  const { files, clock } = context;
  const workspace = await openWorkspace(files, place);
  const owners = allowedOwners(workspace, asked);
  const today = workspace.endDay ?? dayIn(workspace.timeZone, clock.now());
  const opened: AsyncDisposable[] = [];
  const closedLater = <T extends AsyncDisposable>(room: T): T => {
    opened.unshift(room);
    return room;
  };
  const store = lazy(async () => {
    const { openStore } = await import('./store/index.ts');
    await files.keepPrivate(workspace.storeFile);
    const backupFile = async () => {
      const file = `${workspace.storeFile}.backup-${clock.now().replaceAll(':', '-')}`;
      await files.keepPrivate(file);
      return file;
    };
    return closedLater(await openStore({ file: workspace.storeFile, backupFile }));
  });
  const owned = owners.map((owner) => openRooms(context, { workspace, today, owner, store, closedLater }));
  return {
    ...{ workspace, today, owned, store },
    of(owner) {
      const rooms = owned.find((each) => each.owner.id === owner);
      if (!rooms) throw new UserError('refused', `owner ${owner} is not one that this command acts for`);
      return rooms;
    },
    async isSynthetic() {
      if (workspace.synthetic) return true;
      if (opened.length === 0) return false;
      const { holdsInvented } = await import('./portfolio/index.ts');
      return holdsInvented(
        (await store()).read,
        owners.map(({ id }) => id),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const room of opened) await room[Symbol.asyncDispose]();
    },
  };
}

interface House extends Pick<App, 'workspace' | 'today' | 'store'> {
  readonly owner: Owner;
  closedLater<T extends AsyncDisposable>(room: T): T;
}

function openRooms(context: Context, { workspace, today, owner, store, closedLater }: House): Rooms {
  const { clock, actor } = context;
  const journal = lazy(async () => {
    const { openJournal } = await import('./store/index.ts');
    return closedLater(openJournal({ store: await store(), clock, owner: owner.id, actor }));
  });
  const common = async () => ({ ...context, store: await store(), journal: await journal(), owner: owner.id });

  const openLanguage = lazy(async () => (await import('./language/index.ts')).openLanguage());
  const importFiles: Rooms['importFiles'] = async (request) => {
    const { importFiles } = await import('./ops/import.ts');
    const { keepTranscripts, outFolder, timeZone } = workspace;
    return importFiles(
      {
        ...(await common()),
        openParser: async () => (await import('./portfolio/index.ts')).openParser(timeZone),
        openLanguage,
      },
      { ...{ observedOn: today, synthetic: workspace.synthetic, keepTranscripts, outFolder }, ...request },
    );
  };
  const undoImport: Rooms['undoImport'] = async (request) => {
    const { undoImport } = await import('./ops/undo.ts');
    return undoImport(await common(), request);
  };
  const loadDemo: Rooms['loadDemo'] = async (request) => {
    const { writeDemo } = await import('./ops/demo.ts');
    const at = { today, folder: workspace.dataFolder, files: context.files, language: await openLanguage() };
    return importFiles({ path: await writeDemo(at, request), dryRun: false, synthetic: true });
  };
  const portfolio = lazy(async () => {
    const { openPortfolio } = await import('./portfolio/index.ts');
    const room = openPortfolio({ read: (await store()).read, owner: owner.id, signal: context.signal });
    if (workspace.synthetic)
      await fillDemo(context, room, () => importFiles({ path: workspace.dataFolder, dryRun: false }));
    return room;
  });
  const risk = lazy(async () => (await import('./risk/index.ts')).openRisk());
  const runs = lazy(async () => {
    const [{ openRuns }, { churn }] = await Promise.all([import('./runs/index.ts'), import('./flows/churn.ts')]);
    return openRuns({ ...(await common()), services: { portfolio, risk }, workflows: [churn] });
  });
  return { owner, journal, portfolio, risk, runs, importFiles, undoImport, loadDemo };
}

const RETRY_MS = 200;

/** The demo is imported when it is first looked at, by whichever process comes first; the others wait for it. */
async function fillDemo(context: Context, portfolio: Portfolio, fill: () => Promise<unknown>): Promise<void> {
  const { clock, logger, signal } = context;
  while ((await portfolio.properties()).length === 0) {
    signal.throwIfAborted();
    logger.progress('preparing the demo portfolio, once');
    try {
      await fill();
    } catch (thrown) {
      if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

function lazy<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
