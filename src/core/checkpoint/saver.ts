import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  compareWritesSortKeys,
  copyCheckpoint,
  maxChannelVersion,
  type PendingWrite,
  WRITES_IDX_MAP,
  writesSortKey,
} from '@langchain/langgraph-checkpoint';
import type { Selectable } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import { BugError } from '../errors/index.ts';
import type { Also, Durability, Fenced, Reader, Tables } from '../store/index.ts';
import { decode, encode, serde } from './serde.ts';

export interface SaverDeps {
  readonly read: Reader;
  /** The only way to write: what proves the lease of the run. */
  readonly lease: Fenced;
  readonly owner: OwnerId;
  readonly random: () => number;
  /** What else the transaction is to hold that records what a task wrote. */
  alsoWrite?(written: { readonly taskId: string; readonly writes: readonly PendingWrite[] }): Also;
  /** Called when what a task wrote is on disk. */
  written?(taskId: string): void;
  /** Called when it could not be recorded: LangGraph says so only when all others have ended. */
  unwritten?(taskId: string, thrown: unknown): void;
}

type Row = Selectable<Tables['checkpoint']>;
type WriteRow = Selectable<Tables['checkpoint_write']>;
type Place = { readonly thread_id: string; readonly ns: string; readonly id: string | undefined };

/** What a node came to can be computed again: what it did to the world is recorded by itself, and safe at once. */
const STATE: Durability = { safe: 'later' };

/** Where LangGraph 0.x kept pending sends: among the writes of the parent. */
const TASKS = '__pregel_tasks';

/**
 * LangGraph's checkpoints in our store. Against the official SQLite saver: a changed channel is written once and an
 * unchanged one not at all; versions are unique, so branches cannot collide; pending writes keep bytes and order; no
 * write without the fence; nothing that would not come back as it was.
 */
export class StoreSaver extends BaseCheckpointSaver {
  readonly #deps: SaverDeps;
  /** Threads that are known to be the owner's. */
  readonly #own = new Set<string>();

  constructor(deps: SaverDeps) {
    super(serde);
    this.#deps = deps;
  }

  /** A counter, for order, and chance, so that two branches or runners never give the same version twice. */
  override getNextVersion(current: number | undefined): number {
    const count = current === undefined ? 0 : Number.parseInt(String(current), 10);
    const chance = Math.floor(this.#deps.random() * 2 ** 48);
    const version = `${String(count + 1).padStart(16, '0')}.${chance.toString(16).padStart(12, '0')}`;
    return version as unknown as number; // LangGraph compares strings as well; the graph's type knows numbers only
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.thread_id === undefined) return undefined;
    const { thread_id, ns, id } = placeOf(config);
    const row = await this.#deps.read
      .selectFrom('checkpoint')
      .selectAll()
      .where('thread_id', '=', thread_id)
      .where('ns', '=', ns)
      .$if(id !== undefined, (query) => query.where('id', '=', id as string))
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const isOurs = row?.owner === this.#deps.owner;
    // LangGraph asks before it writes: so nobody has to look again.
    if (isOurs || (!row && ns === '' && id === undefined)) this.#own.add(thread_id);
    const [tuple] = row && isOurs ? await this.#tuples([row]) : [];
    return tuple;
  }

