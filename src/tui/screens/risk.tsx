import chalk from 'chalk';
import { Box } from 'ink';
import { asSophiaError } from '../../core/errors/index.ts';
import { bar, trendOf } from '../../core/risk/index.ts';
import { type Layer, layer } from '../keys.ts';
import { isNarrow } from '../layout.ts';
import type { Ranker, RiskRow } from '../risks.ts';
import type { Deps, Model, Size } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { Filter } from '../stores/filter.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell } from '../text.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';

const INDEX = 20;
/** Without its bar. */
const NUMBER = 4;
const GAP = '  ';

class Risk extends Store {
  readonly cursor = new Cursor(() => this.changed());
  readonly filter = new Filter(() => this.changed());
  readonly feed: Poll<readonly RiskRow[]>;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    super();
    this.#deps = deps;
    this.feed = deps.poll(() => deps.risks.properties());
  }

  get note(): string {
    return `as known on ${this.#deps.risks.today}${this.filter.note}${rankedBy(this.rankers)}`;
  }

  /** Owner by owner there may be several. */
  get rankers(): readonly Ranker[] {
    return (this.feed.data ?? []).flatMap(({ by }) => by ?? []);
  }

  layers(): readonly Layer[] {
    const { typing } = this.filter;
    const { canAnalyse } = this.#deps.risks;
    const acts = { open: () => this.#open(), analyse: canAnalyse ? () => this.#analyse() : undefined };
    return [...(typing ? [typing] : [layer('risk', acts), this.filter.layer]), this.cursor.layer];
  }

  /** Those that are looked for. */
  get rows(): readonly RiskRow[] {
    return (this.feed.data ?? []).filter(({ key, name, owner }) => this.filter.fits(key, name, owner));
  }

  get #here(): RiskRow | undefined {
    const { rows } = this;
    this.cursor.follow(rows.map(({ id }) => id));
    return rows[this.cursor.at];
  }

  #open(): void {
    const here = this.#here;
    if (here) void this.#deps.go('property', { id: here.id, title: here.name });
  }

  #analyse(): void {
    const here = this.#here;
    if (here) analyse(this.#deps, this, here.id);
  }
}

/** Begins it for who says yes, and shows how it goes to whoever still looks. */
export function analyse(deps: Deps, model: Model, property: string): void {
  deps.confirm('Analyse it now?', () => begin(deps, model, property));
}

function begin({ risks, go, isHere, say, perform }: Deps, model: Model, property: string): void {
  const begun = risks.analyse(property).then(
    async ({ run, trouble }) => {
      if (isHere(model)) await go('run', { id: run, title: run });
      if (trouble || !isHere(model)) say(trouble || `the analysis is ${run}`);
    },
    (thrown) => say(asSophiaError(thrown).message),
  );
  perform(begun);
}

export function open(deps: Deps): Risk {
  return new Risk(deps);
}

export function View({ model, width, height }: Size & { readonly model: Risk }) {
  const { cursor } = useStore(model);
  const { data } = useStore(model.feed);
  if (!data) return null;
  if (data.length === 0) return <Line text={cell('No properties yet: sophia portfolio import <folder>', width)} />;
  const { rows } = model;
  if (rows.length === 0) return <Line text={cell('No property matches.', width)} />;
  const stopped = height > 2 ? stoppedNote(model.rankers) : undefined;
  const lines = Math.max(1, height - (stopped ? 2 : 1));
  const told = Math.max(...rows.map((row) => toldOf(row).length));
  cursor.follow(
    rows.map(({ id }) => id),
    lines,
  );
  return (
    <Box flexDirection="column">
      {rows.slice(cursor.top, cursor.top + lines).map((row, line) => (
        <Item key={row.id} text={rowOf(row, width - MARGIN, told)} selected={cursor.top + line === cursor.at} />
      ))}
      {height > 1 && (
        <Line text={chalk.dim(cell(noteOf(rows.some(({ since }) => since) ? COMPARED : USUAL, width), width))} />
      )}
      {stopped && <Line text={chalk.yellow(cell(stopped, width))} />}
    </Box>
  );
}

const USUAL = 'An index against the usual property, 0.50: no probability.';
const COMPARED = 'Against the usual property, 0.50: no probability. ▲ ▼ since the last analysis.';

/** What ranks: `by logit-1`, `by stopped logit-1`. */
export function rankedBy(rankers: readonly Ranker[]): string {
  const told = new Set(rankers.map(({ model, stopped }) => `${stopped ? 'stopped ' : ''}${model}`));
  return told.size === 0 ? '' : `  by ${[...told].join('; ')}`;
}

/** Of a model that was stopped it is told that it proposes nothing: else nobody would wonder at it. */
function stoppedNote(rankers: readonly Ranker[]): string | undefined {
  const model = rankers.find(({ stopped }) => stopped)?.model;
  return model && `${model} proposes nothing: tenants have drifted away from those it learned from.`;
}

/** What an index is, and is not, is told whole. */
export function noteOf(text: string, width: number): string {
  return [text, '0.50 is usual; no probability.'].find((each) => each.length <= width) ?? 'no probability';
}

/** Names give way to what is told of them, down to so many letters. */
const LEAST_NAME = 14;
const MOST_NAME = 30;

/** `told`: how wide what is told of any property is, so that all stand in one column. */
function rowOf(row: RiskRow, width: number, told: number): string {
  const { index, since, name, key, why } = row;
  const isShort = isNarrow(width + MARGIN);
  const room = isShort ? NUMBER : INDEX;
  const free = Math.max(0, width - room - GAP.length);
  if (index === null) return [cell(isShort ? '?' : 'not ranked', room), cell(`${name}: ${why}`, free)].join(GAP);
  const named = Math.min(Math.max(LEAST_NAME, Math.min(MOST_NAME, free - GAP.length - told)), free >> 1);
  const change = since ? ` ${trendOf(since.change)}` : '';
  const head = cell(isShort ? index.toFixed(2) : `${index.toFixed(2)} ${bar(index)}${change}`, room);
  const label = cell(name === key ? name : `${name} (${key})`, named);
  return [head, label, cell(toldOf(row), free - named - GAP.length)].join(GAP);
}

function toldOf({ index, arrears, tenants, above, isTold }: RiskRow): string {
  if (index === null) return '';
  const high = above > 0 ? `${above} above 0.70 of ` : '';
  return `${high}${tenants}, arrears ${(arrears ?? 0).toFixed(2)}${isTold ? '' : ', no exact attribution'}`;
}
