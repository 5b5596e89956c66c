import { dirname } from 'node:path';
import { deployingBy, deploysOf } from './app/deploying.ts';
import { lazy } from './app/lazy.ts';
import { writing } from './app/writing.ts';
import { allowedOwners, type Owner, openWorkspace, provesActors, todayIn, type Workspace } from './config/index.ts';
import type { Actor, Context, Files } from './context/index.ts';
import type { IsoDay, OwnerId } from './domain/index.ts';
import { UserError } from './errors/index.ts';
import type { Services } from './flows/index.ts';
import type { DemoRequest } from './ops/demo.ts';
import type { Deploys } from './ops/deploy/deploys.ts';
import type { Diagnosis, DoctorRequest } from './ops/doctor/diagnose.ts';
import type { ImportReport, ImportRequest } from './ops/import.ts';
import type { Learning } from './ops/learning/index.ts';
import { looksAt } from './ops/looks.ts';
import type { Name, NamesRequest } from './ops/names.ts';
import type { UndoRequest } from './ops/undo.ts';
import type { Policy } from './policy/index.ts';
import type { Portfolio, Withdrawal } from './portfolio/index.ts';
import type { Risk } from './risk/index.ts';
import type { Runs } from './runs/index.ts';
import type { Journal, Store } from './store/index.ts';

/** The rooms of one owner. Each is loaded and opened when it is first asked for, and once. */
export interface Rooms {
  readonly owner: Owner;
  readonly today: IsoDay;
  journal(): Promise<Journal>;
  portfolio(): Promise<Portfolio>;
  risk(): Promise<Risk>;
  learning(): Promise<Learning>;
  policy(): Promise<Policy>;
  runs(): Promise<Runs>;
  deploys(): Promise<Deploys>;
  importFiles(request: Pick<ImportRequest, 'path' | 'dryRun'> & Partial<ImportRequest>): Promise<ImportReport>;
  undoImport(request: UndoRequest): Promise<Withdrawal>;
  /** Writes an invented portfolio into the data folder, and imports it as such. */
  loadDemo(request: DemoRequest): Promise<ImportReport>;
}

export interface App extends AsyncDisposable {
  readonly workspace: Workspace;
  /** Who acts, as far as that is proved. */
  readonly actor: Actor;
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
  /** Nothing may come of it. */
  readonly rehearses: boolean;
  /** `own` refuses the demo. */
  readonly place: 'any' | 'own';
}

