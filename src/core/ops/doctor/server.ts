import type { Clock } from '../../context/index.ts';
import type { DatabasePlace } from '../../domain/index.ts';
import { contentsOf, type FoundServer } from '../../store/index.ts';
import { needServed } from '../store/served.ts';
import { check, type Finding, ok } from './findings.ts';
import { examineRooms, type Seen, type StoreDeps } from './store.ts';

export interface ServerDeps extends Pick<StoreDeps, 'roomsOver' | 'workspace'> {
  readonly clock: Clock;
  /** Opens it to be read only. */
  lookAtServer(place: DatabasePlace): Promise<FoundServer>;
}

/** Looks at the store that a server keeps, and into its rooms. Nothing is made or changed. */
export async function examineServer(deps: ServerDeps, place: DatabasePlace): Promise<Seen> {
  let found: FoundServer | undefined;
  const opened = await check('store', async () => {
    const begun = Date.parse(deps.clock.now());
    found = await deps.lookAtServer(place);
    if (deps.workspace && found.lacks.length === 0)
      needServed(place.name, (await contentsOf(found.store.read)).owners, deps.workspace);
    return standing(place, found, Date.parse(deps.clock.now()) - begun);
  });
  return examineRooms(deps, opened, found);
}

function standing({ name }: DatabasePlace, { version, seen, lacks }: FoundServer, ms: number): Finding {
  const server = `PostgreSQL ${version} at ${name}, opened in ${ms} ms`;
  if (lacks.length === 0) return ok(`${server}; of this version`);
  if (seen.length === 0) return ok(`${server}; empty yet, the first command that needs it fills it`);
  return {
    state: 'warn',
    evidence: `${server}; written by an older sophia: it lacks ${lacks.join(', ')}`,
    fix: ['sophia store migrate   brings it up to date, when no older sophia works with it any more'],
  };
}
