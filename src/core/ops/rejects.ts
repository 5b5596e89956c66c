import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import type { ImportId } from '../domain/index.ts';
import { type Layout, TOLD } from '../portfolio/index.ts';
import { sourceOf } from './sources.ts';

export interface Rejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** How many rejections are told; the file has them all. */
const SHOWN = 100;

export interface Refused {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows that were set aside: the first of them for the screen, all of them in files to mend and import again. */
export class Rejects {
  readonly first: Rejection[] = [];
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #importId: ImportId;
  readonly #disk: Context['files'];
  readonly #dryRun: boolean;
  /** By source file, its reject file: two that were set aside of one file have each their own. */
  readonly #paths = new Map<string, string>();
  /** By source file, the columns that its reject file has. */
  readonly #columns = new Map<string, readonly string[]>();
  /**
   * By source file that is read in several ways, the lines in its reject file: each is to be mended once. Of others it would
   * be no more than what grows with the file.
   */
  readonly #lines: ReadonlyMap<string, Set<number>>;

  constructor(
    folder: string,
    importId: ImportId,
    disk: Context['files'],
    { dryRun, readTwice }: { readonly dryRun: boolean; readonly readTwice: readonly string[] },
  ) {
    this.#folder = folder;
    this.#importId = importId;
    this.#disk = disk;
    this.#dryRun = dryRun;
    this.#lines = new Map(readTwice.map((file) => [file, new Set<number>()]));
  }

  /** `refused` are rows of one source file, which is to be read again as it was. */
  async add(refused: readonly Refused[], { delimiter }: Layout): Promise<void> {
    const [one] = refused;
    if (!one) return;
    for (const { file, line, problem } of refused.slice(0, SHOWN - this.first.length))
      this.first.push({ file, line, reason: problem });
    if (this.#dryRun) return;
    // `ledger.csv` gives `rejected-imp-…-ledger.csv`, which says again what it holds; calls are told in a table.
    const source = sourceOf(one.file).replace(/\.jsonl$/i, '.csv');
    const path = this.#paths.get(one.file) ?? this.#freePath(source);
    this.#paths.set(one.file, path);
    const known = this.#columns.get(one.file);
    const columns = known ?? Object.keys(one.cells).filter((name) => !/^(column \d+|rejected_\w+)$/.test(name));
    const lines = this.#lines.get(one.file);
    const fresh = refused.filter(({ line }) => !lines?.has(line));
    if (fresh.length === 0) return;
    for (const { line } of fresh) lines?.add(line);
    const rows = fresh.map(({ line, problem, cells }) => [
      ...columns.map((name) => cells[name] ?? ''),
      // Where they stood: a comma that is put in quotes takes them in again.
      ...Object.keys(cells).flatMap((name) => (/^column \d+$/.test(name) ? [cells[name]] : [])),
      ...[line, problem],
    ]);
    const { stringify } = await import('csv-stringify/sync');
    const header = [...columns, ...TOLD];
    // Cells come from outside: a spreadsheet must show them, not obey them.
    const text = stringify(known ? rows : [header, ...rows], { delimiter, escape_formulas: true });
    // What it was told before it was stopped is told again.
    if (!known) await this.#disk.remove(path);
    await this.#disk.append(path, text, 'private');
    if (known) return;
    this.#columns.set(one.file, columns);
    this.files.push(path);
  }

  #freePath(source: string): string {
    const taken = [...this.#paths.values()];
    for (let nth = 1; ; nth++) {
      const path = join(this.#folder, `rejected-${this.#importId}${nth === 1 ? '' : `_${nth}`}-${source}`);
      if (!taken.includes(path)) return path;
    }
  }

  async remove(): Promise<void> {
    for (const path of this.files) await this.#disk.remove(path);
  }
}
