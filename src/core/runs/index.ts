import type { Selectable } from 'kysely';
import { type Instant, id, mintId, type RunId } from '../domain/index.ts';
import { type ExitName, UsageError, UserError } from '../errors/index.ts';
import {
  acquireLease,
  enter,
  isHeld,
  type JournalEvent,
  type Lease,
  type Store,
  type Tables,
  type Tx,
} from '../store/index.ts';
import type { RunsDeps } from './deps.ts';
import { invoke } from './graph.ts';
import { fingerprintOf, openRegistry } from './registry.ts';
import type { Definition, RunInput, Workflow } from './workflow.ts';

export { type Workflow, workflow } from './workflow.ts';

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
  readonly status: RunStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Workflows that survive `kill -9`. */
export interface Runs<Services> {
  /**
   * Runs a workflow to its end and returns its state. An unfinished run of the same workflow and input is gone on
   * with instead; one that this program cannot finish, as another version began it, is given up for a new one.
   * UserError `held` while another process has it.
   */
  start<Input extends RunInput, State extends object>(
    workflow: Workflow<Services, Input, State>,
    input: Input,
  ): Promise<{ readonly runId: RunId; readonly resumed: boolean; readonly state: State }>;
  /**
   * Goes on with a run whose process is gone; changes nothing when it has ended or waits. UserError `held` as `start`,
   * `incompatible` when another version began it.
   */
  resume(id: RunId): Promise<RunSummary>;
  list(filter: { readonly status?: RunStatus | undefined }): Promise<RunSummary[]>;
  show(id: RunId): Promise<RunSummary & { readonly events: readonly JournalEvent[] }>;
}

type Row = Selectable<Tables['run']>;

export function openRuns<Services>(deps: RunsDeps<Services>): Runs<Services> {
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
      ...{ id: run.id, workflow: run.workflow, version: run.version, key: run.key },
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

  const unfinished = (db: Store['read'] | Tx, workflow: string, key: string): Promise<Row | undefined> =>
    db
      .selectFrom('run')
      .selectAll()
      .where('owner', '=', owner)
      .where('workflow', '=', workflow)
      .where('key', '=', key)
      .where('status', 'in', ['queued', 'running', 'waiting'])
      .executeTakeFirst();

  /** What this program cannot finish must not keep the work from being done: unless somebody is at it just now. */
  const giveUpIncompatible = async (run: Row | undefined) => {
    if (!run || registry.isCompatible(run)) return;
    await using lease = await acquireLease(deps, leaseOf(run.id), run.id);
    await end(lease, run, 'cancelled', { exit: 'incompatible' });
  };

  /** The run row and its input come first: whatever happens later can be resumed. */
  const beginOrFind = async (definition: Definition<Services>, input: RunInput): Promise<Row> => {
    const key = Object.values(input).join('/');
    await giveUpIncompatible(await unfinished(store.read, definition.name, key));
    return store.write(async (tx) => {
      const begun = await unfinished(tx, definition.name, key);
      if (begun) return begun;
      const at = deps.clock.now();
      const run: Row = {
        ...{ id: mintId('run', deps.random), owner, actor: deps.actor.id, workflow: definition.name },
        ...{ version: definition.version, fingerprint: fingerprintOf(definition), key, input: JSON.stringify(input) },
        ...{ status: 'running', failure: null, created_at: at, updated_at: at },
      };
      await tx.insertInto('run').values(run).execute();
      await enter(tx, [{ id: run.id, kind: 'run', owner }]);
      const body = { workflow: definition.name, version: definition.version };
      await journal.appendIn(tx, { kind: 'run.started', runId: run.id, body });
      return run;
    });
  };

  const drive = async (run: Row): Promise<{ resumed: boolean; state: object }> => {
    const definition = registry.definitionOf(run);
    await using lease = await acquireLease(deps, leaseOf(run.id), run.id);
    // Somebody else may have finished it before the lease was ours: then its answer is read, and nothing is resumed.
    const resumed = lease.token > 1 && (await find(run.id)).status === 'running';
    if (resumed) {
      const body = { token: lease.token };
      await lease.write((tx) => journal.appendIn(tx, { kind: 'run.resumed', runId: run.id, body }));
    }
    try {
      const { store: _noWay, ...rest } = deps;
      const state = await invoke({ ...rest, read: store.read }, lease, definition, run);
      await end(lease, run, 'succeeded', { nodes: definition.nodes.length });
      return { resumed, state };
    } catch (thrown) {
      // What the user's world refuses ends the run; a fault of ours, or outside, leaves it to be resumed.
      if (thrown instanceof UsageError || (thrown instanceof UserError && thrown.exit !== 'held'))
        await end(lease, run, 'failed', { exit: thrown.exit });
      throw thrown;
    }
  };

  /** Nothing to write when another process ended the run after we looked and before we held the lease. */
  const end = (
    lease: Lease,
    run: Row,
    status: 'succeeded' | 'failed' | 'cancelled',
    of: { nodes: number } | { exit: ExitName },
  ) =>
    lease.write(async (tx) => {
      const failure = 'exit' in of ? of.exit : null;
      const { numUpdatedRows } = await tx
        .updateTable('run')
        .set({ status, failure, updated_at: deps.clock.now() })
        .where('id', '=', run.id)
        .where('status', 'in', ['queued', 'running', 'waiting'])
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return;
      if ('nodes' in of) return journal.appendIn(tx, { kind: 'run.succeeded', runId: run.id, body: of });
      const kind = status === 'cancelled' ? 'run.cancelled' : 'run.failed';
      await journal.appendIn(tx, { kind, runId: run.id, body: { exit: id('exit', of.exit) } });
    });

  const summaryOf = async (run: Row): Promise<RunSummary> => {
    const [summary] = await summarise([run]);
    if (!summary) throw new Error('one row gives one summary');
    return summary;
  };

  return {
    async start(workflow, input) {
      const run = await beginOrFind(workflow, input);
      const { resumed, state } = await drive(run);
      // The nodes were typed one by one when the workflow was defined; here their updates meet again.
      return { runId: run.id, resumed, state: state as never };
    },
    async resume(runId) {
      const run = await find(runId);
      if (run.status === 'running') await drive(run);
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
      const summary = await summaryOf(await find(runId));
      return { ...summary, events: await journal.since(0, { runId }) };
    },
  };
}

function leaseOf(runId: RunId): string {
  return `run:${runId}`;
}
