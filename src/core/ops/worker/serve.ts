import type { Context } from '../../context/index.ts';
import { type Instant, id } from '../../domain/index.ts';
import { asSophiaError } from '../../errors/index.ts';
import { type RunSummary, type Runs, work } from '../../runs/index.ts';
import type { Journal, Store } from '../../store/index.ts';
import { type Health, listen } from './health.ts';

const PROBE_MS = 60_000;

export interface WorkerRooms {
  runs(): Promise<Runs>;
  journal(): Promise<Pick<Journal, 'appendIn'>>;
}

type WorkerDeps = Pick<Context, 'clock' | 'processes' | 'actor' | 'signal'> & {
  readonly store: Store;
  readonly logger: Pick<Context['logger'], 'warn'>;
};

export interface WorkerRequest {
  /** Ends when nothing is due. */
  readonly once: boolean;
  /** Where to answer on the loopback how the worker fares: 0 for any that is free, `undefined` for nowhere. */
  readonly port: number | undefined;
  /** Tells faults by the name of their exit alone: what is printed is kept, and what errors say may name people. */
  readonly discreet: boolean;
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
  request: WorkerRequest,
): AsyncGenerator<Carried> {
  const opened = await Promise.all(rooms.map(({ runs }) => runs()));
  yield* attending(deps, rooms, opened, request);
  // Whoever left a run to this worker while it was still seen has done so by now.
  if (request.once) for await (const each of carriedOn(deps, opened, request)) yield each;
}

async function* attending(
  deps: WorkerDeps,
  rooms: readonly WorkerRooms[],
  opened: readonly Runs[],
  request: WorkerRequest,
): AsyncGenerator<Carried> {
  const { clock, signal } = deps;
  const { port } = request;
  await using presence = new AsyncDisposableStack();
  const leave = await attendAll(opened);
  presence.defer(leave);
  // What it is at may take long: whoever leaves a run meanwhile must not find this worker and rely on it.
  signal.addEventListener('abort', leave, { once: true });
  const health: Health = { since: clock.now(), carried: 0, failed: 0 };
  if (port !== undefined) {
    const loads = () => Promise.all(opened.map((room) => room.load()));
    deps.logger.warn(`health and metrics: ${presence.use(await listen(health, loads, port)).url}`);
  }
  await probed(deps, rooms);
  presence.use(clock.every(PROBE_MS, () => void probed(deps, rooms).catch(() => undefined))); // the next one may be written

  for await (const each of carriedOn(deps, opened, request)) {
    health.carried++;
    if (each.error !== null) health.failed++;
    yield each;
  }
}

/** Is seen in all rooms, and returns what ends that, once, however often it is called. */
async function attendAll(opened: readonly Runs[]): Promise<() => Promise<void>> {
  await using seen = new AsyncDisposableStack();
  for (const room of opened) seen.use(await room.attend());
  const all = seen.move();
  let gone: Promise<void> | undefined;
  return () => {
    gone ??= all.disposeAsync();
    return gone;
  };
}

async function* carriedOn(
  { clock, signal, logger }: WorkerDeps,
  opened: readonly Runs[],
  { once, discreet }: WorkerRequest,
): AsyncGenerator<Carried> {
  const told = (text: string) => logger.warn(`${clock.now()}  ${text}`);
  const away = ({ message }: Error) => told(`${message}; the worker waits until it can be used again`);
  const back = () => told('the store can be used again; the worker goes on');
  const idle = once ? 'stop' : 'wait';
  // One that goes no further because the worker was told to stop has nothing wrong with it.
  for await (const { run, thrown } of work(opened, { clock, until: signal, idle, away, back }))
    yield carried(clock.now(), run, signal.aborted && thrown === signal.reason ? undefined : thrown, discreet);
}

async function probed({ store }: WorkerDeps, rooms: readonly WorkerRooms[]): Promise<void> {
  for (const { journal } of rooms) {
    const line = { kind: 'kpi.probe', body: { service: id('service', 'worker'), ok: 1 } } as const;
    const opened = await journal();
    await store.write((tx) => opened.appendIn(tx, line));
  }
}

function carried(
  at: Instant,
  { id, workflow, status, waitingOn }: RunSummary,
  thrown: unknown,
  discreet: boolean,
): Carried {
  const error = thrown === undefined ? undefined : asSophiaError(thrown);
  if (error && discreet) return { at, id, workflow, status, waitingOn: waitingOn ?? null, error: error.exit };
  // What a fault of ours says may quote anything.
  const words = error && (error.kind === 'bug' ? 'a fault of sophia' : error.message);
  return { at, id, workflow, status, waitingOn: waitingOn ?? null, error: words ?? null };
}
