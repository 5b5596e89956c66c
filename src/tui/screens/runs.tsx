import chalk from 'chalk';
import { Box } from 'ink';
import { memo } from 'react';
import { type RunStatus, runOrders, wordOf } from '../../core/runs/index.ts';
import type { ListedRun, RunsPage } from '../facts.ts';
import { type Layer, layer } from '../keys.ts';
import { isNarrow } from '../layout.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { Filter } from '../stores/filter.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, markOf, STATUS_WIDTH, statusCell } from '../text.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';

const ID_WIDTH = 16;
const GAP = '  ';

/** What a page is the answer to. */
interface Asked {
  readonly text: string;
  readonly order: (typeof runOrders)[number];
}

class Runs extends Store {
  order: Asked['order'] = 'urgent';
  readonly filter = new Filter(() => this.#ask());
  readonly cursor = new Cursor(() => this.#moved());
  readonly feed: Poll<RunsPage & Asked>;
  readonly #deps: Deps;

  constructor(deps: Deps, status: RunStatus | undefined) {
    super();
    this.#deps = deps;
    const ask = async () => {
      // Three screenfuls: scrolling stays within what is known while the next page comes.
      const { top, height } = this.cursor;
      const asked = { text: this.filter.text, order: this.order };
      const from = Math.max(0, top - height);
      return { ...asked, ...(await deps.facts.runs({ from, count: height * 3, ...asked, status })) };
    };
    this.feed = deps.poll(ask);
  }

  get note(): string {
    return `${this.feed.data?.total ?? 0} by ${this.order}${this.filter.note}`;
  }

  /** The runs in view; a gap where a page is still on its way. */
  visible(height: number): (ListedRun | undefined)[] {
    const { from = 0, total = 0, runs = [] } = this.feed.data ?? {};
    this.cursor.fit(total, height);
    return Array.from({ length: Math.min(height, total) }, (_, line) => runs[this.cursor.top + line - from]);
  }

  layers(): readonly Layer[] {
    const { typing } = this.filter;
    return [...(typing ? [typing] : [layer('runs', this.#acts), this.filter.layer]), this.cursor.layer];
  }

  readonly #acts = {
    sort: () => {
      this.order = runOrders[(runOrders.indexOf(this.order) + 1) % runOrders.length] ?? 'urgent';
      this.#ask();
    },
    open: () => {
      const { from, runs, text, order } = this.feed.data ?? { from: 0, runs: [] };
      // What is known yet is the answer to another question: it is not what was meant.
      if (text !== this.filter.text || order !== this.order) return;
      const run = runs[this.cursor.at - from];
      if (run) void this.#deps.go('run', { id: run.id, title: run.id });
    },
  };

  #moved(): void {
    this.changed();
    const { from = 0, total = 0, runs = [] } = this.feed.data ?? {};
    const { top, height } = this.cursor;
    if (top < from || Math.min(top + height, total) > from + runs.length) void this.feed.refresh();
  }

  #ask(): void {
    this.cursor.to(0);
    void this.feed.refresh();
  }
}

/** About a status: only the runs that stand so. */
export function open(deps: Deps, subject?: Subject): Runs {
  return new Runs(deps, subject?.id as RunStatus | undefined);
}

interface RowProps {
  readonly run: ListedRun | undefined;
  readonly width: number;
  readonly selected: boolean;
}

/** One text a row, made when the run has changed: React passes over those that are the same. */
const Row = memo(({ run, width, selected }: RowProps) => (
  <Item text={rowOf(run, width - MARGIN)} selected={selected} />
));

function rowOf(run: ListedRun | undefined, width: number): string {
  if (!run) return chalk.dim(cell('…', width));
  if (isNarrow(width + MARGIN)) {
    const mark = markOf(wordOf(run.status, run.decision));
    return [cell(run.id, ID_WIDTH), mark, cell(run.about, width - ID_WIDTH - 1 - 2 * GAP.length)].join(GAP);
  }
  const head = [cell(run.id, ID_WIDTH), statusCell(run)].join(GAP);
  const free = width - ID_WIDTH - STATUS_WIDTH - 2 * GAP.length;
  const workflow = Math.min(12, free >> 1);
  return [head, cell(run.workflow, workflow), cell(run.about, free - workflow - GAP.length)].join(GAP);
}

export function View({ model, width, height }: Size & { readonly model: Runs }) {
  const { cursor, feed, filter } = useStore(model);
  useStore(feed);
  const rows = model.visible(height);
  if (feed.data && rows.length === 0)
    return <Line text={cell(filter.text ? 'No run matches.' : 'No runs yet. An analysis begins one.', width)} />;
  return (
    <Box flexDirection="column">
      {rows.map((run, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is, and runs move through it
        <Row key={line} run={run} width={width} selected={cursor.top + line === cursor.at} />
      ))}
    </Box>
  );
}
