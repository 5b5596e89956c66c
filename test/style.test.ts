import { describe, expect, test } from 'vitest';
import { below } from '../src/commands/checks.ts';
import { openStyle } from '../src/commands/style.ts';
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

  test('stands below its row on a narrow terminal, and what fits does not', async () => {
    const style = await terminal(40);
    const rows = style.rows([
      ['capacity', '5', '/srv/hill-street/sophia.yaml:6'],
      ['color', 'auto', 'default'],
    ]);
    expect(rows).toEqual(['capacity  5\n    /srv/hill-street/sophia.yaml:6', 'color     auto  default']);
  });
});
