import { describe, expect, test } from 'vitest';
import { below, flowing, openStyle, suggested, wrapped } from '../src/commands/style.ts';
import type { Host } from '../src/core/context/index.ts';

const open = (stdout: object) => openStyle({ env: {}, stdout } as unknown as Host, 'never', false);
const terminal = (columns: number) => open({ isTTY: true, columns });
const path = `/srv/${'hill-street/'.repeat(9)}sophia.yaml:6`;

describe('what has more letters than there is room for', () => {
  test('is whole in a pipe, on one line', async () => {
    const style = await open({});
    expect(style.fit(path, 20)).toBe(path);
    expect(style.columns([['capacity', path, 'project']])).toBe(`capacity  ${path}  project`);
    expect(below('fix: ', `move ${path} away`, style)).toBe(`move ${path} away`);
  });

  test('keeps a count and what is counted in one line', async () => {
    const fleet = '1 x gpu_8x_h100_sxm5, 12 x cpu_4x_general and more';
    for (let width = 42; width < 70; width++) {
      const lines = below('Nodes '.padEnd(20), fleet, await terminal(width)).split('\n');
      expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe(fleet);
      expect(lines.filter((line) => /(\d|\d x)$/.test(line))).toEqual([]);
    }
  });

  test('is parted on a page, in a pipe too, and a table of Markdown is not', async () => {
    const [long, wide] = ['a word or two, '.repeat(8).trim(), `| ${'cell '.repeat(20)}|`];
    const page = `# Title\n\n- ${long}\n    ${long}\n${wide}`;
    const lines = flowing(page, await open({})).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([wide]);
    expect(lines.map((line) => / *(?:- )?/.exec(line)?.[0].length)).toEqual([0, 0, 2, 2, 4, 4, 0]);
    expect(flowing(page, await terminal(200))).toBe(page);
  });

  test.each([
    [80, 20],
    [200, 50],
    [40, 10],
    [12, 10],
    [0, 20],
  ])('on a terminal of %d columns has %d where it would have 20 of 80', async (columns, room) => {
    const shown = (await terminal(columns)).fit(path, 20);
    expect(shown).toHaveLength(room);
    expect(shown).toMatch(/^\/srv.*….*:6$/);
  });

  test('is parted between words beside the result, and a command that is to be pasted is not', () => {
    const stderr = { write: () => true, isTTY: true, columns: 40 };
    const fits = (text: string) => text.split('\n').every((line) => line.length <= 40);
    const said = wrapped(
      'sophia: ',
      'the name of rent roll.txt does not say what it holds; known names follow',
      stderr,
    );
    expect(said).toBe(
      'sophia: the name of rent roll.txt does\n        not say what it holds; known\n        names follow',
    );
    const explained = suggested('sophia portfolio list   shows the ids of all that are known', stderr);
    expect(explained).toMatch(/^ {2}try: sophia portfolio list .*\n {7}\S/);
    expect(fits(explained)).toBe(true);
    const long = `sophia churn analyze 'Oak Terrace' --as-of 2026-01-01`;
    expect(suggested(long, stderr)).toBe(`  try: ${long}`);
    expect(wrapped('sophia: ', path, { write: () => true })).toBe(`sophia: ${path}`);
  });

  test('stands below its row on a narrow terminal, and what fits does not', async () => {
    const style = await terminal(40);
    const rows = style.rows([
      ['capacity', '5', '/srv/hill-street/sophia.yaml:6'],
      ['color', 'auto', 'default'],
    ]);
    expect(rows).toEqual(['capacity  5\n    /srv/hill-street/sophia.yaml:6', 'color     auto  default']);
  });
});
