import { basename } from 'node:path';
import {
  allowedOwners,
  type Chosen,
  type Layers,
  type Owner,
  type Places,
  settleWorkspace,
  type Workspace,
} from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { dayIn } from '../../domain/index.ts';
import { asSophiaError, type SophiaError } from '../../errors/index.ts';
import type { Store } from '../../store/index.ts';
import { freePath } from '../new-file.ts';
import { examineFolders, examineNode, examineTerminal, type Surroundings } from './around.ts';
import { examineEngine } from './engine.ts';
import { type Check, check, type Facts, type Finding, ok } from './findings.ts';
import { type Mend, mend } from './mend.ts';
import { examineBackups, examineDisk, examineIgnored, examineModes, examinePlaceOf } from './place.ts';
import { reportOf, writeReport } from './report.ts';
import { examineServer, type ServerDeps } from './server.ts';
import { examineStore, type OwnedRooms, type Seen, type StoreDeps } from './store.ts';

export interface DoctorRequest {
  /** Id or name of the only owner to look at. */
  readonly owner: string | undefined;
  /** What was said around the command, and which files could not be used. */
  readonly layers: Layers;
  readonly options: readonly Chosen[];
  readonly around: Surroundings;
  /** Mends what can be mended without losing anything; `dryRun` tells what that is. */
  readonly fix: boolean;
  readonly dryRun: boolean;
  /** Where a report for a stranger is written to. */
  readonly bundle?: string | undefined;
  /** Version of this program, and the commands that it has. */
  readonly sophia: string;
  readonly commands: readonly string[];
}

export interface Diagnosis extends Examination {
  /** Present when it was asked for. */
  readonly mended?: readonly Mend[];
  readonly bundle?: string;
}

export interface Examination {
  readonly checks: readonly Check[];
  /** Whether anything in the place is invented. */
  readonly synthetic: boolean;
}

export interface DoctorDeps extends Context, Pick<StoreDeps, 'lookAtStore'>, Pick<ServerDeps, 'lookAtServer'> {
  roomsOf(workspace: Workspace, owner: Owner, store: Store): OwnedRooms;
}

/**
 * Looks at what commands need; mends, and looks again, where that is asked for; writes a report where that is. UsageError
 * where there is no such owner, or no folder for the report; UserError `refused` where something has its name.
 */
export async function diagnose(deps: DoctorDeps, request: DoctorRequest): Promise<Diagnosis> {
  const { files } = deps;
  const { fix, dryRun } = request;
  const bundle = request.bundle === undefined ? undefined : await freePath(files, request.bundle);
  const scene = await survey(deps, request);
  const first = await examine(scene);
  const mended = fix ? await mend(deps, scene.places, dryRun) : undefined;
  const last = mended?.some(({ state }) => state === 'done') ? await examine(await survey(deps, request)) : first;
  if (bundle !== undefined && !dryRun) await writeReport(deps, bundle, await reportOf(scene, last.checks));
  return { ...last, ...(mended && { mended }), ...(bundle !== undefined && { bundle }) };
}

/** What there is to be looked at. */
export interface Scene {
  readonly deps: DoctorDeps;
  readonly request: DoctorRequest;
  readonly places: Places;
  /** Absent where it cannot be made out, with why. */
  readonly workspace?: Workspace;
  readonly trouble?: SophiaError;
  /** Every setting, those of the files where they can be made out. */
  readonly settings: readonly Chosen[];
  readonly owners: readonly Owner[];
}

async function survey(deps: DoctorDeps, request: DoctorRequest): Promise<Scene> {
  const { layers, options, owner } = request;
  const { places } = layers;
  const settled = await settleWorkspace(deps, layers).catch((thrown) => {
    const trouble = asSophiaError(thrown);
    if (trouble.kind === 'bug') throw thrown;
    return trouble;
  });
  if (!('workspace' in settled)) return { deps, request, places, trouble: settled, settings: options, owners: [] };
  const { workspace, chosen } = settled;
  // Outside of every check: who names an owner that is not there has misspelt the command.
  const owners = allowedOwners(workspace, owner);
  return { deps, request, places, workspace, settings: [...options, ...chosen], owners };
}

