import { relative } from 'node:path';
import { allowedOwners, explainConfig, type Owner, openWorkspace, type Workspace } from '../config/index.ts';
import type { Actor, Context } from '../context/index.ts';
import type { DatabasePlace } from '../domain/index.ts';
import type { RunSummary } from '../runs/index.ts';
import type { FoundStore, Store } from '../store/index.ts';
import { whyHidden } from './hidden.ts';
import { readyMaps } from './maps.ts';
import { backupsOf, isStill } from './store/beside.ts';

/** A word that may be typed, and what a reader knows it by. */
export interface Name {
  readonly value: string;
  readonly about: string;
}

/** Of runs and imports all, or those with which something is still to be done. */
export type NameKind = 'owner' | 'setting' | 'map' | 'copy' | KeptKind;
type KeptKind = 'property' | 'run' | 'asking run' | 'stopped run' | 'import' | 'live import';

export interface NamesRequest {
  readonly kind: NameKind;
  /** Id or name of the only owner to look at. */
  readonly owner?: string | undefined;
  /** `own` has no names in the demo. */
  readonly place: 'any' | 'own';
}

interface NamesDeps extends Context {
  /** Opens the store to be read only. `still`: no process writes to it. */
  peek(file: string, still: boolean): Promise<FoundStore>;
  /** Likewise, until it is to be waited for no longer. */
  lookAtServer(place: DatabasePlace, until: AbortSignal): Promise<FoundStore>;
  roomsOf(workspace: Workspace, owner: Owner, store: Store): { runs(): Promise<RunsRoom> };
  whoActs(context: Context, issuers: readonly string[]): Promise<{ readonly actor: Actor }>;
}

interface RunsRoom {
  list(filter: object): Promise<readonly RunSummary[]>;
}

/**
 * The names of a kind that the allowed owners have, newest first where they have a moment. None where there is no store
 * yet, or one of another version: whoever asks waits at a prompt, and nothing may be made, imported or migrated for it.
 */
export async function namesIn(deps: NamesDeps, { kind, owner: asked, place }: NamesRequest): Promise<Name[]> {
  const { files } = deps;
  if (kind === 'setting')
    return (await explainConfig(deps)).map(({ key, at = 'not set' }) => ({ value: key, about: at }));
  if (kind === 'map') return (await readyMaps(files)).map((name) => ({ value: name, about: 'a ready map' }));
  const workspace = await openWorkspace(deps, place);
  const owners = allowedOwners(workspace, asked);
  if (kind === 'owner') return owners.map(({ id, name }) => ({ value: id, about: name }));
  if (kind === 'copy') {
    const copies = (await backupsOf(files, workspace)).toReversed();
    return copies.map(({ file, bytes }) => ({ value: relative(files.places.here, file), about: `${bytes} bytes` }));
  }
  // That a run waits says who stands above, for whoever can find it in another place.
  if (kind in runsFor && whyHidden((await deps.whoActs(deps, workspace.issuers)).actor, workspace)) return [];
  const { storeFile, database } = workspace;
  if (!database) await files.needPlain(storeFile);
  if (!database && (await files.kindOf(storeFile)) !== 'file') return [];
  using patience = openPatience(deps);
  await using found = database
    ? await deps.lookAtServer(database, patience.begin())
    : await deps.peek(storeFile, await isStill(files, storeFile));
  if (found.lacks.length > 0) return [];
  const names: Name[] = [];
  for (const owner of owners) names.push(...(await namesOf(deps, kind, { workspace, owner, store: found.store })));
  return names;
}

/** What somebody who presses TAB waits for and does not wonder yet. */
const PATIENCE_MS = 500;

/** A signal that aborts that long after `begin`, and at the latest when it is disposed of. */
function openPatience({ clock, signal }: Pick<Context, 'clock' | 'signal'>) {
  const over = new AbortController();
  return {
    begin(): AbortSignal {
      void clock.sleep(PATIENCE_MS, AbortSignal.any([signal, over.signal])).then(() => over.abort());
      return over.signal;
    },
    [Symbol.dispose]: () => over.abort(),
  };
}

interface Within {
  readonly workspace: Workspace;
  readonly owner: Owner;
  readonly store: Store;
}

/** A run that asks can be answered; one that lost its process, or whose moment comes, can be gone on with. */
const runsFor: { readonly [kind in KeptKind]?: (run: RunSummary) => boolean } = {
  run: () => true,
  'asking run': ({ waitingOn }) => waitingOn === 'approval',
  'stopped run': ({ status, waitingOn }) =>
    status === 'queued' || status === 'stalled' || (status === 'waiting' && waitingOn !== 'approval'),
};

async function namesOf(deps: NamesDeps, kind: KeptKind, within: Within): Promise<Name[]> {
  const { workspace, owner, store } = within;
  const isWanted = runsFor[kind];
  if (isWanted) {
    const runs = await (await deps.roomsOf(workspace, owner, store).runs()).list({});
    return runs.filter(isWanted).map(({ id, workflow, status }) => ({ value: id, about: `${workflow}, ${status}` }));
  }
  // Not through the rooms: the demo's portfolio imports itself when it is first asked for.
  const { openPortfolio } = await import('../portfolio/index.ts');
  const portfolio = openPortfolio({ read: store.read, owner: owner.id, signal: deps.signal });
  if (kind === 'property') return (await portfolio.properties()).map(({ key, name }) => ({ value: key, about: name }));
  const imports = (await portfolio.imports()).toReversed();
  return imports
    .filter(({ state }) => kind === 'import' || state === 'live')
    .map(({ id, state, rows, finishedAt }) => ({
      value: id,
      about: `${state}, ${rows} rows, ${finishedAt.slice(0, 10)}`,
    }));
}
