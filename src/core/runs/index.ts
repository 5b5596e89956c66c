import type { Selectable } from 'kysely';
import { type Instant, id, type RunId } from '../domain/index.ts';
import { type ExitName, UsageError, UserError } from '../errors/index.ts';
import { acquireLease, type FencedTx, isHeld, type JournalEvent, type Lease, type Tables } from '../store/index.ts';
import { afterAnswer, answer, lastAnswer, takeBack } from './approvals.ts';
import type { RunsDeps } from './deps.ts';
import { outcomesOf } from './effects.ts';
import { invoke } from './graph.ts';
import { openRegistry } from './registry.ts';
import { insertRun, keyOf, move, type Row, unfinished } from './rows.ts';
import type { Answer, Begins, RunInput } from './workflow.ts';

export { answerStands } from './approvals.ts';
export { type Answer, type Fate, type NodeContext, type RunInput, workflow } from './workflow.ts';

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

type Ended = 'succeeded' | 'failed' | 'cancelled';

export interface RunSummary {
  readonly id: RunId;
  readonly workflow: string;
  readonly version: number;
  readonly key: string;
  readonly input: RunInput;
  readonly status: RunStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface ApprovalSummary {
  readonly node: string;
  readonly askedAt: Instant;
  readonly decision?: Answer['decision'];
  /** In the words of who answered: for the person at the terminal. */
  readonly reason?: string;
  readonly answeredBy?: string;
  readonly answeredAt?: Instant;
}

export interface RunDetail extends RunSummary {
  readonly approvals: readonly ApprovalSummary[];
  readonly events: readonly JournalEvent[];
}

/** Workflows that survive `kill -9`. */
export interface Runs {
  /**
   * Runs a workflow to its end, or to its first question, and returns its state. An unfinished run of the same workflow
   * and input is gone on with instead; one that this program cannot finish, as another version began it, is given up
   * for a new one. UserError `held` while another process has it.
   */
  start<Input extends RunInput, State extends object>(
    workflow: Begins<Input, State>,
    input: Input,
  ): Promise<{ readonly runId: RunId; readonly resumed: boolean; readonly state: State }>;
  /**
   * Goes on with a run that is queued, or whose process is gone; changes nothing when it has ended or waits. UserError
   * `held` as `start`, `incompatible` when another version began it.
   */
  resume(id: RunId): Promise<RunSummary>;
  /**
   * Answers the question that a run waits with, and goes on with it. UserError `refused` when it has been answered or
   * asks nothing, `held` while another process has it.
   */
  answer(id: RunId, answer: Answer & { readonly reason: string | null }): Promise<RunSummary>;
  /**
   * Ends a run whose question nobody has answered, because what it asks does not hold any more. UserError `refused` when
   * it has been answered, `held` while another process has it.
   */
  withdraw(id: RunId): Promise<RunSummary>;
  list(filter: { readonly status?: RunStatus | undefined }): Promise<RunSummary[]>;
  show(id: RunId): Promise<RunDetail>;
  /** What its effects that are done have given, as recorded, in the order in which they were done. */
  outcomes(id: RunId): Promise<unknown[]>;
}

export function openRuns<Services>(deps: RunsDeps<Services>): Runs {
  const { store, journal, owner } = deps;
  const registry = openRegistry(deps.workflows);

  const find = async (runId: RunId): Promise<Row> => {
    const run = await store.read
      .selectFrom('run')
      .selectAll()
      .where('owner', '=', owner)
      .where('id', '=', runId)
      .executeTakeFirst();
    if (!run) throw new UsageError(`no run "${runId}"`, ['sophia runs list']);
    return run;
  };

  const summarise = async (rows: readonly Row[]): Promise<RunSummary[]> => {
    const names = rows.filter(({ status }) => status === 'running').map((run) => leaseOf(run.id));
    const leases =
      names.length === 0 ? [] : await store.read.selectFrom('lease').selectAll().where('name', 'in', names).execute();
    return rows.map((run) => ({
      ...{ id: run.id, workflow: run.workflow, version: run.version, key: run.key, input: JSON.parse(run.input) },
      status: statusOf(
        run,
        leases.find(({ name }) => name === leaseOf(run.id)),
      ),
      ...{ createdAt: run.created_at, updatedAt: run.updated_at },
    }));
  };

  const statusOf = (run: Row, lease: Selectable<Tables['lease']> | undefined): RunStatus => {
    const ended = run.status === 'failed' || run.status === 'cancelled' || run.status === 'succeeded';
    if (!ended && !registry.isCompatible(run)) return 'incompatible';
    return run.status === 'running' && !isHeld(lease, deps) ? 'stalled' : run.status;
  };

  const holding = (run: Row) => acquireLease(deps, leaseOf(run.id), run.id);

  /** What this program cannot finish must not keep the work from being done: unless somebody is at it just now. */
  const giveUpIncompatible = async (run: Row | undefined) => {
    if (!run || registry.isCompatible(run)) return;
    await using lease = await holding(run);
    await end(lease, run, 'cancelled', { exit: 'incompatible' });
  };

  /** Carries a run on under its lease, and writes how it ended; that it waits is written with its question. */
  const carry = async (lease: Lease, run: Row): Promise<object> => {
    const definition = registry.definitionOf(run);
    try {
      const { store: _noWay, ...rest } = deps;
      const { state, waits } = await invoke({ ...rest, read: store.read }, lease, definition, run);
      if (!waits) await end(lease, run, 'succeeded', { nodes: definition.nodes.length });
      else await lease.write((tx) => move(tx, deps, run.id, { status: 'waiting', failure: null }));
      return state;
    } catch (thrown) {
      // An answer stands: whatever kept it from being carried out can be mended, and the run resumed.
      const decision = await lastAnswer(store.read, run.id);
      if (decision) throw afterAnswer(thrown, run.id, decision);
      // What the user's world refuses ends the run; a fault of ours, or outside, leaves it to be resumed.
      if (thrown instanceof UsageError || (thrown instanceof UserError && thrown.exit !== 'held'))
        await end(lease, run, 'failed', { exit: thrown.exit });
      throw thrown;
    }
  };

  const drive = async (run: Row): Promise<{ resumed: boolean; state: object }> => {
    registry.definitionOf(run);
    await using lease = await holding(run);
    // Somebody else may have finished it before the lease was ours: then its answer is read, and nothing is resumed.
    const { status } = await find(run.id);
    const resumed = lease.token > 1 && status === 'running';
    if (resumed || status === 'queued')
      await lease.write(async (tx) => {
        if (resumed) await journal.appendIn(tx, { kind: 'run.resumed', runId: run.id, body: { token: lease.token } });
        else await move(tx, deps, run.id, { status: 'running', failure: null });
      });
    return { resumed, state: await carry(lease, run) };
  };

  /** Nothing to write when another process ended the run after we looked and before we held the lease. */
  const endIn = async (tx: FencedTx, run: Row, status: Ended, of: { nodes: number } | { exit: ExitName }) => {
    if (!(await move(tx, deps, run.id, { status, failure: 'exit' in of ? of.exit : null }))) return;
    if ('nodes' in of) return journal.appendIn(tx, { kind: 'run.succeeded', runId: run.id, body: of });
    const kind = status === 'cancelled' ? 'run.cancelled' : 'run.failed';
    await journal.appendIn(tx, { kind, runId: run.id, body: { exit: id('exit', of.exit) } });
  };

  const end = (lease: Lease, run: Row, status: Ended, of: { nodes: number } | { exit: ExitName }) =>
    lease.write((tx) => endIn(tx, run, status, of));

  const summaryOf = async (run: Row): Promise<RunSummary> => {
    const [summary] = await summarise([run]);
    if (!summary) throw new Error('one row gives one summary');
    return summary;
  };

  const approvalsOf = async (runId: RunId): Promise<ApprovalSummary[]> => {
    const rows = await store.read
      .selectFrom('approval')
      .selectAll()
      .where('owner', '=', owner)
      .where('run_id', '=', runId)
      .orderBy('asked_at')
      .execute();
    return rows.map(({ node, asked_at, decision, reason, answered_by, answered_at }) => ({
      ...{ node, askedAt: asked_at },
      ...(decision && { decision }),
      ...(reason && { reason }),
      ...(answered_by && { answeredBy: answered_by }),
      ...(answered_at && { answeredAt: answered_at }),
    }));
  };

  return {
    async start(workflow, input) {
      const key = keyOf(input);
      await giveUpIncompatible(await unfinished(store.read, deps, workflow.name, key));
      const run = await store.write(
        async (tx) =>
          (await unfinished(tx, deps, workflow.name, key)) ?? insertRun(tx, deps, workflow, input, 'running'),
      );
      const { resumed, state } = await drive(run);
      // The nodes were typed one by one when the workflow was defined; here their updates meet again.
      return { runId: run.id, resumed, state: state as never };
    },
    async resume(runId) {
      const run = await find(runId);
      if (run.status === 'running' || run.status === 'queued') await drive(run);
      return summaryOf(await find(runId));
    },
    async answer(runId, given) {
      const run = await find(runId);
      registry.definitionOf(run);
      await using lease = await holding(run);
      await lease.write((tx) => answer(tx, deps, runId, given));
      await carry(lease, run);
      return summaryOf(await find(runId));
    },
    async withdraw(runId) {
      const run = await find(runId);
      await using lease = await holding(run);
      await lease.write(async (tx) => {
        await takeBack(tx, runId);
        await endIn(tx, run, 'cancelled', { exit: 'refused' });
      });
      return summaryOf(await find(runId));
    },
    async list({ status }) {
      const rows = await store.read
        .selectFrom('run')
        .selectAll()
        .where('owner', '=', owner)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      const all = await summarise(rows);
      return status === undefined ? all : all.filter((run) => run.status === status);
    },
    async show(runId) {
      const run = await find(runId);
      const [summary, approvals] = [await summaryOf(run), await approvalsOf(runId)];
      return { ...summary, approvals, events: await journal.since(0, { runId }) };
    },
    async outcomes(runId) {
      const { id } = await find(runId);
      return outcomesOf(deps, id);
    },
  };
}

function leaseOf(runId: RunId): string {
  return `run:${runId}`;
}
