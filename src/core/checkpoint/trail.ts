import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint, CheckpointMetadata } from '@langchain/langgraph-checkpoint';
import { type Instant, instant, type OwnerId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Reader } from '../store/index.ts';
import { decode } from './serde.ts';

/** What a channel holds, and what it held before; absent where that is nothing. */
export interface Changed {
  readonly channel: string;
  readonly before?: unknown;
  readonly after: unknown;
}

export interface Written {
  readonly changed: readonly Changed[];
  /** How many items were added to which list. */
  readonly grown: readonly { readonly channel: string; readonly added: number }[];
}

export interface Link extends Written {
  readonly id: string;
  readonly step: number;
  readonly at: Instant;
  /** What LangGraph has run for it, and what it runs next, without what is run for each of many. */
  readonly ran: readonly string[];
  readonly next: readonly string[];
  /** How many items are run next. */
  readonly sent: number;
}

export interface Trail {
  /** Oldest first. */
  readonly links: readonly Link[];
  /** What has been written since the newest of them. */
  readonly since: Written;
}

interface Place {
  readonly owner: OwnerId;
  readonly thread: string;
}

interface Thread extends Place {
  /** How the names of those channels end that hold lists: what was added to one is counted, and not read. */
  readonly lists: string;
}

/** LangGraph's own: what comes next, once or for each of many. */
const BRANCH = 'branch:to:';
const TASKS = '__pregel_tasks';
const isInternal = (name: string) => name.startsWith('__');

/**
 * What each checkpoint of a thread changed; of its lists how many items were added, and none of them. UserError `config`
 * where one of them cannot be read.
 */
export async function trailOf(read: Reader, thread: Thread): Promise<Trail> {
  const { rows, values, counts, writes } = await rowsOf(read, thread);
  const valueAt = new Map(values.map(({ channel, version, value }) => [`${version} ${channel}`, value]));
  const held = (state: State | undefined, channel: string) => {
    const value = valueAt.get(`${state?.versions[channel]} ${channel}`);
    // A channel that was emptied has a version, and no value.
    return value ? { value: readable(thread, () => decode(value)) } : undefined;
  };
  const countsAt = Map.groupBy(counts, (each) => each.checkpoint_id);
  const grownBy = (checkpoint: string | null | undefined) =>
    (countsAt.get(checkpoint ?? '') ?? [])
      .filter(({ channel }) => channel !== TASKS)
      .map(({ channel, added }) => ({ channel, added: Number(added) }));
  const states = rows.map(({ checkpoint, metadata, ...row }) => ({
    ...row,
    ...readable(thread, () => ({ ...stateIn(checkpoint), step: (decode(metadata) as CheckpointMetadata).step })),
  }));
  const stateOf = new Map(states.map((each) => [each.id, each]));

  const links = states.map((state): Link => {
    const { id, parent, at, step } = state;
    const before = stateOf.get(parent ?? '');
    const channels = Object.keys(state.versions);
    const changed = channels.filter((each) => state.versions[each] !== before?.versions[each]);
    const sent = countsAt.get(parent ?? '')?.find(({ channel }) => channel === TASKS)?.added ?? 0;
    return {
      ...{ id, at, step, sent: Number(sent) },
      ran: Object.keys(state.seen).filter(
        (each) => !isInternal(each) && !isDeepStrictEqual(state.seen[each], before?.seen[each]),
      ),
      next: channels.flatMap((each) =>
        each.startsWith(BRANCH) && held(state, each) ? [each.slice(BRANCH.length)] : [],
      ),
      changed: changed.flatMap((channel): Changed[] => {
        if (isInternal(channel) || channel.startsWith(BRANCH)) return [];
        const [was, is] = [held(before, channel), held(state, channel)];
        return is ? [{ channel, ...(was && { before: was.value }), after: is.value }] : [];
      }),
      grown: grownBy(parent),
    };
  });
  const ours = writes.filter(({ channel }) => !isInternal(channel));
  const changed = ours.map(({ channel, value }) => ({
    channel,
    after: readable(thread, () => decode(value)),
  }));
  return { links, since: { changed, grown: grownBy(rows.at(-1)?.id) } };
}

/** What a channel came to hold; `undefined` where that is nothing. UserError `config` where it cannot be read. */
export async function valueIn(read: Reader, place: Place & { readonly channel: string }): Promise<unknown> {
  const { owner, thread, channel } = place;
  const rows = await read
    .selectFrom('checkpoint_value')
    .select(['version', 'value'])
    .where((each) => each.and({ owner, thread_id: thread, ns: '', channel }))
    .execute();
  // Versions are made to be compared as text.
  const [newest] = rows.toSorted((a, b) => (a.version < b.version ? 1 : -1));
  const value = newest?.value;
  return value ? readable(place, () => decode(value)) : undefined;
}

/** What stands there is not quoted: it may be anything. */
function readable<T>({ thread }: Place, read: () => T): T {
  try {
    return read();
  } catch {
    throw new UserError('config', `a checkpoint of ${thread} cannot be read: another program changed it`, [
      'sophia store check   tells what else is not as it was written',
      'sophia store restore <file>   puts a copy from before back',
    ]);
  }
}

async function rowsOf(read: Reader, { owner, thread, lists }: Thread) {
  const all = { owner, thread_id: thread, ns: '' };
  const rows = await read
    .selectFrom('checkpoint')
    .select(['id', 'parent', 'checkpoint', 'metadata'])
    .where((each) => each.and(all))
    .orderBy('id')
    .execute();
  // Read after the checkpoints: what a process at work adds meanwhile is not asked for.
  const values = await read
    .selectFrom('checkpoint_value')
    .select(['channel', 'version', 'value'])
    .where((each) => each.and(all))
    .where('channel', 'not like', `%${lists}`)
    .where('channel', '!=', TASKS)
    .execute();
  const counts = await read
    .selectFrom('checkpoint_write')
    .select(({ fn }) => ['checkpoint_id', 'channel', fn.countAll<number>().as('added')])
    .where((each) => each.and(all))
    .where(({ or, eb }) => or([eb('channel', 'like', `%${lists}`), eb('channel', '=', TASKS)]))
    .groupBy(['checkpoint_id', 'channel'])
    .orderBy('channel')
    .execute();
  const writes = await read
    .selectFrom('checkpoint_write')
    .select(['channel', 'value'])
    .where((each) => each.and({ ...all, checkpoint_id: rows.at(-1)?.id ?? '' }))
    .where('channel', 'not like', `%${lists}`)
    .where('channel', 'not like', `${BRANCH}%`)
    .where('channel', '!=', TASKS)
    .orderBy('task_path')
    .execute();
  return { rows, values, counts, writes };
}

interface State {
  readonly at: Instant;
  readonly versions: Readonly<Record<string, unknown>>;
  /** By node the versions that it has been run with. */
  readonly seen: Readonly<Record<string, unknown>>;
}

function stateIn(checkpoint: Uint8Array): State {
  const { ts, channel_versions, versions_seen } = decode(checkpoint) as Checkpoint;
  return { at: instant(Date.parse(ts)), versions: channel_versions, seen: versions_seen };
}
