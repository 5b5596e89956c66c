import chalk from 'chalk';
import { Box } from 'ink';
import { useMemo } from 'react';
import { minuteIn, plural, type TimeZone } from '../../core/domain/index.ts';
import { type Change, differenceOf, gistOf, type History, type Moment } from '../../core/runs/index.ts';
import { keysOf, type Layer } from '../keys.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, flush, wrapped } from '../text.ts';
import { Item, MARGIN } from '../widgets/line.tsx';
import { Lines } from '../widgets/overlays.tsx';

/** A line of the list: the input, a checkpoint, what is written since, or what came of it all. */
interface Entry {
  readonly id: string;
  /** What there is to say besides what it changed. */
  readonly title: string;
  readonly changes: readonly Change[];
  readonly moment?: Moment;
}

class State extends Store {
  /** The line that is chosen, and how far one has read what it changed. */
  readonly cursor = new Cursor(() => {
    this.scroll.at = 0;
    this.changed();
  });
  readonly scroll = new Cursor(() => this.changed());
  readonly feed: Poll<History>;
  readonly timeZone: TimeZone;

  /** What reads on. */
  readonly onward: string;

  constructor({ facts, poll, keys }: Deps, id: string) {
    super();
    this.onward = keysOf(keys, 'list', 'pageDown')[0] ?? '';
    this.timeZone = facts.timeZone;
    const ask = async () => {
      const { data } = this.feed;
      const seen = await facts.history(id, data);
      // One begins where the run stands.
      if (!data) this.cursor.fit(entriesOf(seen).length);
      if (!data) this.cursor.to(this.cursor.size - 1);
      return seen;
    };
    this.feed = poll(ask);
  }

  get note(): string {
    const { data } = this.feed;
    return data ? `${data.checkpoints.length} checkpoints` : '';
  }

  layers(): readonly Layer[] {
    if (this.feed.data) this.cursor.follow(entriesOf(this.feed.data).map(({ id }) => id));
    const { pageDown, pageUp } = this.scroll.layer.acts;
    return [{ ...this.cursor.layer, acts: { ...this.cursor.layer.acts, pageDown, pageUp } }];
  }
}

export function open(deps: Deps, subject?: Subject): State {
  return new State(deps, subject?.id ?? '');
}

export function View({ model, width, height }: Size & { readonly model: State }) {
  const { cursor, scroll, timeZone } = useStore(model);
  const { data } = useStore(model.feed);
  const entries = useMemo(() => (data ? entriesOf(data) : []), [data]);
  cursor.follow(
    entries.map(({ id }) => id),
    Math.min(entries.length, Math.max(1, (height >> 1) - 1)),
  );
  const here = entries[cursor.at];
  const details = useMemo(() => (here ? detailsOf(here, timeZone, width) : []), [here, timeZone, width]);
  if (!data) return null;
  // A line between them, and one for what there is no room for.
  const room = Math.max(1, height - cursor.height - 2);
  scroll.fit(Math.max(1, details.length - room + 1), 1);
  scroll.page = Math.max(1, room - 1);
  const more = details.length - scroll.at - room;
  const rest = more > 0 ? [chalk.dim(cell(`▼ ${plural(more, 'more line')}: ${model.onward}`, width))] : [];
  const below = ['', ...details.slice(scroll.at, scroll.at + room), ...rest];
  return (
    <Box flexDirection="column">
      {entries.slice(cursor.top, cursor.top + cursor.height).map((entry, line) => (
        <Item key={entry.id} text={rowOf(entry, timeZone, width - MARGIN)} selected={cursor.top + line === cursor.at} />
      ))}
      <Lines lines={below.slice(0, height - cursor.height)} />
    </Box>
  );
}

function entriesOf({ status, input, checkpoints, written, output }: History): Entry[] {
  const isOver = status === 'failed' || status === 'cancelled';
  return [
    { id: 'input', title: '', changes: [{ of: 'input', after: input }] },
    ...checkpoints.map((moment) => ({
      id: moment.id,
      title: moment.nodes.join(', ') || 'begun',
      changes: moment.changes,
      moment,
    })),
    ...(written.length > 0 ? [{ id: 'written', title: 'Written since', changes: written }] : []),
    ...(output ? [{ id: 'output', title: '', changes: [{ of: 'output', after: output }] }] : []),
    ...(isOver ? [{ id: 'output', title: `No output: ${status}`, changes: [] }] : []),
  ];
}

const STEP = 4;
const TIME = 16;
/** In fewer columns, when a checkpoint was made is told below the list only. */
const WIDE = 70;
const GAP = '  ';

function rowOf({ title, changes, moment }: Entry, timeZone: TimeZone, width: number): string {
  const head = [
    flush(moment ? String(moment.step) : '', STEP),
    ...(width < WIDE ? [] : [cell(moment ? minuteIn(timeZone, moment.at) : '', TIME)]),
  ].join(GAP);
  const free = width - head.length - 2 * GAP.length;
  const name = Math.floor(free / 3);
  const gist = changes.map(gistOf).join('; ') || nextIn(moment);
  return [head, cell(title, name), cell(gist, free - name)].join(GAP);
}

function nextIn(moment: Moment | undefined): string {
  return moment?.next.length ? `next ${moment.next.join(', ')}` : '';
}

function detailsOf({ title, changes, moment }: Entry, timeZone: TimeZone, width: number): string[] {
  const when = moment ? `Step ${moment.step}, ${minuteIn(timeZone, moment.at)}` : '';
  const head = [when, title, nextIn(moment)].filter(Boolean).join('; ');
  return [...(head ? [cell(head, width)] : []), ...changes.flatMap((change) => changeIn(change, width))];
}

function changeIn(change: Change, width: number): string[] {
  if (!('after' in change)) return wrapped(gistOf(change), width);
  const { removed, added } = differenceOf(change);
  return [
    chalk.bold(cell(change.of, width)),
    ...(removed === undefined ? [] : valueIn('-', removed, width).map((line) => chalk.red(line))),
    ...(added === undefined ? [] : valueIn('+', added, width).map((line) => chalk.green(line))),
  ];
}

function valueIn(mark: '+' | '-', value: unknown, width: number): string[] {
  return wrapped(JSON.stringify(value, null, 2) ?? 'undefined', width - 2).map((line) => `${mark} ${line}`);
}
