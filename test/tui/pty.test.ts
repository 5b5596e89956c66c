import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysed, openFolders } from '../kill/life.ts';
import { openTerminal } from './terminal.ts';

const folders = openFolders();
let dir: string;
beforeAll(async () => {
  dir = await analysed(folders);
});
afterAll(() => folders.remove());

const at = (cols: number, rows: number, ...words: string[]) => openTerminal({ cols, rows, dir, words });

describe('an operator', () => {
  test('sees what there is, goes to the runs, finds one, and looks into it', async () => {
    using t = at(80, 24);
    await t.until(/sophia › Overview[\s\S]*1 waiting/);
    await t.press(':run', 'enter');
    expect(t.screen()).toMatch(/^sophia › Runs {2}2 by urgent/);
    expect(t.screen()).toMatch(/\n› run-\w+ {2}◆ waiting {7}retention/);
    await t.press('/churn', 'enter');
    expect(t.screen()).toMatch(/^sophia › Runs {2}1 by urgent \/churn/);
    await t.press('enter');
    expect(t.screen()).toMatch(/^sophia › Runs › run-\w+/);
    expect(t.screen()).toContain('run.succeeded');
    await t.press('esc');
    expect(t.screen()).toMatch(/^sophia › Runs {2}1 by urgent \/churn/);
    await t.press('esc');
    expect(t.screen()).toMatch(/^sophia › Runs {2}2 by urgent/);
    await t.press(':nowhere', 'enter');
    expect(t.screen()).toContain('nothing here is called "nowhere"');
  });

  test('reads what is proposed, approves it, and sees it carried out', async () => {
    const place = folders.copyOf(dir);
    using t = openTerminal({ cols: 100, rows: 30, dir: place, words: [] });
    await t.until(/› ◆ 1 to be answered/);
    await t.press('enter', 'enter');
    expect(t.screen()).toMatch(/Proposal for ada[\s\S]*Why *\nAda Example: 0\.\d\d, [\s\S]*What would be done/);
    await t.press('a');
    expect(t.screen()).toMatch(/Do this, and write these files\? *\ny yes {2}n no/);
    await t.press('n');
    expect(t.screen()).not.toContain('y yes');
    await t.press('a');
    await t.press('y');
    expect(t.screen()).toMatch(/^sophia › Overview › Approvals › ada › run-/);
    // A worker was started for it, which lives beside the screens.
    await t.until(/✓ succeeded|✓ approved/);
    expect(t.screen()).toMatch(/action\.executed {2}action=message/);
    expect(t.screen()).toMatch(/\napproved by os:\w+ at 2026-11-22/);
    // What was answered is read again.
    await t.press('a');
    await t.until(/What would be written[\s\S]*approved by os:/);
    await t.press('q');
    expect(await t.ended).toBe(0);
  });

  test('who opens them to look only answers nothing', async () => {
    using t = at(100, 30, 'tui', 'approvals', '--read-only');
    await t.idle();
    await t.press('enter', 'a', 'y');
    expect(t.screen()).toContain('these screens were opened to look only');
    expect(t.screen()).toContain('Proposal for ada');
  });

  test('who looks only where nothing is yet makes nothing', async () => {
    const place = folders.workspace();
    using t = openTerminal({ cols: 80, rows: 24, dir: place, words: ['tui', '--read-only'] });
    await t.until(/Waiting for you/);
    await t.press('q');
    expect(await t.ended).toBe(0);
    expect(existsSync(join(place, '.sophia'))).toBe(false);
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
      await t.until(cols < 80 ? /^Runs[\s\S]*\nenter open[^\n]*$/ : /^sophia › Runs[\s\S]*\nenter open[^\n]*$/);
      await t.press('j');
      const lines = t.screen().split('\n');
      expect(lines.filter((line) => /^(sophia › )?Runs/.test(line))).toHaveLength(1);
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
    expect(t.raw().lastIndexOf('\x1b[?1007r')).toBeGreaterThan(t.raw().lastIndexOf('\x1b[?1007h'));
    expect(t.raw().lastIndexOf('\x1b[?25h')).toBeGreaterThan(t.raw().lastIndexOf('\x1b[?25l'));
    expect(t.screen()).toContain('While you watched: 0 lines in the journal.');
    expect(t.screen()).toMatch(/[^-]icanon/);
    expect(t.screen()).toMatch(/[^-]echo /);
  });
});
