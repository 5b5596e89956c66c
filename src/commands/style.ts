import { stripVTControlCharacters } from 'node:util';
import type { Host } from '../core/context/index.ts';

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
  /** Rows of cells, aligned, two spaces apart. */
  columns(rows: readonly (readonly string[])[]): string;
}

const plain: Style = { bold: String, dim: String, warn: String, good: String, bad: String, text: harmless, columns };

/** Flag, then JSON, then NO_COLOR, FORCE_COLOR and a dumb terminal, then whether a terminal is listening. */
export async function openStyle({ env, stdout }: Host, color: string, json: boolean): Promise<Style> {
  if (color === 'never' || (color === 'auto' && !wantsColour(env, stdout.isTTY === true, json))) return plain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { ...plain, bold: chalk.bold, dim: chalk.dim, warn: chalk.yellow, good: chalk.green, bad: chalk.red };
}

function wantsColour(env: Host['env'], isTTY: boolean, json: boolean): boolean {
  if (json || env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return isTTY && env.TERM !== 'dumb';
}

/** Without what a terminal would obey instead of showing. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found === '\n' ? '\n' : '',
  );
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = (cell: string) => stripVTControlCharacters(cell).length;
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => width(row[at] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