  async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { limit, before, filter = {} } = options;
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const earlierThan: unknown = before?.configurable?.checkpoint_id;
    let query = this.#rows().orderBy('id', 'desc');
    if (thread_id !== undefined) query = query.where('thread_id', '=', String(thread_id));
    if (checkpoint_ns !== undefined && checkpoint_ns !== null) query = query.where('ns', '=', String(checkpoint_ns));
    if (checkpoint_id !== undefined) query = query.where('id', '=', String(checkpoint_id));
    if (earlierThan !== undefined) query = query.where('id', '<', String(earlierThan));
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    if (limit !== undefined && wanted.length === 0) query = query.limit(limit);
    const fits = ({ metadata }: Row) => {
      const said = parsed(metadata);
      return wanted.every(([key, value]) => JSON.stringify(said[key]) === JSON.stringify(parsed(encode(value))));
    };
    yield* await this.#tuples((await query.execute()).filter(fits).slice(0, limit));
  }

  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { thread_id, ns, id: parent } = placeOf(config);
    const { owner } = this.#deps;
    const { channel_values, ...rest } = copyCheckpoint(checkpoint);
    const row = {
      ...{ owner, thread_id, ns, id: checkpoint.id, parent: parent ?? null },
      ...{ checkpoint: encode(rest), metadata: encode(metadata) },
    };
    // A channel that was emptied has a version, and no value.
    const values = Object.entries(newVersions)
      .filter(([channel]) => channel in channel_values)
      .map(([channel, version]) => ({
        ...{ owner, thread_id, ns, channel, version: String(version) },
        value: encode(channel_values[channel]),
      }));
    await this.#check(thread_id);
    await this.#deps.lease.record(
      [
        { into: 'checkpoint_value', rows: values, same: 'stays' },
        { into: 'checkpoint', rows: [row], same: 'replaced' },
      ],
      [],
      STATE,
    );
    return configOf({ thread_id, ns, id: checkpoint.id });
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    try {
      await this.#putWrites(config, writes, taskId, taskPath);
    } catch (thrown) {
      this.#deps.unwritten?.(taskId, thrown);
      throw thrown;
    }
  }

  async #putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string, taskPath: string): Promise<void> {
    const { thread_id, ns, id } = placeOf(config);
    if (id === undefined) throw new BugError('pending writes need the checkpoint_id that they belong to');
    if (writes.length === 0) return;
    const all = writes.map(([channel, value], at) => ({
      ...{ owner: this.#deps.owner, thread_id, ns, checkpoint_id: id, task_id: taskId },
      ...{ idx: WRITES_IDX_MAP[channel] ?? at, task_path: taskPath, channel, value: encode(value) },
    }));
    // Of two with one index the later counts; no statement may write a row twice.
    const rows = [...new Map(all.map((row) => [row.idx, row])).values()];
    const channels = writes.map(([channel]) => channel);
    // Errors, interrupts and the like replace each other; what a task returned stands once it is written.
    const replaces = channels.every((channel) => channel in WRITES_IDX_MAP);
    await this.#check(thread_id);
    const same = replaces ? 'replaced' : 'stays';
    const also = this.#deps.alsoWrite?.({ taskId, writes });
    await this.#deps.lease.record([{ into: 'checkpoint_write', rows, same }], also, STATE);
    this.#deps.written?.(taskId);
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#deps.lease.write(async (tx) => {
      for (const table of ['checkpoint', 'checkpoint_value', 'checkpoint_write'] as const)
        await tx.deleteFrom(table).where('owner', '=', this.#deps.owner).where('thread_id', '=', threadId).execute();
    }, STATE);
  }

  #rows() {
    return this.#deps.read.selectFrom('checkpoint').selectAll().where('owner', '=', this.#deps.owner);
  }

  /**
   * Keys have no owner in them, so a thread of another one must not be written to by its id. Looked at once: while the
   * lease is ours nobody else begins the thread.
   */
  async #check(threadId: string): Promise<void> {
    if (this.#own.has(threadId)) return;
    const first = await this.#deps.read
      .selectFrom('checkpoint')
      .select('owner')
      .where('thread_id', '=', threadId)
      .limit(1)
      .executeTakeFirst();
    if (first && first.owner !== this.#deps.owner) throw new BugError(`thread ${threadId} belongs to another owner`);
    this.#own.add(threadId);
  }

  /** All of `rows` with their values and pending writes, in two statements more. */
  async #tuples(rows: readonly Row[]): Promise<CheckpointTuple[]> {
    if (rows.length === 0) return [];
    const { read, owner } = this.#deps;
    const drafts = rows.map((row) => ({ row, checkpoint: decode(row.checkpoint) as Checkpoint }));
    const threads = [...new Set(rows.map(({ thread_id }) => thread_id))];
    const versions = drafts.flatMap(({ checkpoint }) => Object.values(checkpoint.channel_versions).map(String));
    const places = [...new Set(rows.map(({ ns }) => ns))];
    // May find a value of another channel or namespace too, where versions are not unique: it is not looked up.
    const values = await read
      .selectFrom('checkpoint_value')
      .selectAll()
      .where('owner', '=', owner)
      .where('thread_id', 'in', threads)
      .where('ns', 'in', places)
      .where('version', 'in', [...new Set(versions)])
      .execute();
    const valueAt = new Map(values.map((value) => [keyOf(value, value.channel, value.version), value.value]));
    // Old checkpoints look among the writes of their parents too.
    const ids = rows.flatMap(({ id, parent }) => (parent === null ? [id] : [id, parent]));
    const writes = await read
      .selectFrom('checkpoint_write')
      .selectAll()
      .where('owner', '=', owner)
      .where('thread_id', 'in', threads)
      .where('ns', 'in', places)
      .where('checkpoint_id', 'in', ids)
      .execute();
    const writesAt = Map.groupBy(writes.sort(inOrder), (write) => keyOf(write, write.checkpoint_id, ''));
    return drafts.map(({ row, checkpoint }) => {
      checkpoint.channel_values = Object.fromEntries(
        Object.entries(checkpoint.channel_versions).flatMap(([channel, version]) => {
          const value = valueAt.get(keyOf(row, channel, String(version)));
          return value ? [[channel, decode(value)]] : [];
        }),
      );
      if (checkpoint.v < 4 && row.parent !== null)
        this.#adoptSends(checkpoint, writesAt.get(keyOf(row, row.parent, '')) ?? []);
      return {
        ...{ config: configOf(row), checkpoint, metadata: decode(row.metadata) as CheckpointMetadata },
        ...(row.parent !== null && { parentConfig: configOf({ ...row, id: row.parent }) }),
        pendingWrites: (writesAt.get(keyOf(row, row.id, '')) ?? []).map(({ task_id, channel, value }) => {
          return [task_id, channel, decode(value)] as [string, string, unknown];
        }),
      };
    });
  }

  #adoptSends(checkpoint: Checkpoint, ofParent: readonly WriteRow[]): void {
    const sends = ofParent.filter(({ channel }) => channel === TASKS).map(({ value }) => decode(value));
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_values[TASKS] = sends;
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }
}

/** As it stands on disk. */
function parsed(encoded: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(encoded));
}

function placeOf(config: RunnableConfig): Place {
  const { thread_id, checkpoint_ns = '', checkpoint_id } = config.configurable ?? {};
  if (thread_id === undefined) throw new BugError('a checkpoint needs a thread_id');
  return { thread_id: String(thread_id), ns: String(checkpoint_ns), id: checkpoint_id && String(checkpoint_id) };
}

function configOf({ thread_id, ns, id }: { thread_id: string; ns: string; id: string }): RunnableConfig {
  return { configurable: { thread_id, checkpoint_ns: ns, checkpoint_id: id } };
}

function keyOf({ thread_id, ns }: { thread_id: string; ns: string }, first: string, second: string): string {
  return JSON.stringify([thread_id, ns, first, second]);
}

/** The order that LangGraph's contract asks for: path of the task, task, index. */
function inOrder(a: WriteRow, b: WriteRow): number {
  return compareWritesSortKeys(
    writesSortKey(a.task_path, a.task_id, a.idx),
    writesSortKey(b.task_path, b.task_id, b.idx),
  );
}
