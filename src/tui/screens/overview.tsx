import { isDeepStrictEqual } from 'node:util';
import chalk from 'chalk';
import { Box } from 'ink';
import { plural } from '../../core/domain/index.ts';
import { bar } from '../../core/risk/index.ts';
import { runStatuses } from '../../core/runs/index.ts';
import type { Overview as Counted } from '../facts.ts';
import { type Layer, layer } from '../keys.ts';
import { isCompact } from '../layout.ts';
import type { RiskRow } from '../risks.ts';
import type { Deps, ScreenKey, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, markOf } from '../text.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';
import { spark } from '../widgets/spark.ts';

/** A line; one that leads to a screen can be chosen. */
interface Entry {
  /** It parts others or heads them, for which there is not always room; or it is a notice. */
  readonly is?: 'frame' | 'notice';
  readonly mark?: string;
  readonly text: string;
  readonly paint?: (text: string) => string;
  readonly to?: { readonly screen: ScreenKey; readonly subject: Subject };
}

/** Properties that are named here: those above the usual one. */
const HEADLINES = 3;
const USUAL = 0.5;

interface Seen extends Counted {
  /** Those with the highest index; `undefined` while they are not ranked yet. */
  readonly risky: readonly RiskRow[] | undefined;
}

class Overview extends Store {
  readonly note = '';
  readonly feed: Poll<Seen>;
  readonly cursor = new Cursor(() => this.changed());
  readonly #deps: Deps;
  #risky: Seen['risky'];
  #ranking: Promise<void> | undefined;

  constructor(deps: Deps) {
    super();
    this.#deps = deps;
    const ask = async (): Promise<Seen> => {
      const counted = await deps.facts.overview();
      this.#ranking ??= this.#rank();
      return { ...counted, risky: this.#risky };
    };
    this.feed = deps.poll(ask);
  }

  /** Counts are not to wait for it: the first time all properties are read. */
  async #rank(): Promise<void> {
    try {
      const ranked = (await this.#deps.risks.properties()).filter(({ index }) => (index ?? 0) > USUAL);
      const risky = ranked.toSorted((a, b) => (b.index ?? 0) - (a.index ?? 0)).slice(0, HEADLINES);
      const isNew = !isDeepStrictEqual(risky, this.#risky);
      this.#risky = risky;
      if (isNew && this.#deps.isHere(this)) void this.feed.refresh();
    } catch {
      // The screen of risks says why; here what was known stays.
    } finally {
      this.#ranking = undefined;
    }
  }

  /** What is told, and the line that was chosen: it stays so when others come before it. */
  get shown(): { readonly entries: readonly Entry[]; readonly chosen: Entry | undefined } {
    const entries = this.feed.data ? entriesOf(this.feed.data) : [];
    const choices = entries.filter(({ to }) => to);
    this.cursor.follow(
      choices.map(({ to }) => `${to?.screen} ${to?.subject.id}`),
      choices.length,
    );
    return { entries, chosen: choices[this.cursor.at] };
  }

  layers(): readonly Layer[] {
    return [layer('overview', { open: () => this.#open() }), this.cursor.layer];
  }

  #open(): void {
    const { to } = this.shown.chosen ?? {};
    if (to) void this.#deps.go(to.screen, to.subject);
  }
}

function entriesOf({ tally, approvals, unattended, activity, synthetic, risky = [] }: Seen): Entry[] {
  const statuses = runStatuses.filter((status) => tally[status] > 0);
  const title = (text: string): Entry => ({ text, paint: chalk.bold, is: 'frame' });
  const gap: Entry = { text: '', is: 'frame' };
  const told = (text: string): readonly Entry[] => [gap, { text, paint: chalk.yellow, is: 'notice' }];
  const approvalsAt = { screen: 'approvals', subject: { id: '', title: 'Approvals' } } as const;
  return [
    title('Waiting for you'),
    approvals === 0
      ? { text: 'nothing to be answered', to: approvalsAt }
      : { mark: markOf('waiting'), text: `${approvals} to be answered`, to: approvalsAt },
    gap,
    title('Runs'),
    ...(statuses.length === 0 ? [{ text: 'none yet: sophia churn analyze <property> begins one' }] : []),
    ...statuses.map((status): Entry => {
      const to = { screen: 'runs', subject: { id: status, title: `Runs ${status}` } } as const;
      return { mark: markOf(status), text: `${tally[status]} ${status}`, to };
    }),
    ...(activity.some((lines) => lines > 0)
      ? [gap, title('What happened'), { text: `${spark(activity)}  ${linesIn(activity)}`, is: 'frame' } as const]
      : []),
    ...(risky.length > 0 ? [gap, title('Likelier to lose tenants than the usual property (0.50)')] : []),
    ...risky.map(({ id, name, index, above }): Entry => {
      const to = { screen: 'property', subject: { id, title: name } } as const;
      const high = above > 0 ? `, ${above} above 0.70` : '';
      return { text: `${(index ?? 0).toFixed(2)} ${bar(index ?? 0)}  ${name}${high}`, to };
    }),
    ...(unattended > 0 ? told(`${unattended} could go on, and no worker works: sophia worker`) : []),
    ...(synthetic ? told('Invented data.') : []),
  ];
}

function linesIn(activity: readonly number[]): string {
  const sum = activity.reduce((all, lines) => all + lines, 0);
  return `${plural(sum, 'line')} in the journal in ${plural(activity.length, 'minute')}`;
}

/** Without what only parts them; what nobody can go to, and so bring into view, comes behind the first. */
function shortened(entries: readonly Entry[]): readonly Entry[] {
  const [first = [], ...others] = entries.filter(({ is }) => is === undefined);
  return [first, entries.filter(({ is }) => is === 'notice'), others].flat();
}

function lineOf({ mark, text, paint = String }: Entry, width: number): string {
  return mark ? `${mark} ${cell(text, width - 2)}` : paint(cell(text, width));
}

export function open(deps: Deps): Overview {
  return new Overview(deps);
}

export function View({ model, width, height }: Size & { readonly model: Overview }) {
  useStore(model);
  useStore(model.feed);
  const { entries: all, chosen } = model.shown;
  const entries = isCompact({ width, height }) ? shortened(all) : all;
  // What is chosen stays in view.
  const top = Math.max(0, (chosen ? entries.indexOf(chosen) : 0) - height + 1);
  return (
    <Box flexDirection="column">
      {entries.slice(top, top + height).map((entry, at) =>
        entry.to ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is
          <Item key={at} text={lineOf(entry, width - MARGIN)} selected={entry === chosen} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is
          <Line key={at} text={lineOf(entry, width)} />
        ),
      )}
    </Box>
  );
}
