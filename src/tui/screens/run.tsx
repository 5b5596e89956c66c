import chalk from 'chalk';
import { type Instant, minuteIn } from '../../core/domain/index.ts';
import { asSophiaError } from '../../core/errors/index.ts';
import { wordOf } from '../../core/runs/index.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { answeredIn } from '../answers.ts';
import type { OneRun } from '../facts.ts';
import { type Layer, layer } from '../keys.ts';
import { isCompact, isNarrow } from '../layout.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, markOf, wrapped } from '../text.ts';
import { graph } from '../widgets/graph.ts';
import { Line } from '../widgets/line.tsx';
import { Lines } from '../widgets/overlays.tsx';
import { waterfall } from '../widgets/waterfall.ts';

/** So many lines or fewer are too few for when each step was at work as well. */
const SHORT = 18;
/** Lines of what was answered, and why. */
const MOST_ANSWERS = 3;
/** Letters of a moment that are the first to be spared. */
const YEAR = 'YYYY-'.length;

class Run extends Store {
  readonly note = '';
  readonly cursor = new Cursor(() => {
    this.follows = this.cursor.at >= this.cursor.size - 1;
    this.changed();
  });
  /** The newest line is in view, as long as one has not scrolled up. */
  follows = true;
  readonly feed: Poll<OneRun>;
  readonly timeZone: Deps['facts']['timeZone'];
  /** Somebody is asked whether it is to be ended. */
  isEnding = false;
  readonly #deps: Deps;
  readonly #id: string;

  constructor(deps: Deps, id: string) {
    super();
    this.#deps = deps;
    this.#id = id;
    this.timeZone = deps.facts.timeZone;
    this.feed = deps.poll(() => deps.facts.run(id));
  }

  layers(): readonly Layer[] {
    if (this.isEnding) {
      const yes = () => {
        this.#setEnding(false);
        this.#do(this.#deps.actions.cancel(this.#id));
      };
      return [layer('confirm', { yes, no: () => this.#setEnding(false) }, { modal: true })];
    }
    const { data } = this.feed;
    const isOver = data === undefined || data.status === 'succeeded' || data.status === 'cancelled';
    const asks = data?.approvals.find(({ answeredAt }) => answeredAt === undefined);
    // What was asked and answered is read again there.
    const asked = data?.waitingOn === 'approval' ? asks : data?.approvals.findLast(({ answeredAt }) => answeredAt);
    const acts = {
      state: () => void this.#deps.go('state', { id: this.#id, title: 'State' }),
      answer: asked && (() => this.#answer(asked.id)),
      goOn: isOver || data.waitingOn === 'approval' ? undefined : () => this.#do(this.#deps.actions.goOn(this.#id)),
      cancel: isOver || data.status === 'failed' ? undefined : () => this.#setEnding(true),
    };
    return [layer('run', acts), this.cursor.layer];
  }

  /** What is still at work lasts until then. */
  get now(): Instant {
    return this.#deps.clock.now();
  }

  #answer(question: string): void {
    void this.#deps.go('approval', { id: `${this.#id} ${question}`, title: this.feed.data?.about ?? question });
  }

  #do(work: Promise<string>): void {
    const { say, perform, track } = this.#deps;
    const done = work.then(say, (thrown) => say(asSophiaError(thrown).message));
    perform(done);
    track(done.then(() => this.feed.refresh()));
  }

  #setEnding(isEnding: boolean): void {
    this.isEnding = isEnding;
    this.changed();
  }
}

export function open(deps: Deps, subject?: Subject): Run {
  return new Run(deps, subject?.id ?? '');
}

export function View({ model, width, height }: Size & { readonly model: Run }) {
  const { cursor, timeZone, isEnding } = useStore(model);
  const { data: run } = useStore(model.feed);
  if (!run) return <Line text="" />;
  const { workflow, version, about, owner, createdAt, events, earlier } = run;
  const word = wordOf(run.status, run.decision);
  const isShort = isCompact({ width, height });
  const gap = isShort ? [] : [''];
  const prompt = isEnding ? wrapped('End this run? What is not done yet will not be done.', width) : gap;
  const answers = run.approvals.filter(({ answeredAt }) => answeredAt);
  const asked = prompt.map((line) => chalk.bold(line));
  const head = [
    // Whatever else has no room.
    ...(isShort ? asked : []),
    `${markOf(word)} ${chalk.bold(cell(word, width - 2))}`,
    cell(`${workflow} version ${version}, ${about}, for ${owner}`, width),
    cell(`begun ${minuteIn(timeZone, createdAt)}${whyOf(run, timeZone)}`, width),
    ...answers.flatMap((each) => wrapped(answeredIn(each, timeZone), width)).slice(0, MOST_ANSWERS),
    ...(isShort ? [] : asked),
  ];
  // Of what is left the lines have at least half.
  const half = Math.max(0, (height - head.length) >> 1);
  const strip = graph(run.timeline, run.status, width, half);
  const steps = height > SHORT ? waterfall(run.timeline, run.status, model.now, width) : [];
  const drawn = [...strip, ...(steps.length > 0 ? ['', ...steps] : [])].slice(0, half);
  if (drawn.length > 0) head.push(...drawn, ...gap);
  const room = Math.max(1, height - head.length);
  const left = earlier > 0 ? [`${earlier} lines before these: sophia runs show ${run.id}`] : [];
  cursor.fit(Math.max(1, left.length + events.length - room + 1), 1);
  cursor.page = room;
  if (model.follows) cursor.at = cursor.size - 1;
  const shown = [...left, ...events].slice(cursor.at, cursor.at + room);
  const tail = shown.map((line) => cell(typeof line === 'string' ? line : stepOf(line, timeZone, width), width));
  return <Lines lines={[...head, ...tail].slice(0, height)} />;
}

/** What it waits for, or has failed of. */
function whyOf({ waitingOn, dueAt, failure }: OneRun, timeZone: Run['timeZone']): string {
  if (failure) return `; failed: ${failure}`;
  if (!waitingOn) return '';
  return `; waits: ${waitingOn}${dueAt ? ` until ${minuteIn(timeZone, dueAt)}` : ''}`;
}

function stepOf({ at, kind, body }: JournalEvent, timeZone: Run['timeZone'], width: number): string {
  const moment = minuteIn(timeZone, at);
  const details = Object.entries(body).map(([name, value]) => `${name}=${value}`);
  return [isNarrow(width) ? moment.slice(YEAR) : moment, kind, ...details].join('  ');
}
