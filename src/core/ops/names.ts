import { allowedOwners, type Owner, openWorkspace, type Workspace } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import type { DatabasePlace } from '../domain/index.ts';
import type { RunSummary } from '../runs/index.ts';
import type { FoundStore, Store } from '../store/index.ts';
import { isStill } from './doctor-store.ts';

/** A word that may be typed, and what a reader knows it by. */
export interface Name {
  readonly value: string;
  readonly about: string;
}

export interface NamesRequest {
  readonly kind: 'owner' | 'property' | 'run' | 'import';
  /** Id or name of the only owner to look at. */
  readonly owner?: string | undefined;
  /** `own` has no names in the demo. */
  readonly place: 'any' | 'own';
}

interface NamesDeps extends Context {
  /** Opens the store to be read only. `still`: no process writes to it. */
  peek(file: string, still: boolean): Promise<FoundStore>;
  lookAtServer(place: DatabasePlace): Promise<FoundStore>;
  roomsOf(workspace: Workspace, owner: Owner, store: Store): { runs(): Promise<RunsRoom> };
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
  const workspace = await openWorkspace(deps, place);
  const owners = allowedOwners(workspace, asked);
  if (kind === 'owner') return owners.map(({ id, name }) => ({ value: id, about: name }));
  const { storeFile, database } = workspace;
  if (!database) await files.needPlain(storeFile);
  if (!database && (await files.kindOf(storeFile)) !== 'file') return [];
  await using found = database
    ? await deps.lookAtServer(database)
    : await deps.peek(storeFile, await isStill(files, storeFile));
  if (found.lacks.length > 0) return [];
  const names: Name[] = [];
  for (const owner of owners) names.push(...(await namesOf(deps, kind, { workspace, owner, store: found.store })));
  return names;
}

interface Within {
  readonly workspace: Workspace;
  readonly owner: Owner;
  readonly store: Store;
}

async function namesOf(deps: NamesDeps, kind: 'property' | 'run' | 'import', within: Within): Promise<Name[]> {
  const { workspace, owner, store } = within;
  if (kind === 'run') {
    const runs = await (await deps.roomsOf(workspace, owner, store).runs()).list({});
    return runs.map(({ id, workflow, status }) => ({ value: id, about: `${workflow}, ${status}` }));
  }
  // Not through the rooms: the demo's portfolio imports itself when it is first asked for.
  const { openPortfolio } = await import('../portfolio/index.ts');
  const portfolio = openPortfolio({ read: store.read, owner: owner.id, signal: deps.signal });
  if (kind === 'property') return (await portfolio.properties()).map(({ key, name }) => ({ value: key, about: name }));
  const imports = (await portfolio.imports()).toReversed();
  return imports.map(({ id, state, rows, finishedAt }) => ({
    value: id,
    about: `${state}, ${rows} rows, ${finishedAt.slice(0, 10)}`,
  }));
}
