import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'fast-string-width';
import { expect } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, COLUMNS, copyOf, openWorld, runSophia, type World } from './sophia.ts';

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly evidence: string;
  readonly fix?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}
export type Found = Readonly<Record<string, Check>>;

/** A workspace in git with a portfolio, one finished run and every safeguard that `init` sets up. */
export function healthy(files: Readonly<Record<string, string>> = {}): Promise<World> {
  return copyOf(`healthy ${JSON.stringify(files)}`, () => prepared(files));
}

async function prepared(files: Readonly<Record<string, string>>): Promise<World> {
  const ignored = { '.gitignore': '.sophia/\ndata/\nout/\n.env\n*.db\n*.db.backup-*\n', '.git/HEAD': '' };
  const world = openWorld({ files: { ...elmHouse, ...ignored, 'sophia.yaml': elmConfig, ...files } });
  await ask('portfolio import data --owner hill-street', world);
  await ask('churn analyze elm-house --as-of 2026-11-21', world);
  return world;
}

/** What doctor finds, by name; and that its exit code and its words say the same. */
export async function examined(world: World, flags = ''): Promise<Found> {
  const told = await runSophia(`doctor --json ${flags}`, world);
  expect(told.stderr).toBe('');
  const { checks } = JSON.parse(told.stdout) as { checks: Check[] };
  const fails = checks.some(({ state }) => state === 'fail');
  expect(told.code).toBe(fails ? exits.check.code : 0);
  for (const { state, fix = [] } of checks) expect(fix.length > 0).toBe(state !== 'ok');

  const { stdout: printed, code } = await runSophia(`doctor ${flags}`, world);
  const stdout = stripVTControlCharacters(printed);
  expect(code).toBe(told.code);
  const room = world.isTTY ? COLUMNS : Number.POSITIVE_INFINITY;
  expect(stdout.split('\n').filter((line) => stringWidth(line) > room)).toEqual([]);
  for (const { name, state } of checks) expect(stdout).toMatch(new RegExp(`^${state} +${name} `, 'm'));
  // A terminal has it parted where the line ends, but whole.
  const flat = (text: string) => (world.isTTY ? text.replaceAll(/\s/g, '') : text);
  // Of settings that are well it is counted who says them, and `--json` is one that does.
  for (const { evidence, fix = [] } of checks.filter(({ name, state }) => name !== 'settings' || state !== 'ok'))
    for (const text of [evidence, ...fix]) expect(flat(stdout)).toContain(flat(text));
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

export const storeOf = ({ dir }: World) => join(dir, '.sophia/sophia.db');

export const unsound = (found: Found) => Object.values(found).filter(({ state }) => state !== 'ok');

/** Every file and folder of the world with its content, mode and time. */
export function everything({ dir }: World): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((each) => join(each.parentPath, each.name))
    .sort()
    .map((path) => {
      const { mode, size, mtimeMs } = statSync(path);
      return `${path} ${mode.toString(8)} ${size} ${mtimeMs}`;
    });
}
