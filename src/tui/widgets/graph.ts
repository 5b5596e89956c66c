import chalk from 'chalk';
import stringWidth from 'string-width';
import type { RunStatus, StepSpan } from '../../core/runs/index.ts';
import { cell } from '../text.ts';
import { markIn } from './waterfall.ts';

/** More would be a screen of its own. */
const MOST_LINES = 3;
/** How many nodes that are over stay in view before the one that is at work, where not all of them fit. */
const BEHIND = 4;

/** A node, with what joins it to its neighbours: `{ ✓ task |`, `● message } →`, `○ close`. */
interface Part {
  readonly text: string;
  readonly width: number;
  readonly isOver: boolean;
}

/**
 * The workflow in a line or two, each node by where it stands: `✓ draft → { ✓ task | ● message } → ○ close`. Of one that
 * does not fit the nodes about the one at work are shown, and how many are left out on either side.
 */
export function graph(spans: readonly StepSpan[], status: RunStatus, width: number, room = MOST_LINES): string[] {
  const parts = spans.flatMap((span, at) => partsOf(span, at === spans.length - 1, status, width));
  const most = Math.min(room, MOST_LINES);
  if (parts.length === 0 || most < 1) return [];
  const here = parts.findIndex(({ isOver }) => !isOver);
  const first = here < 0 ? 0 : here;
  const whole = seenFrom(parts, 0, width, most);
  if (whole.to > first) return whole.lines;
  for (let from = Math.max(1, first - BEHIND); ; from += 1) {
    const seen = seenFrom(parts, from, width, most);
    if (seen.to > first || from >= first) return seen.lines;
  }
}

/** As many as fit from there on. */
function seenFrom(parts: readonly Part[], from: number, width: number, most: number) {
  const before = from > 0 ? [said(`… ${from} before →`, width)] : [];
  // Each takes five columns at least.
  for (let to = Math.min(parts.length, from + Math.ceil((width * most) / 5)); ; to -= 1) {
    const left = parts.length - to;
    const after = left > 0 ? [said(`… ${left} more`, width)] : [];
    const lines = inLines([...before, ...parts.slice(from, to), ...after], width);
    if (lines.length <= most || to <= from + 1) return { to, lines: lines.slice(0, most) };
  }
}

function inLines(parts: readonly Part[], width: number): string[] {
  const lines: { texts: string[]; width: number }[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line && line.width + 1 + part.width <= width) {
      line.texts.push(part.text);
      line.width += 1 + part.width;
    } else lines.push({ texts: [part.text], width: part.width });
  }
  return lines.map(({ texts }) => texts.join(' '));
}

function said(text: string, width: number): Part {
  const cut = cell(text, width).trimEnd();
  return { text: chalk.dim(cut), width: stringWidth(cut), isOver: true };
}

function partsOf(
  { kind, nodes, state, ended, items = 0 }: StepSpan,
  isLast: boolean,
  status: RunStatus,
  width: number,
) {
  const isSplit = nodes.length > 1;
  return nodes.map((node, at): Part => {
    const isOver = ended.includes(node);
    const mark = markIn(isOver ? 'done' : state, status);
    const opens = isSplit && at === 0 ? '{ ' : '';
    const isEnd = at === nodes.length - 1;
    const closes = isEnd ? `${isSplit ? ' }' : ''}${isLast ? '' : ' →'}` : ' |';
    const count = isOver ? ` ×${items}` : ` ×n${items > 0 ? `, ${items} done` : ''}`;
    const room = width - opens.length - 2 - closes.length;
    const name = cell(`${node}${kind === 'each' ? count : ''}`, room).trimEnd();
    const text = `${chalk.dim(opens)}${mark} ${name}${chalk.dim(closes)}`;
    return { text, width: stringWidth(text), isOver };
  });
}
