import { plural } from '../../../core/domain/index.ts';
import type { Expiries, StageSpread } from './data.ts';
import { html, type Markup } from './markup.ts';
import { fills, type Look } from './style.ts';

const WIDTH = 720;
const BINS = 20;

/** Where an index stands: above 0.70, medium, or neither. */
function lookOf(index: number): Look {
  if (index > 0.7) return 'hi';
  return index >= 0.55 ? 'mid' : 'lo';
}

const [LABEL, RIGHT, ROW, HEAD, FOOT] = [150, 24, 62, 24, 22];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Its colour is said twice: by a class, which knows the dark and the paper, and for what reads no style. */
function rect(look: Look, { x, y, width, height }: Box, says: string | null = null): Markup {
  const title = says === null ? null : html`<title>${says}</title>`;
  return html`<rect class="bar ${look}" fill="${fills[look]}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}">${title}</rect>`;
}

/** A small histogram for each lease stage, all to one scale. */
export function spreadChart(stages: readonly StageSpread[]): Markup {
  const rows = stages.map(({ stage, indices }) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const index of indices) {
      const bin = Math.min(BINS - 1, Math.floor(index * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return { stage, indices, counts };
  });
  const most = Math.max(1, ...rows.flatMap(({ counts }) => counts));
  const height = HEAD + rows.length * ROW + FOOT;
  const at = (index: number) => LABEL + index * (WIDTH - LABEL - RIGHT);
  const mark = (
    index: number,
    says: string,
  ) => html`<line class="mark" stroke="#000" stroke-dasharray="3 3" x1="${at(index)}" x2="${at(index)}" y1="${HEAD - 4}" y2="${height - FOOT}"/>
<text x="${at(index)}" y="12" text-anchor="middle">${says}</text>`;
  const wide = at(1 / BINS) - at(0);
  const drawn = rows.map(({ stage, indices, counts }, row) => {
    const base = HEAD + (row + 1) * ROW;
    const bars = counts.map((count, bin) => {
      if (count === 0) return null;
      const tall = Math.max(2, (count / most) * (ROW - 14));
      const [from, to] = [bin / BINS, (bin + 1) / BINS];
      const says = `${from.toFixed(2)} to ${to.toFixed(2)}: ${plural(count, 'tenant')}`;
      const box = { x: at(from) + 1, y: base - tall, width: wide - 2, height: tall };
      return html`${rect(lookOf(from + 0.001), box, says)}
`;
    });
    return html`<line class="axis" stroke="#999" x1="${LABEL}" x2="${at(1)}" y1="${base}" y2="${base}"/>
<text x="0" y="${base - 20}">${stage}</text><text class="soft" x="0" y="${base - 5}">${plural(indices.length, 'tenant')}</text>
${bars}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) => html`<text class="soft" x="${at(tick)}" y="${height - 6}" text-anchor="middle">${tick.toFixed(2)}</text>`,
  );
  const told = rows.map(({ stage, indices }) => `${stage}: ${plural(indices.length, 'tenant')}`).join('; ');
  return picture('spread', height, {
    ...{ title: 'How the indices spread at each lease stage', about: `${told}. The table below has the numbers.` },
    drawn: html`${mark(0.5, 'usual')}${mark(0.7, '0.70')}${drawn}${ticks}`,
  });
}

const PLOT = 150;

/** How many leases end in which month, those at the bottom being above 0.70. */
export function expiryChart(months: readonly Expiries[]): Markup {
  const most = Math.max(1, ...months.map(({ leases }) => leases));
  const wide = WIDTH / months.length;
  const base = 20 + PLOT;
  const drawn = months.map(({ month, leases, raised, above }, at) => {
    const x = round(at * wide + wide * 0.15);
    const tall = (n: number) => (n / most) * PLOT;
    const parts: readonly { look: Look; n: number; from: number }[] = [
      { look: 'hi', n: above, from: 0 },
      { look: 'mid', n: raised - above, from: above },
      { look: 'lo', n: leases - raised, from: raised },
    ];
    const bars = parts.map(({ look, n, from }) =>
      n === 0 ? null : rect(look, { x, y: base - tall(from + n), width: wide * 0.7, height: tall(n) }),
    );
    const middle = round((at + 0.5) * wide);
    return html`<g><title>${`${sayMonth(month)}: ${plural(leases, 'lease')}, ${raised} high or medium, ${above} above 0.70`}</title>${bars}
<text x="${middle}" y="${round(base - tall(leases) - 5)}" text-anchor="middle">${leases === 0 ? '' : leases}</text>
<text class="soft" x="${middle}" y="${base + 15}" text-anchor="middle">${shortMonth(month)}</text></g>
`;
  });
  return picture('expiries', base + 24, {
    title: 'Leases that end, month by month',
    about: 'A bar for each month; its dark part stands above 0.70. The table below has the numbers.',
    drawn: html`<line class="axis" stroke="#999" x1="0" x2="${WIDTH}" y1="${base}" y2="${base}"/>${drawn}`,
  });
}

export function sayMonth(month: string): string {
  if (month === 'over') return 'over, month to month';
  return month;
}

/** `12/26` below a bar. */
function shortMonth(month: string): string {
  return month.includes('-') ? `${month.slice(5)}/${month.slice(2, 4)}` : month;
}

interface Drawing {
  readonly title: string;
  readonly about: string;
  readonly drawn: Markup;
}

function picture(id: string, height: number, { title, about, drawn }: Drawing): Markup {
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-about">
<title id="${id}-title">${title}</title><desc id="${id}-about">${about}</desc>
${drawn}</svg>`;
}

const [BAR, TALL] = [180, 14];

/** Points to the right move towards leaving, to the left towards staying. The number stands beside it. */
export function pointBar(logOdds: number, most: number): Markup {
  const long = Math.max(1, (Math.abs(logOdds) / most) * (BAR / 2 - 2));
  const x = logOdds < 0 ? BAR / 2 - long : BAR / 2;
  return html`<svg width="${BAR}" height="${TALL}" viewBox="0 0 ${BAR} ${TALL}" aria-hidden="true">${rect(logOdds < 0 ? 'stay' : 'mid', { x, y: 2, width: long, height: 10 })}<line class="mark" stroke="#000" stroke-dasharray="3 3" x1="${BAR / 2}" x2="${BAR / 2}" y1="0" y2="${TALL}"/></svg>`;
}

/** An index from 0 to 1, with the usual one marked. The number stands beside it. */
export function indexBar(index: number): Markup {
  return html`<svg width="${BAR}" height="${TALL}" viewBox="0 0 ${BAR} ${TALL}" aria-hidden="true">${rect(lookOf(index), { x: 1, y: 2, width: index * (BAR - 2), height: 10 })}<line class="mark" stroke="#000" stroke-dasharray="3 3" x1="${BAR / 2}" x2="${BAR / 2}" y1="0" y2="${TALL}"/></svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
