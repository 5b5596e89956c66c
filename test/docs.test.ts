import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

/** Generated from the definitions of commands, whose examples the registry's test runs. */
const generated = ['docs/commands.md', 'docs/exit-codes.md', 'docs/events.md'];
const documents = ['README.md', ...globSync('docs/*.md', { cwd: packageRoot }).sort()].filter(
  (name) => !generated.includes(name),
);
const textOf = (name: string) => readFileSync(join(packageRoot, name), 'utf8');

/** Their commands need a server, and are run with one: test/postgres.test.ts. */
const served = ['docs/postgres.md'];

/** The lines that a reader is shown to type, in order. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
}

/** A reader has made one by then. */
async function firstRun(world: World, command: string): Promise<string> {
  if (!command.includes('run-0123456789ab')) return '';
  const { runs } = await ask<{ runs: { id: string }[] }>('runs list', world);
  return runs[0]?.id ?? '';
}

describe.each(documents.filter((name) => !served.includes(name)))('%s', (name) => {
  test('shows commands that work, one after the other, in an empty folder', async () => {
    using world = openWorld();
    let folder = '.';
    for (const line of commandsIn(textOf(name))) {
      const command = line.replace(/^npm ci && /, '').replace(/^npx (?=sophia )/, '');
      // What installs and tests the clone is run by CI, in a clone.
      if (command === 'npm test' || command.startsWith('alias ')) continue;
      if (command.startsWith('cd ')) {
        folder = join(folder, command.slice(3));
        continue;
      }
      expect(command, `${name} shows a line that no test knows how to run`).toMatch(/^sophia /);
      const spoken = command.replace('run-0123456789ab', await firstRun(world, command)).replace('sophia ', '');
      const { code, stderr } = await runSophia(`${spoken} --cwd ${folder}`, world);
      expect({ code, stderr: code === 0 ? '' : stderr }, line).toEqual({ code: 0, stderr: '' });
    }
  });
});

test.each(documents)('%s links to what is there', (name) => {
  for (const [, target = ''] of textOf(name).matchAll(/\]\((?!https?:)([^)#]+)/g))
    expect(globSync(join(packageRoot, name, '..', target)), target).toHaveLength(1);
});

test('what is generated from the sources, pictures of real output included, is not stale', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/docs.mjs', '--check'], {
    ...{ cwd: packageRoot, encoding: 'utf8' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('the features that docs/risk.md explains are all there are, with their sources and weights', async () => {
  const { features, scorecard, weighable } = await import('../src/core/risk/scorecard.ts');
  const rows = [...textOf('docs/risk.md').matchAll(/^\| `(\w+)` \| (\w+) \| .* \| (\S*) ?\| (\S*) ?\| .* \|$/gm)];
  expect(Object.fromEntries(rows.map(([, feature, source]) => [feature, source]))).toEqual({ ...features });
  for (const [head, column] of [['leave', 3] as const, ['arrears', 4] as const]) {
    const weights = new Map<string, number>(
      scorecard.heads[head].weights.map(({ feature, logOdds }) => [feature, logOdds]),
    );
    const may: readonly string[] = weighable[head];
    for (const row of rows) {
      const [feature = '', told] = [row[1], row[column]];
      const weight = weights.get(feature);
      const expected = weight === undefined ? (may.includes(feature) ? '-' : '') : weight.toFixed(2);
      expect(told?.replace('+', ''), `${feature} ${head}`).toBe(expected);
    }
  }
});

test('the exports that docs/imports.md shows are those that the ready maps are tested with', () => {
  const shown = textOf('docs/imports.md');
  const samples = globSync('templates/maps/samples/*.csv', { cwd: packageRoot });
  const exports = samples.filter((name) => !name.endsWith('sources.csv'));
  expect(exports.length).toBe(globSync('templates/maps/*.yaml', { cwd: packageRoot }).length);
  for (const name of exports) expect(shown).toContain(`\n${textOf(name)}\`\`\``);
});

test('every row of docs/checklist.md is held by a test that is there, or says that it is not yet so', () => {
  const rows = textOf('docs/checklist.md')
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line));
  expect(rows).toHaveLength(33);
  for (const row of rows) {
    const held = [...row.matchAll(/`(test\/[\w/.-]+)`: \*(.+?)\*(?=;| \|)/g)];
    expect(held.length > 0 || row.includes('*not yet*'), row).toBe(true);
    for (const [, file = '', title = ''] of held) expect(textOf(file), `${file}: ${title}`).toContain(title);
  }
});
