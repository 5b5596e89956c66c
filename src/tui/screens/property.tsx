import chalk from 'chalk';
import { Box } from 'ink';
import { bar, covered, points, trendOf } from '../../core/risk/index.ts';
import { type Layer, layer } from '../keys.ts';
import { isCompact, isNarrow } from '../layout.ts';
import type { RankedProperty, TenantRow } from '../risks.ts';
import type { Deps, Size, Subject } from '../screens.ts';
import { Cursor } from '../stores/cursor.ts';
import { Filter } from '../stores/filter.ts';
import type { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell } from '../text.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';
import { analyse, noteOf, rankedBy } from './risk.tsx';

class Property extends Store {
  readonly cursor = new Cursor(() => this.changed());
  readonly filter = new Filter(() => this.changed());
  readonly feed: Poll<RankedProperty>;
  readonly #deps: Deps;
  readonly #id: string;

  constructor(deps: Deps, id: string, focus: string | undefined) {
    super();
    this.#deps = deps;
    this.#id = id;
    let isSought = focus !== undefined;
    const ask = async () => {
      const seen = await deps.risks.property(id);
      const at = isSought ? seen.tenants.findIndex(({ key }) => key === focus) : -1;
      if (isSought && at < 0) deps.say(`${focus} is not among them: who has given notice is not ranked`);
      isSought = false;
      if (at >= 0) this.cursor.fit(seen.tenants.length);
      if (at >= 0) this.cursor.to(at);
      return seen;
    };
    this.feed = deps.poll(ask);
  }

  get note(): string {
    const { data } = this.feed;
    if (!data) return '';
    const told = data.capped ? 'too few sources: nobody is called high' : `${data.tenants.length} ranked`;
    return `${told}${this.filter.note}${rankedBy([data.by])}${data.since ? `  ▲▼ 30 d, since ${data.since.asOf}` : ''}`;
  }

  layers(): readonly Layer[] {
    const { rows } = this;
    this.cursor.follow(rows.map(({ key }) => key));
    const here = rows[this.cursor.at];
    const proposal = here?.proposal?.run ? () => this.#deps.track(this.#toProposal(here)) : undefined;
    const { typing } = this.filter;
    const { canAnalyse } = this.#deps.risks;
    const acts = { proposal, analyse: canAnalyse ? () => analyse(this.#deps, this, this.#id) : undefined };
    return [...(typing ? [typing] : [layer('property', acts), this.filter.layer]), this.cursor.layer];
  }

  /** Those that are looked for. */
  get rows(): readonly TenantRow[] {
    return (this.feed.data?.tenants ?? []).filter(({ key, name, unit, band, proposal }) =>
      this.filter.fits(key, name, unit, band, proposal?.status ?? null),
    );
  }

  /** To its question, as long as that is asked; else to its run. */
  async #toProposal({ key, proposal }: TenantRow): Promise<void> {
    const run = proposal?.run;
    if (!run) return;
    const { answers, go, isHere } = this.#deps;
    const asked = (await answers.pending()).find((each) => each.run === run);
    if (!isHere(this)) return;
    if (asked) await go('approval', { id: `${run} ${asked.question}`, title: key });
    else await go('run', { id: run, title: run });
  }
}

export function open(deps: Deps, subject?: Subject): Property {
  return new Property(deps, subject?.id ?? '', subject?.focus);
}

/** What is told of the tenant in question, below the list. */
const DETAILS = 8;
/** Lines that the list has at least. */
const LIST = 3;

export function View({ model, width, height }: Size & { readonly model: Property }) {
  const { cursor } = useStore(model);
  const { data } = useStore(model.feed);
  if (!data) return null;
  if (data.tenants.length === 0)
    return <Line text={cell('Nobody to rank: all have given notice, or nobody lives here.', width)} />;
  const { rows: all } = model;
  if (all.length === 0) return <Line text={cell('No tenant matches.', width)} />;
  const gap = isCompact({ width, height }) ? [] : [''];
  const details = Math.min(DETAILS + gap.length, Math.max(0, height - LIST));
  cursor.follow(
    all.map(({ key }) => key),
    height - details,
  );
  const here = all[cursor.at];
  const told = here ? [...gap, ...detailsOf(here, data, width)] : [];
  const isCompared = data.since !== null;
  const rows = all.slice(cursor.top, cursor.top + cursor.height);
  return (
    <Box flexDirection="column">
      {rows.map((row, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is, and tenants move through it
        <Item key={line} text={rowOf(row, isCompared, width - MARGIN)} selected={cursor.top + line === cursor.at} />
      ))}
      {[...told.slice(0, -1).slice(0, Math.max(0, details - 1)), ...told.slice(-1)].map((text, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is
        <Line key={line} text={text} />
      ))}
    </Box>
  );
}

const HEAD = 22;
/** With the change since the last analysis as well. */
const COMPARED_HEAD = 25;
/** Without its bar. */
const NARROW_HEAD = 10;
const GAP = '  ';

function rowOf(row: TenantRow, isCompared: boolean, width: number): string {
  const { index, trend, sinceLast, band, key, name, unit, proposal } = row;
  const isShort = isNarrow(width + MARGIN);
  const room = isShort ? NARROW_HEAD : isCompared ? COMPARED_HEAD : HEAD;
  const free = Math.max(0, width - room - GAP.length);
  const who = `${name ?? key}${unit ? `, unit ${unit}` : ''}`;
  const asks =
    proposal?.status === 'waiting' ? '◆ to be answered' : (proposal?.decision ?? (band === 'high' ? 'high' : ''));
  const half = free >> 1;
  const changes = isCompared && !isShort ? `${trendOf(trend).padEnd(4)} ${trendOf(sinceLast)}` : trendOf(trend);
  const head = cell(`${index.toFixed(2)}${isShort ? '' : ` ${bar(index)}`} ${changes}`, room);
  return [head, cell(who, half), cell(asks, Math.max(0, free - half - GAP.length))].join(GAP);
}

const UNTOLD = 'No exact attribution: the model cannot say why, and proposes nothing.';

function detailsOf(row: TenantRow, { coverage, isTold }: RankedProperty, width: number): string[] {
  const { key, stage, peers, arrears, reasons, lower } = row;
  const most = Math.max(...reasons.map(({ logOdds }) => logOdds), 0);
  const isShort = isNarrow(width);
  const among = isShort ? ',' : `, among ${peers} at that stage;`;
  return [
    chalk.bold(cell(`${key}: ${stage}${among} arrears ${arrears.toFixed(2)}`, width)),
    ...(reasons.length === 0 ? [cell(isTold ? 'Nothing of their own raises it.' : UNTOLD, width)] : []),
    ...reasons.flatMap(({ logOdds, says, evidence }) => {
      const share = isShort ? '' : `${cell('█'.repeat(Math.max(1, Math.round((logOdds / most) * 8))), 8)} `;
      const rows =
        evidence.length > 0
          ? `: ${evidence.slice(0, 3).join(', ')}${evidence.length > 3 ? ` and ${evidence.length - 3} more` : ''}`
          : '';
      return cell(`${points(logOdds)} ${share}${says}${rows}`, width);
    }),
    ...lower.map((each) => cell(`would be ${each}`, width)),
    chalk.dim(cell(`coverage: ${covered(coverage).join(', ')}`, width)),
    chalk.dim(
      cell(noteOf('An index among peers at the same lease stage, 0.50 being usual: no probability.', width), width),
    ),
  ];
}
