import { dirname } from 'node:path';
import type { Owner, Places, Workspace } from '../../config/index.ts';
import type { Files } from '../../context/index.ts';
import { minuteIn, type TimeZone } from '../../domain/index.ts';
import { holdsInvented } from '../../portfolio/index.ts';
import type { RunStatus, RunSummary } from '../../runs/index.ts';
import { contentsOf, type FoundStore, type Journal, type Store } from '../../store/index.ts';
import { auditFinding } from '../store/audit.ts';
import { isStill } from '../store/beside.ts';
import { examineStructure } from '../store/check.ts';
import { needNotLost } from '../store/open.ts';
import { needServed } from '../store/served.ts';
import { nearestThere } from './around.ts';
import { type Check, check, type Finding, ok } from './findings.ts';

/** What is looked at in the rooms of one owner. */
export interface OwnedRooms {
  readonly owner: Owner;
  journal(): Promise<Pick<Journal, 'verify'>>;
  runs(): Promise<{
    list(filter: { readonly status?: RunStatus }): Promise<readonly RunSummary[]>;
    due(): Promise<readonly RunSummary[]>;
    isAttended(): Promise<boolean>;
  }>;
}

export interface StoreDeps {
  readonly files: Files;
  /** Opens it to be read only. `still`: no process writes to it, and no `-wal` lies beside it. */
  lookAtStore(file: string, still: boolean): Promise<FoundStore>;
  /** The rooms to look into: none where it is not known whose they are. */
  roomsOver(store: Store): readonly OwnedRooms[];
  /** Whom it serves, where that can be made out. */
  readonly workspace?: Workspace | undefined;
}

export interface Seen {
  readonly checks: readonly Check[];
  /** Whether invented rows are in it. */
  readonly synthetic: boolean;
}

const MOST_LOOKS = 3;

/** Looks at the store and into its rooms; without a store at where there will be one. Nothing is made or changed. */
export async function examineStore(deps: StoreDeps, places: Places): Promise<Seen> {
  const { files } = deps;
  const { storeFile } = places;
  const plain = await check('store', async () => {
    await files.needPlain(storeFile);
    await needNotLost(files, places);
    return ok(storeFile);
  });
  if (plain.state === 'fail') return { checks: [plain], synthetic: false };
  if ((await files.kindOf(storeFile)) === undefined) {
    const none = await check('store', async () => {
      await files.tryWriting(await nearestThere(files, dirname(storeFile)), 'folder');
      return ok(`none yet; the first command that needs it makes ${storeFile}`);
    });
    return { checks: [none], synthetic: false };
  }
  // A still look takes no lock: what was seen while somebody began to write does not count.
  for (let looks = 1; ; looks++) {
    const before = await traceOf(files, storeFile);
    const seen = await look(deps, storeFile, before.still);
    if (!before.still || looks === MOST_LOOKS) return seen;
    if ((await traceOf(files, storeFile)).text === before.text) return seen;
  }
}

async function traceOf(files: Files, file: string): Promise<{ readonly still: boolean; readonly text: string }> {
  const [database, wal] = [await files.factsOf(file), await files.factsOf(`${file}-wal`)];
  return { still: await isStill(files, file), text: `${database?.changed} ${database?.bytes} ${wal?.bytes}` };
}

async function look(deps: StoreDeps, file: string, still: boolean): Promise<Seen> {
  const { files } = deps;
  const writable = await check('store', async () => {
    await files.tryWriting(file, 'file');
    await files.tryWriting(dirname(file), 'folder');
    return ok(file);
  });
  if ((await files.kindOf(file)) === 'folder') return { checks: [writable], synthetic: false };

  let found: FoundStore | undefined;
  const opened = await check('store', async () => {
    found = await deps.lookAtStore(file, still);
    if (found.lacks.length > 0) return writable.state === 'ok' ? standing(file, found) : writable;
    const structure = examineStructure(await found.strange(), 'sophia store restore <file>');
    if (structure.state === 'fail') {
      // Rooms are made for the tables as we make them.
      await found[Symbol.asyncDispose]();
      found = undefined;
      return structure;
    }
    if (deps.workspace) needServed(file, (await contentsOf(found.store.read)).owners, deps.workspace);
    return writable.state === 'ok' ? standing(file, found) : writable;
  });
  return examineRooms(deps, opened, found);
}

/** Looks into the rooms of what was `opened`, and closes it. */
export async function examineRooms(
  { roomsOver, workspace }: Pick<StoreDeps, 'roomsOver' | 'workspace'>,
  opened: Check,
  found: FoundStore | undefined,
): Promise<Seen> {
  await using store = found;
  // Rooms are made for the tables of this version.
  if (store === undefined || store.lacks.length > 0) return { checks: [opened], synthetic: false };
  const rooms = roomsOver(store.store);
  if (rooms.length === 0 || !workspace) return { checks: [opened], synthetic: false };
  const { timeZone } = workspace;
  const audit = await check('audit', () => examineAudit(rooms));
  return {
    checks: [opened, audit, await check('runs', () => examineRuns(rooms, timeZone))],
    synthetic: await holdsInvented(
      store.store.read,
      rooms.map(({ owner }) => owner.id),
    ),
  };
}

