import stringWidth from 'fast-string-width';
import type { Host } from '../core/context/index.ts';
import type { Colour } from '../core/ops/doctor/around.ts';
import { harmless } from './harmless.ts';

type Paint = (text: string) => string;

/** The looks that renderers may use; without colour each returns its text. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly warn: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  /** Text from outside, made harmless on a terminal. */
  readonly text: Paint;
  /** Columns of the terminal that listens; where none does, there is no end to a line. */
  readonly width: number;
  /**
   * The same, shortened in its middle to `width` of the 80 columns that output is made for: what tells ids apart is at
   * their end. A wider terminal shows more of it. Who reads from a pipe gets all.
   */
  fit(text: string, width: number): string;
  /** Rows of cells, aligned, two spaces apart. What a narrow terminal has no room for stands below, set in. */
  columns(rows: readonly (readonly string[])[]): string;
  /** The same, row by row. */
  rows(rows: readonly (readonly string[])[]): string[];
}

/** Output is made for this many columns. */
const MADE_FOR = 80;
/** Nothing can be laid out in less. */
const LEAST = 40;
const INDENT = '    ';

/** Columns of a terminal; a pipe has no end of a line. */
function widthOf({ isTTY, columns }: Pick<Host['stdout'], 'isTTY' | 'columns'>): number {
  // A terminal that knows no size says 0.
  return isTTY ? Math.max(columns || MADE_FOR, LEAST) : Number.POSITIVE_INFINITY;
}

/** What is said beside the result, on stderr: it fits the terminal that listens there, which may be another. */
export function wrapped(head: string, text: string, stderr: Host['stderr']): string {
  const style = { width: widthOf(stderr), text: harmless };
  return text
    .split('\n')
    .map((line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${below(head, line, style)}`)
    .join('\n');
}

/** Behind a space, but for those of a count: `3 x gpu_8x` is one word. */
const PARTED = /(?<= )(?<!\b\d+ (?=x ))(?<!\b\d+ x )/;

/**
 * The text, parted into lines that fit below its first one, which follows `head`. A word too long for a line, such as a
 * path, is parted too: nothing of it is left out. A pipe gets one line.
 */
export function below(head: string, text: string, style: Pick<Style, 'text' | 'width'>): string {
  const width = style.width - head.length;
  const lines = [''];
  for (const word of style.text(text).split(PARTED)) {
    if (stringWidth((lines.at(-1) + word).trimEnd()) > width) lines.push('');
    for (const letter of word) {
      if (stringWidth(lines.at(-1) + letter) > width && letter !== ' ') lines.push('');
      lines.push(lines.pop() + letter);
    }
  }
  const parted = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  return parted.join(`\n${' '.repeat(head.length)}`);
}

/**
 * Paragraphs and lists as Markdown has them, parted to fit: what goes on of a line that is set in or marked stands below
 * its text. A pipe has no end of a line; what is read as a page gets the 80 columns that output is made for. Tables,
 * which cannot be parted, stay as they are.
 */
export function flowing(text: string, style: Pick<Style, 'text' | 'width'>): string {
  const fitting = { text: style.text, width: Number.isFinite(style.width) ? style.width : MADE_FOR };
  return text
    .split('\n')
    .map((line) => {
      const [head = ''] = /^ *(?:- )?/.exec(line) ?? [];
      return line.startsWith('|') ? style.text(line) : head + below(head, line.slice(head.length), fitting);
    })
    .join('\n');
}

const TRY = '  try: ';

/** A next step. A command is to be pasted: only what explains it is parted. */
export function suggested(step: string, stderr: Host['stderr']): string {
  const [command = ''] = step.split(/ {3}/);
  const fits = stringWidth(TRY + command) <= widthOf(stderr);
  return fits || !/^(sophia |--)/.test(command) ? wrapped(TRY, step, stderr) : TRY + step;
}

function openPlain(stdout: Host['stdout']): Style {
  const width = widthOf(stdout);
  const rows: Style['rows'] = (cells) => inColumns(cells, width);
  return {
    ...{ bold: String, dim: String, warn: String, good: String, bad: String, text: harmless },
    ...{ width, rows, columns: (cells) => rows(cells).join('\n') },
    fit: (text, of) => shortened(text, Math.floor((of * width) / MADE_FOR)),
  };
}

export async function openStyle(host: Host, color: string, json: boolean): Promise<Style> {
  const plain = openPlain(host.stdout);
  if (!colourFor(host, color, json).on) return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  // Each takes one text: handed to `map` as it is, chalk would paint the index and the list as well.
  const paint =
    (look: (text: string) => string): Paint =>
    (text) =>
      look(text);
  const { bold, dim, yellow, green, red } = chalk;
  return { ...plain, bold: paint(bold), dim: paint(dim), warn: paint(yellow), good: paint(green), bad: paint(red) };
}

/** Flag, then JSON, then NO_COLOR, FORCE_COLOR and a dumb terminal, then whether a terminal is listening. */
export function colourFor({ env, stdout }: Pick<Host, 'env' | 'stdout'>, color: string, json: boolean): Colour {
  if (color !== 'auto') return { on: color === 'always', why: 'color' };
  if (json) return { on: false, why: 'json' };
  if (env.NO_COLOR) return { on: false, why: 'NO_COLOR' };
  if (env.FORCE_COLOR) return { on: env.FORCE_COLOR !== '0', why: 'FORCE_COLOR' };
  if (stdout.isTTY !== true) return { on: false, why: 'no terminal' };
  return env.TERM === 'dumb' ? { on: false, why: 'TERM=dumb' } : { on: true, why: 'terminal' };
}

function shortened(text: string, width: number): string {
  const shown = harmless(text);
  if (stringWidth(shown) <= width) return shown;
  const letters = [...shown];
  const wide = (from: number, to?: number) => stringWidth(letters.slice(from, to).join(''));
  let [head, tail] = [0, letters.length];
  while (wide(tail - 1) <= (width - 1) / 2) tail -= 1;
  while (wide(0, head + 1) + wide(tail) < width) head += 1;
  return `${letters.slice(0, head).join('')}…${letters.slice(tail).join('')}`;
}

function inColumns(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => stringWidth(row[at] ?? ''))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - stringWidth(cell)));
    if (stringWidth(cells.join('  ').trimEnd()) <= width) return cells.join('  ').trimEnd();
    const lines = [cells[0] ?? ''];
    for (const cell of cells.slice(1)) {
      const line = `${lines.at(-1)}  ${cell}`;
      if (stringWidth(line.trimEnd()) <= width) lines[lines.length - 1] = line;
      else if (cell.trim() !== '') lines.push(INDENT + cell);
    }
    return lines.map((line) => line.trimEnd()).join('\n');
  });
}
