import chalk from 'chalk';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { type PagedRun, wordOf } from '../core/runs/index.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader takes for letters, one by one. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const risky = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Extended_Pictographic}\p{M}\p{Regional_Indicator}]/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Most cells, and far cheaper than to measure. */
const ascii = /^[ -~]{0,1000}$/;
const LEFT_TO_RIGHT_MARK = '\u200e';
/** Letters of one text: more than a book's chapter is not read on a screen. */
const MOST_READ = 50_000;

/**
 * Text from outside as one harmless line: controls become pictures (ESC is ␛); invisible and direction-changing characters
 * become �, and so does what terminals disagree about the width of (emoji, piles of accents).
 */
export function plain(text: string): string {
  const known = text.toWellFormed().normalize('NFC');
  const safe = risky.test(known) ? graphemesOf(known).map(harmless).join('') : known;
  // The mark ends a right-to-left word, so that a terminal that reorders leaves the next column where it is.
  return rightToLeft.test(safe) ? safe + LEFT_TO_RIGHT_MARK : safe;
}

function harmless(grapheme: string): string {
  if (!risky.test(grapheme)) return grapheme;
  const code = grapheme.codePointAt(0) ?? 0;
  if (grapheme === '\r\n') return '␊';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (/^[#*0-9©®]$/u.test(grapheme)) return grapheme;
  return /^\p{L}\p{M}{1,2}$/u.test(grapheme) && stringWidth(grapheme) === 1 ? grapheme : '�';
}

/** Exactly `width` columns of it. A megabyte in one field costs no more than a screenful. */
export function cell(text: string, width: number): string {
  if (width <= 0) return '';
  if (ascii.test(text)) return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
  const cut = cliTruncate(plain(text.slice(0, width * 4)), width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

/** The same at the right edge. */
export function flush(text: string, width: number): string {
  const cut = cell(text, width).trimEnd();
  return ' '.repeat(width - stringWidth(cut)) + cut;
}

/** The same of a line that is being typed: of what has no room, the end is seen. */
export function tail(text: string, width: number): string {
  if (width <= 0) return '';
  const letters = graphemesOf(plain(text)).slice(-width);
  while (stringWidth(letters.join('')) > width) letters.shift();
  return letters.join('');
}

/** All of it that anybody reads, in lines of at most `width` columns. */
export function wrapped(text: string, width: number): string[] {
  const isLong = text.length > MOST_READ;
  const lines = `${text.slice(0, MOST_READ).trimEnd()}${isLong ? ' … cut here' : ''}`.split('\n').map(plain);
  return lines.flatMap((line) => wrapAnsi(line, Math.max(1, width), { hard: true, trim: false }).split('\n'));
}

type Standing = ReturnType<typeof wordOf>;

/** Told apart by shape; colour only helps. */
const marks = {
  queued: [chalk.dim, '○'],
  running: [chalk.cyan, '●'],
  waiting: [chalk.yellow, '◆'],
  stalled: [chalk.yellow, '▲'],
  failed: [chalk.red, '✗'],
  incompatible: [chalk.red, '⊘'],
  cancelled: [chalk.dim, '–'],
  succeeded: [chalk.green, '✓'],
  approved: [chalk.green, '✓'],
  rejected: [chalk.dim, '∅'],
} as const satisfies Record<Standing, readonly [(text: string) => string, string]>;

export const STATUS_WIDTH = 14;

export function statusCell({ status, decision }: Pick<PagedRun, 'status' | 'decision'>): string {
  const word = wordOf(status, decision);
  return `${markOf(word)} ${cell(word, STATUS_WIDTH - 2)}`;
}

export function markOf(word: Standing): string {
  // Another program may have written it.
  const [paint, mark] = (marks as Partial<typeof marks>)[word] ?? [chalk.red, '?'];
  return paint(mark);
}
