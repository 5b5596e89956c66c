import type { Instant, RunId } from '../domain/index.ts';
import { isHeld, type LeaseDeps, type Reader } from '../store/index.ts';
import type { Registry } from './registry.ts';
import { isPutOff, WHOLE_RUN } from './retries.ts';
import type { Row } from './rows.ts';
import type { Answer, RunInput } from './workflow.ts';

/** `stalled` has lost its process, `incompatible` its definition; both are seen, not stored. */
export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'stalled',
  'failed',
  'cancelled',
  'succeeded',
  'incompatible',
] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface RunSummary {
  readonly id: RunId;
  readonly workflow: string;
  readonly version: number;
  readonly key: string;
  readonly input: RunInput;
  readonly status: RunStatus;
  /** Of a run that waits: for a human, if for anybody. */
  readonly waitingOn?: 'approval' | 'timer' | 'retry';
  /** When it goes on without a human: at a timer, at its next try, when its question expires, or to be ended as somebody asked. */
  readonly dueAt?: Instant;
  /** Of a run that has failed: the name of the exit that it ended with. */
  readonly failure?: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** How a run stands, in one word; of one that was answered and is over, what the answer was. */
export function wordOf(status: RunStatus, decision: Answer['decision'] | null): RunStatus | Answer['decision'] {
  return status === 'succeeded' && decision !== null ? decision : status;
}

export function leaseOf(runId: RunId): string {
  return `run:${runId}`;
}

export function isEnded({ status }: Pick<Row, 'status'>): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'succeeded';
}

type StandingDeps = Pick<LeaseDeps, 'clock' | 'processes'> & {
  readonly read: Reader;
  readonly registry: Pick<Registry<never>, 'isCompatible'>;
};

/** How many runs are asked about at once: a list of thousands has more than a statement may name. */
const AT_ONCE = 500;

/** Where runs stand, as their rows, leases, questions and timers have it. */
export async function standingOf(deps: StandingDeps, rows: readonly Row[]): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) summaries.push(...(await page(deps, rows.slice(at, at + AT_ONCE))));
  return summaries;
}

async function page({ read, registry, ...deps }: StandingDeps, rows: readonly Row[]): Promise<RunSummary[]> {
  const idsOf = (status: Row['status']) => rows.filter((run) => run.status === status).map(({ id }) => id);
  const [running, waiting] = [idsOf('running').map(leaseOf), idsOf('waiting')];
  const leases =
    running.length > 0 ? await read.selectFrom('lease').selectAll().where('name', 'in', running).execute() : [];
  const causes = await causesOf(read, waiting);

  const statusOf = (run: Row): RunStatus => {
    if (!isEnded(run) && !registry.isCompatible(run)) return 'incompatible';
    const lease = leases.find(({ name }) => name === leaseOf(run.id));
    return run.status === 'running' && !isHeld(lease, deps) ? 'stalled' : run.status;
  };
  return rows.map((run) => {
    const status = statusOf(run);
    return {
      ...{ id: run.id, workflow: run.workflow, version: run.version, key: run.key, input: JSON.parse(run.input) },
      status,
      ...(status === 'waiting' && waitOf(run, causes.get(run.id) ?? [])),
      ...(status === 'failed' && run.failure !== null && { failure: run.failure }),
      ...{ createdAt: run.created_at, updatedAt: run.updated_at },
    };
  });
}

interface Cause {
  readonly run_id: RunId;
  readonly task_id: string | null;
  readonly on: 'approval' | 'timer';
  readonly at: Instant | null;
}

async function causesOf(read: Reader, waiting: readonly RunId[]): Promise<ReadonlyMap<RunId, Cause[]>> {
  if (waiting.length === 0) return new Map();
  const questions = await read
    .selectFrom('approval')
    .select(['run_id', 'task_id', 'expires_at as at'])
    .where('run_id', 'in', waiting)
    .where('status', '=', 'open')
    .execute();
  const timers = await read
    .selectFrom('timer')
    .select(['run_id', 'task_id', 'due_at as at'])
    .where('run_id', 'in', waiting)
    .where('fired_at', 'is', null)
    .execute();
  const causes = [
    ...questions.map((each): Cause => ({ ...each, on: 'approval' })),
    ...timers.map((each): Cause => ({ ...each, on: 'timer' })),
  ];
  return Map.groupBy(causes, ({ run_id }) => run_id);
}

function waitOf(run: Row, causes: readonly Cause[]): Pick<RunSummary, 'waitingOn' | 'dueAt'> {
  const { retry_at, cancel_requested_at } = run;
  // What is put off does not come to where it slept before its next try; the time to answer is over all the same.
  const isAsleep = ({ on, task_id }: Cause) =>
    on === 'timer' && (isPutOff(run, WHOLE_RUN) || isPutOff(run, task_id ?? ''));
  const open = causes.filter((cause) => !isAsleep(cause));
  const [dueAt] = [...open.map(({ at }) => at), retry_at, cancel_requested_at].filter((at) => at !== null).sort();
  const asks = causes.some(({ on }) => on === 'approval'); // and can be answered meanwhile
  const sleeps = open.some(({ on }) => on === 'timer');
  const waitingOn = asks ? 'approval' : sleeps ? 'timer' : retry_at === null ? undefined : 'retry';
  return { ...(waitingOn && { waitingOn }), ...(dueAt && { dueAt }) };
}

/** Whether somebody may go on with it now, without a human. */
export function isDue({ status, dueAt }: RunSummary, now: Instant): boolean {
  return status === 'queued' || status === 'stalled' || (status === 'waiting' && dueAt !== undefined && dueAt <= now);
}
