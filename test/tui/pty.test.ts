import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, live, openFolders } from '../kill/life.ts';
import { openTerminal } from './terminal.ts';

const folders = openFolders();
let dir: string;
beforeAll(async () => {
  build();
  dir = folders.workspace();
  await live(dir, ['portfolio', 'import', 'data']);
  await live(dir, ['churn', 'analyze', 'elm-house']);
});
afterAll(() => folders.remove());

const at = (cols: number, rows: number, ...words: string[]) => openTerminal({ cols, rows, dir, words });

describe('an operator', () => {
  test('sees what there is, goes to the runs, finds one, and looks into it', async () => {
    using t = at(80, 24);
    await t.until(/sophia › Overview[\s\S]*1 waiting/);
    await t.press(':run', 'enter');
    expect(t.screen()).toMatch(/^sophia › Runs {2}2 by urgent/);
    expect(t.screen()).toMatch(/\nrun-\w+ {2}◆ waiting {7}retention/);
    await t.press('/churn', 'enter');
    expect(t.screen()).toMatch(/^sophia › Runs {2}1 by urgent \/churn/);
    await t.press('enter');
    expect(t.screen()).toMatch(/^sophia › Runs › run-\w+/);
    expect(t.screen()).toContain('run.succeeded');
    await t.press('esc');
    expect(t.screen()).toMatch(/^sophia › Runs {2}1 by urgent \/churn/);
  });

  test('resizes, and nothing is left over', async () => {
    using t = at(120, 40, 'tui', 'runs');
    await t.idle();
    for (const [cols, rows] of [
      [80, 24],
      [40, 10],
      [100, 30],
    ] as const) {
      t.resize({ cols, rows });
      await t.until(/^sophia › Runs[\s\S]*\n[^\n]*enter open[^\n]*$/);
      await t.press('j');
      const lines = t.screen().split('\n');
      expect(lines.filter((line) => line.startsWith('sophia ›'))).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith('enter open'))).toHaveLength(1);
      expect(t.terminal.buffer.active.baseY).toBe(0);
    }
  });

  test('without colour is told apart by shape alone', async () => {
    using t = openTerminal({ cols: 80, rows: 24, dir, words: ['tui', 'runs'], env: { NO_COLOR: '1' } });
    await t.idle();
    expect(t.screen()).toMatch(/◆ waiting[\s\S]*✓ succeeded/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
    expect(t.raw()).not.toMatch(/\x1b\[3\dm/);
  });
});

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s gives the terminal back, and ends as that does everywhere',
  async (signal) => {
    using t = at(80, 24, 'tui', 'runs');
    await t.idle();
    t.signal(signal);
    expect(await t.ended).toBe(143);
    expect(t.terminal.buffer.active.type).toBe('normal');
    expect(t.screen()).toMatch(/[^-]icanon/);
  },
);

test('who leaves while a screen still opens leaves', async () => {
  using t = at(80, 24, 'tui', 'runs');
  await t.idle();
  t.type('\rq');
  expect(await t.ended).toBe(0);
});

test('a machine that has a terminal, at which nobody sits, is shown the help', async () => {
  using t = openTerminal({ cols: 80, rows: 24, dir, words: [], env: { CI: 'true' } });
  expect(await t.ended).toBe(0);
  expect(t.raw()).toContain('Usage: sophia');
  expect(t.raw()).not.toContain('\x1b[?1049h');
});

describe.each([
  ['ctrl-c', 130],
  ['q', 0],
] as const)('%s', (key, code) => {
  test(`gives the terminal back as it was, and exits ${code}`, async () => {
    using t = at(80, 24, 'tui', 'runs');
    await t.idle();
    expect(t.terminal.buffer.active.type).toBe('alternate');
    await t.press(key);
    expect(await t.ended).toBe(code);
    expect(t.terminal.buffer.active.type).toBe('normal');
    expect(t.raw().lastIndexOf('\x1b[?25h')).toBeGreaterThan(t.raw().lastIndexOf('\x1b[?25l'));
    expect(t.screen()).toContain('While you watched: 0 lines in the journal.');
    expect(t.screen()).toMatch(/[^-]icanon/);
    expect(t.screen()).toMatch(/[^-]echo /);
  });
});
