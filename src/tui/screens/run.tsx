import chalk from 'chalk';
import { minuteIn } from '../../core/domain/index.ts';
import { wordOf } from '../../core/runs/index.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import type { OneRun } from '../facts.ts';
import type { Layer } from '../keys.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, markOf } from '../text.ts';
import { Line } from '../widgets/line.tsx';
import { Lines } from '../widgets/overlays.tsx';

const EVERY_MS = 500;

class Run extends Store {
  readonly note = '';
  readonly cursor = new Cursor(() => this.changed());
  readonly feed: Poll<OneRun>;
  readonly timeZone: Deps['facts']['timeZone'];

  constructor({ facts, clock }: Deps, id: string) {
    super();
    this.timeZone = facts.timeZone;
    this.feed = new Poll({ ask: () => facts.run(id), everyMs: EVERY_MS, clock });
  }

  layers(): readonly Layer[] {
    return [this.cursor.layer];
  }
}

export function open(deps: Deps, subject?: Subject): Run {
  return new Run(deps, subject?.id ?? '');
}

export function View({ model, width, height }: Size & { readonly model: Run }) {
  const { cursor, timeZone } = useStore(model);
  const { data: run } = useStore(model.feed);
  if (!run) return <Line text="" />;
  const { workflow, version, about, owner, createdAt, events } = run;
  const word = wordOf(run.status, run.decision);
  const head = [
    `${markOf(word)} ${chalk.bold(cell(word, width - 2))}`,
    cell(`${workflow} version ${version}, ${about}, for ${owner}`, width),
    cell(`begun ${minuteIn(timeZone, createdAt)}`, width),
    '',
  ];
  const room = Math.max(1, height - head.length);
  cursor.fit(Math.max(1, events.length - room + 1), 1);
  // The newest stands last, and is in view until one scrolls up.
  const behind = events.length - cursor.at;
  const tail = events.slice(Math.max(0, behind - room), behind);
  return <Lines lines={[...head, ...tail.map((event) => cell(stepOf(event, timeZone), width))].slice(0, height)} />;
}

function stepOf({ at, kind, body }: JournalEvent, timeZone: Run['timeZone']): string {
  const details = Object.entries(body).map(([name, value]) => `${name}=${value}`);
  return [minuteIn(timeZone, at), kind, ...details].join('  ');
}