type Look = (scene: Scene) => Promise<Seen>;

/** In the order in which they are told. What an earlier one keeps from being looked at is left out. */
const looks: readonly Look[] = [
  one('node', ({ deps }) => examineNode(deps.machine.node)),
  one('terminal', ({ request }) => examineTerminal(request.around)),
  one('folders', ({ deps, request }) => examineFolders(deps.files, request.around)),
  one('config', examineConfig),
  one('settings', examineSettings),
  one('time zone', ({ deps, workspace }) => workspace && examineTimeZone(deps, workspace)),
  one('place', ({ deps, places }) => examinePlaceOf(deps, places)),
  // Before the store is opened: what opens it may mend them.
  one('modes', ({ deps, places }) => examineModes(deps, places)),
  ({ deps, places, workspace, owners }) => {
    const roomsOver = (store: Store) => (workspace ? owners.map((owner) => deps.roomsOf(workspace, owner, store)) : []);
    return workspace?.database
      ? examineServer({ ...deps, roomsOver, workspace }, workspace.database)
      : examineStore({ ...deps, roomsOver, workspace }, places);
  },
  one('disk', ({ deps, places }) => examineDisk(deps, places)),
  one('backups', ({ deps, places, workspace }) =>
    workspace?.database ? undefined : examineBackups(deps.files, places),
  ),
  one('ignored', ({ deps, places }) => (places.synthetic ? undefined : examineIgnored(deps.files, places))),
  one('engine', ({ deps, workspace }) => workspace && examineEngine(deps, workspace)),
];

/** A look at one thing; `undefined` where there is no such thing. */
function one(name: Check['name'], look: (scene: Scene) => Finding | undefined | Promise<Finding | undefined>): Look {
  return async (scene) => {
    const found = await check(name, () => look(scene));
    return { checks: found ? [found] : [], synthetic: false };
  };
}

/** Nothing is made or changed. */
async function examine(scene: Scene): Promise<Examination> {
  const seen: Seen[] = [];
  for (const look of looks) seen.push(await look(scene));
  return {
    checks: seen.flatMap(({ checks }) => checks),
    synthetic: scene.places.synthetic || seen.some(({ synthetic }) => synthetic),
  };
}

function examineConfig({ deps, workspace, trouble }: Scene): Finding {
  if (!workspace) throw trouble;
  const { configFile, synthetic, owners } = workspace;
  if (!synthetic) return ok(`${configFile}, owners: ${owners.length}`, { workspace: true, owners: owners.length });
  const { here } = deps.files.places;
  return ok(`there is no ${basename(configFile)} in ${here} nor above it: the demo portfolio stands in`, {
    workspace: false,
  });
}

/** Who decides what. Values are left to `config explain`. */
function examineSettings({ request, settings }: Scene): Finding {
  const { faults } = request.layers;
  const byLayer = Map.groupBy(settings, ({ from = 'not set' }) => from);
  const facts: Facts = {
    faults: faults.length,
    ...Object.fromEntries([...byLayer].map(([from, all]) => [from, all.length])),
  };
  if (faults.length > 0)
    return {
      state: 'fail',
      evidence: faults.map(({ message }) => message).join('; '),
      fix: [...new Set(faults.flatMap(({ next }) => next))],
      facts,
    };
  const said = [...byLayer].flatMap(([from, all]) =>
    from === 'default' || from === 'not set'
      ? []
      : [`${from}: ${all.length} (${all.map(({ key }) => key).join(', ')})`],
  );
  const defaults = `default: ${byLayer.get('default')?.length ?? 0}`;
  return ok([...said, defaults].join('; '), facts);
}

function examineTimeZone({ clock, timeZone: machine }: Context, { timeZone, endDay }: Workspace): Finding {
  const stands = machine();
  const facts = { elsewhere: stands !== timeZone };
  if (endDay) return ok(`${timeZone}; in the demo today is always ${endDay}`, facts);
  const elsewhere = facts.elsewhere ? `; this machine stands in ${stands}` : '';
  return ok(`${timeZone}, where today is ${dayIn(timeZone, clock.now())}${elsewhere}`, facts);
}