/** Composition root: the only place that knows which room is given what. */
export async function openApp(given: Context, { owner: asked, place, rehearses }: AppOptions): Promise<App> {
  const workspace = await openWorkspace(given, place);
  const context = await (await import('./secrets/index.ts')).actingIn(given, workspace.issuers);
  const owners = allowedOwners(workspace, asked);
  const opened: AsyncDisposable[] = [];
  const closedLater = <T extends AsyncDisposable>(room: T): T => {
    opened.unshift(room);
    return room;
  };
  const store = lazy(async () => {
    const { storeToRehearseWith } = await import('./ops/store/rehearse.ts');
    const { storeFor } = await import('./ops/store/open.ts');
    return closedLater(await (rehearses ? storeToRehearseWith : storeFor)(context, workspace));
  });
  const owned = owners.map((owner) => openRooms(context, { workspace, owner, store, closedLater }));
  return {
    ...{ workspace, actor: context.actor, today: todayIn(workspace, context), owned, store },
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

/** What is wrong where commands would work. Opens the same rooms as they would, over a store that it only reads. */
export async function diagnosePlace(context: Context, request: DoctorRequest): Promise<Diagnosis> {
  const { diagnose } = await import('./ops/doctor/diagnose.ts');
  return diagnose({ ...context, ...looksAt(context), roomsOf: roomsOver(context) }, request);
}

/** Names that may be typed where commands would work, from what lies there. Nothing is made, imported or changed. */
export async function namesHere(context: Context, request: NamesRequest): Promise<Name[]> {
  const [{ namesIn }, { whoActs }] = await Promise.all([import('./ops/names.ts'), import('./secrets/index.ts')]);
  return namesIn({ ...context, ...looksAt(context), roomsOf: roomsOver(context), whoActs }, request);
}

/** The rooms of one owner, over a store that somebody else opened and will close. */
function roomsOver(context: Context) {
  return (workspace: Workspace, owner: Owner, found: Store): Rooms => {
    return openRooms(context, { workspace, owner, store: async () => found, closedLater: (room) => room });
  };
}

interface House extends Pick<App, 'workspace' | 'store'> {
  readonly owner: Owner;
  closedLater<T extends AsyncDisposable>(room: T): T;
}

function openRooms(context: Context, { workspace, owner, store, closedLater }: House): Rooms {
  // Asked whenever it counts: a worker stays for weeks.
  const today = () => todayIn(workspace, context);
  const { clock, actor } = context;
  const journal = lazy(async () => {
    const { openJournal } = await import('./store/index.ts');
    return closedLater(openJournal({ store: await store(), clock, owner: owner.id, actor }));
  });
  const common = async () => ({ ...context, store: await store(), journal: await journal(), owner: owner.id });

  const openLanguage = lazy(async () => (await import('./language/index.ts')).openLanguage());
  const importFiles: Rooms['importFiles'] = (request) => importFrom(context.files, request);
  const importFrom = async (files: Files, request: Parameters<Rooms['importFiles']>[0]) => {
    const { importFiles } = await import('./ops/import.ts');
    const { keepTranscripts, outFolder, timeZone } = workspace;
    return importFiles(
      {
        ...(await common()),
        files,
        openParser: async () =>
          (await import('./portfolio/index.ts')).openParser(timeZone, await import('./language/index.ts')),
        openLanguage,
      },
      { ...{ observedOn: today(), synthetic: workspace.synthetic, keepTranscripts, timeZone, outFolder }, ...request },
    );
  };
  const undoImport: Rooms['undoImport'] = async (request) =>
    (await import('./ops/undo.ts')).undoImport(await common(), request);
  const loadDemo: Rooms['loadDemo'] = async (request) => {
    const { writeDemo } = await import('./ops/demo.ts');
    const { rehearsed } = await import('./ops/rehearsal.ts');
    const files = request.dryRun ? rehearsed(context.files) : context.files;
    const at = { ...context, today: today(), folder: workspace.dataFolder, files, language: await openLanguage() };
    return importFrom(files, { path: await writeDemo(at, request), dryRun: request.dryRun, synthetic: true });
  };
  const portfolio = lazy(async () => {
    const { openPortfolio } = await import('./portfolio/index.ts');
    const room = openPortfolio({ read: (await store()).read, owner: owner.id, signal: context.signal });
    if (workspace.synthetic)
      await (await import('./ops/fill.ts')).fillDemo(context, room, () =>
        importFiles({ path: workspace.dataFolder, dryRun: false }),
      );
    return room;
  });
  const learning = lazy(async () => {
    const { openLearning } = await import('./ops/learning/index.ts');
    const { capacity, configFile } = workspace;
    return openLearning({ ...(await common()), portfolio, today, capacity, folder: dirname(configFile) });
  });
  const risk = async () => (await learning()).risk();
  const policy = lazy(async () => {
    const { openPolicy } = await import('./policy/index.ts');
    const { holdout, holdoutSalt: salt, capacity } = workspace;
    return openPolicy({ ...(await common()), read: (await store()).read, today, holdout, salt, capacity });
  });
  const deploys = lazy(async () => deploysOf(context, workspace, await common()));
  const runs = lazy(async () => {
    const [{ openRuns }, { workflows }] = await Promise.all([import('./runs/index.ts'), import('./flows/index.ts')]);
    const watch = async () => (await learning()).watch();
    const { approvers } = workspace;
    const written = writing(context.files, workspace.outFolder, { portfolio, today });
    const deploying = deployingBy(workspace, deploys);
    const services = { today, portfolio, risk, policy, watch, ...written, ...deploying, approvers };
    const roles = provesActors(workspace) ? 'proved' : 'believed';
    return openRuns<Services>({ ...(await common()), services, workflows, roles, timeZone: workspace.timeZone });
  });
  return {
    ...{ owner, journal, portfolio, risk, learning, policy, runs, deploys, importFiles, undoImport, loadDemo },
    get today() {
      return today();
    },
  };
}