function standing(file: string, { seen, lacks }: FoundStore): Finding {
  const facts = { migrations: seen.length, lacks: lacks.length };
  if (lacks.length === 0) return ok(`sound, and of this version: ${file}`, facts);
  if (seen.length === 0) return ok(`${file} is empty yet; the first command that needs it fills it`, facts);
  return {
    state: 'warn',
    evidence: `${file} was written by an older sophia: it lacks ${lacks.join(', ')}`,
    fix: ['sophia store migrate   as any command does, brings it up to date, after a copy beside it'],
    facts,
  };
}

async function examineAudit(rooms: readonly OwnedRooms[]): Promise<Finding> {
  const walks = [];
  for (const { journal } of rooms) walks.push(await (await journal()).verify());
  return auditFinding(walks);
}

const MOST_NAMED = 3;

async function examineRuns(rooms: readonly OwnedRooms[], zone: TimeZone): Promise<Finding> {
  const all: RunSummary[] = [];
  /** What somebody could go on with, and nobody is there to. */
  const left: RunSummary[] = [];
  const expired: RunSummary[] = [];
  for (const { runs } of rooms) {
    const room = await runs();
    all.push(...(await room.list({})));
    const due = await room.due();
    expired.push(...due.filter(({ waitingOn }) => waitingOn === 'approval'));
    if (!(await room.isAttended())) left.push(...due.filter(({ waitingOn }) => waitingOn !== 'approval'));
    // With some that lost their process no worker goes on, whether one is there or not.
    const alone = await room.list({ status: 'stalled' });
    left.push(...alone.filter(({ id }) => !due.some((each) => each.id === id)));
  }
  const having = (status: RunStatus) => all.filter((run) => run.status === status);
  const [waiting, stalled, incompatible] = [having('waiting'), having('stalled'), having('incompatible')];
  const [queued, failed] = [having('queued'), having('failed')];
  // What is queued or stalled is told as such; what is left has waited for a moment that has come.
  const due = left.filter(({ status }) => status === 'waiting').length;
  const begun = left.filter(({ status }) => status !== 'waiting');
  const [longest] = waiting.map(({ updatedAt }) => updatedAt).sort();
  const counts = [
    ...(longest ? [`waiting: ${waiting.length}, since ${minuteIn(zone, longest)}`] : []),
    ...(expired.length > 0 ? [`unanswered when the time for it was over: ${expired.length}`] : []),
    ...(queued.length > 0 ? [`queued: ${queued.length}`] : []),
    ...(stalled.length > 0 ? [`stalled: ${stalled.length}`] : []),
    ...(incompatible.length > 0 ? [`incompatible: ${incompatible.length}`] : []),
    ...(due > 0 ? [`due, and no worker works: ${due}`] : []),
    ...(failed.length > 0 ? [`failed: ${failed.length}`] : []),
  ];
  const facts = {
    ...{ all: all.length, waiting: waiting.length, queued: queued.length, expired: expired.length },
    ...{ stalled: stalled.length, incompatible: incompatible.length, due, failed: failed.length },
  };
  if (counts.length === 0) return ok(`none is in need of anything; runs in all: ${all.length}`, facts);
  const ofFailed =
    failed.length > 0 ? ['sophia runs list --status failed   then runs retry of each says what is in the way'] : [];
  if (expired.length + left.length + incompatible.length === 0) {
    const next = [
      ...(longest ? ['sophia runs list --status waiting   shows what waits for an answer'] : []),
      ...ofFailed,
    ];
    const told = `${counts.join('; ')}${failed.length > 0 ? '' : ': as it should be'}`;
    return { ...ok(told, facts), ...(next.length > 0 && { next }) };
  }
  return {
    state: 'warn',
    evidence: counts.join('; '),
    facts,
    fix: [
      ...['queued', 'stalled'].flatMap((status) =>
        begun
          .filter((run) => run.status === status)
          .slice(0, MOST_NAMED)
          .map(({ id }) => `sophia runs resume ${id}`),
      ),
      ...(due + expired.length > 0 ? ['sophia worker --once   carries on what is due'] : []),
      ...(queued.length > MOST_NAMED ? ['sophia runs list --status queued   shows the others'] : []),
      ...(stalled.length > MOST_NAMED ? ['sophia runs list --status stalled   shows the others'] : []),
      ...(incompatible.length > 0
        ? ['sophia runs list --status incompatible   then begin them anew, each with the same command as before']
        : []),
      ...ofFailed,
    ],
  };
}
