import type { Owner } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { type Instant, id, type OwnerId } from '../domain/index.ts';
import { asSophiaError, UserError } from '../errors/index.ts';
import { type RunSummary, type Runs, work } from '../runs/index.ts';
import { acquireLease, isHeld, type Journal, type Lease, type Store } from '../store/index.ts';
import { type Health, listen } from './worker-health.ts';

const PROBE_MS = 60_000;
/** More workers than that on one store belong to an engine that is made for it. */
const MOST_WORKERS = 64;

export interface WorkerRooms {
  readonly owner: Owner;
  runs(): Promise<Runs>;
  journal(): Promise<Pick<Journal, 'appendIn'>>;
}

type WorkerDeps = Pick<Context, 'clock' | 'processes' | 'actor' | 'signal' | 'logger'> & { readonly store: Store };

export interface WorkerRequest {
  /** Ends when nothing is due. */
  readonly once: boolean;
  /** Where to answer on the loopback how the worker fares: 0 for any that is free, `undefined` for nowhere. */
  readonly port: number | undefined;
}

/** A run that the worker has carried on, and how that went. */
export interface Carried {
  readonly at: Instant;
  readonly id: RunSummary['id'];
  readonly workflow: string;
  readonly status: RunSummary['status'];
  readonly waitingOn: NonNullable<RunSummary['waitingOn']> | null;
  /** What was thrown out of it, in words; a fault of ours is named as such and no more. */
  readonly error: string | null;
}

/** Carries on whatever is due for these owners, and tells of each. Ends when `signal` aborts, or with `once`. */
export async function* serve(
  deps: WorkerDeps,
  rooms: readonly WorkerRooms[],
  { once, port }: WorkerRequest,
): AsyncGenerator<Carried> {
  const { clock, signal } = deps;
  await using presence = new AsyncDisposableStack();
  for (const { owner } of rooms) presence.use(await present(deps, owner));
  const opened = await Promise.all(rooms.map(({ runs }) => runs()));
  const health: Health = { since: clock.now(), carried: 0, failed: 0 };
  if (port !== undefined) {
    const due = async () => (await Promise.all(opened.map((room) => room.due()))).flat().length;
    deps.logger.warn(`health and metrics: ${presence.use(await listen(health, due, port)).url}`);
  }
  await probed(deps, rooms);
  presence.use(clock.every(PROBE_MS, () => void probed(deps, rooms).catch(() => undefined))); // the next one may be written

  for await (const { run, thrown } of work(opened, { clock, until: signal, idle: once ? 'stop' : 'wait' })) {
    health.carried++;
    if (thrown !== undefined) health.failed++;
    yield carried(clock.now(), run, thrown);
  }
}

/** A lease that says that somebody works for this owner: whoever looks sees it, and that it is renewed. */
async function present(deps: WorkerDeps, owner: Owner): Promise<Lease> {
  for (let place = 1; place <= MOST_WORKERS; place++) {
    try {
      return await acquireLease({ ...deps, owner: owner.id }, `worker:${owner.id}:${place}`, 'the place of a worker');
    } catch (thrown) {
      if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
    }
  }
  throw new UserError('held', `${MOST_WORKERS} workers serve ${owner.id} already`, ['end one of them']);
}

/** Whether a worker is there for this owner. Only a hint: it may have gone before it is read. */
export async function isWorked(
  { store, clock, processes }: Pick<WorkerDeps, 'store' | 'clock' | 'processes'>,
  owner: OwnerId,
): Promise<boolean> {
  const leases = await store.read
    .selectFrom('lease')
    .selectAll()
    .where('name', '>', `worker:${owner}:`)
    // The letter after the colon: all names that begin so.
    .where('name', '<', `worker:${owner};`)
    .execute();
  return leases.some((lease) => isHeld(lease, { clock, processes }));
}

async function probed({ store }: WorkerDeps, rooms: readonly WorkerRooms[]): Promise<void> {
  for (const { journal } of rooms) {
    const line = { kind: 'kpi.probe', body: { service: id('service', 'worker'), ok: 1 } } as const;
    const opened = await journal();
    await store.write((tx) => opened.appendIn(tx, line));
  }
}

function carried(at: Instant, { id, workflow, status, waitingOn }: RunSummary, thrown: unknown): Carried {
  const error = thrown === undefined ? undefined : asSophiaError(thrown);
  // What a fault of ours says may quote anything.
  const words = error && (error.kind === 'bug' ? 'a fault of sophia' : error.message);
  return { at, id, workflow, status, waitingOn: waitingOn ?? null, error: words ?? null };
}
