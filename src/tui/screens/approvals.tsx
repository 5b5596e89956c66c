import { Box } from 'ink';
import { minuteIn } from '../../core/domain/index.ts';
import { MOST_PENDING } from '../../core/runs/index.ts';
import type { Pending } from '../answers.ts';
import { type Layer, layer } from '../keys.ts';
import { isNarrow } from '../layout.ts';
import type { Deps, Size } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { Filter } from '../stores/filter.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell } from '../text.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';

const WHEN = 22;
const WORKFLOW = 12;
/** Of a moment. */
const AT = 16;
const GAP = '  ';

class Approvals extends Store {
  readonly cursor = new Cursor(() => this.changed());
  readonly filter = new Filter(() => this.changed());
  readonly feed: Poll<readonly Pending[]>;
  readonly timeZone: Deps['facts']['timeZone'];
  readonly #deps: Deps;

  constructor(deps: Deps) {
    super();
    this.#deps = deps;
    this.timeZone = deps.facts.timeZone;
    this.feed = deps.poll(() => deps.answers.pending());
  }

  get note(): string {
    const { data } = this.feed;
    return data ? `${data.length}${data.length >= MOST_PENDING ? '+' : ''}${this.filter.note}` : '';
  }

  layers(): readonly Layer[] {
    const { typing } = this.filter;
    const keys = typing ? [typing] : [layer('approvals', { open: () => this.#open() }), this.filter.layer];
    return [...keys, this.cursor.layer];
  }

  /** Those that are looked for. */
  get rows(): readonly Pending[] {
    return (this.feed.data ?? []).filter(({ run, workflow, about, title }) =>
      this.filter.fits(run, workflow, about, title),
    );
  }

  #open(): void {
    const { rows } = this;
    this.cursor.follow(rows.map(idOf));
    const asked = rows[this.cursor.at];
    if (asked) void this.#deps.go('approval', { id: idOf(asked), title: asked.about });
  }
}

function idOf({ run, question }: Pending): string {
  return `${run} ${question}`;
}

export function open(deps: Deps): Approvals {
  return new Approvals(deps);
}

export function View({ model, width, height }: Size & { readonly model: Approvals }) {
  const { cursor, timeZone } = useStore(model);
  const { data } = useStore(model.feed);
  if (!data) return null;
  if (data.length === 0) return <Line text={cell('Nothing is to be answered.', width)} />;
  const { rows } = model;
  if (rows.length === 0) return <Line text={cell('No question matches.', width)} />;
  cursor.follow(rows.map(idOf), height);
  return (
    <Box flexDirection="column">
      {rows.slice(cursor.top, cursor.top + height).map((asked, line) => (
        <Item
          key={idOf(asked)}
          text={rowOf(asked, timeZone, width - MARGIN)}
          selected={cursor.top + line === cursor.at}
        />
      ))}
    </Box>
  );
}

function rowOf(
  { expiresAt, askedAt, workflow, about, title }: Pending,
  timeZone: Deps['facts']['timeZone'],
  width: number,
) {
  const at = minuteIn(timeZone, expiresAt ?? askedAt);
  if (isNarrow(width))
    return expiresAt ? [cell(about, width - AT - GAP.length), cell(at, AT)].join(GAP) : cell(about, width);
  const when = `${expiresAt ? 'until' : 'since'} ${at}`;
  const free = width - WHEN - WORKFLOW - 3 * GAP.length;
  const whose = Math.max(0, Math.min(24, free >> 1));
  return [cell(when, WHEN), cell(workflow, WORKFLOW), cell(about, whose), cell(title, free - whose)].join(GAP);
}
