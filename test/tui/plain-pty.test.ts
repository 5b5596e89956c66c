import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysed, openFolders } from '../kill/life.ts';
import { openTerminal } from './terminal.ts';

const folders = openFolders();
let dir: string;
beforeAll(async () => {
  dir = await analysed(folders);
});
afterAll(() => folders.remove());

const size = { cols: 80, rows: 24 };
/** All that was sent, without what only a test is told. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how it is told
const sent = (t: { raw(): string }) => t.raw().replaceAll(/\x1b\]777;idle;\d+\x07/g, '');
/** The user's own settings of whoever works in this folder, which is their home. */
function settings(home: string, text: string): void {
  const folder = join(home, '.config', 'sophia');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), text);
}

test('a terminal that shows no UTF-8 is sent ASCII alone', async () => {
  using t = openTerminal({ ...size, dir, words: ['tui'], env: { LC_ALL: 'C' } });
  await t.until(/^sophia > Overview[\s\S]*> ! 1 to be answered/);
  await t.press('enter', 'enter');
  expect(t.screen()).toMatch(/^sophia > Overview > Approvals > ada +\* live/);
  await t.press('?', 'esc', ':runs', 'enter', 'enter', ':risk', 'enter', 'enter');
  expect(t.screen()).toMatch(/^> 0\.\d\d [#.]{10} /m);
  await t.press('q');
  expect(await t.ended).toBe(0);
  expect(sent(t)).toMatch(/^[\0-~]+$/);
});

test('plain lines are heard at any terminal, and answered by keys of one’s own; nothing is drawn over', async () => {
  const place = folders.copyOf(dir);
  settings(place, 'plain: true\ntui:\n  keys:\n    proposal.approve: [Y]\n');
  using t = openTerminal({ ...size, dir: place, words: ['tui', 'approvals'], env: { TERM: 'dumb' } });
  await t.idle();
  await t.press('enter', 'a', 'y');
  expect(sent(t)).toMatch(/sophia › Approvals {2}1\r\n● live\r\n› since .* ada .*\r\nenter open .*\r\n/);
  expect(sent(t)).toMatch(/sophia › Approvals › ada\r\nProposal for ada\r\n[\s\S]*Y approve {2}r reject /);
  expect(sent(t)).not.toContain('Do this');
  await t.press('Y');
  expect(sent(t)).toMatch(/Do this, and write these files\?\r\ny yes {2}n no\r\n$/);
  await t.press('y');
  expect(sent(t)).toMatch(/\r\nsophia › Approvals › ada › run-\w+\r\n/);
  await t.press('q');
  expect(await t.ended).toBe(0);
  expect(sent(t)).toMatch(/While you watched: \d+ lines? in the journal\./);
  expect(sent(t).match(/● live/g)).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins so
  expect(sent(t)).not.toMatch(/\x1b/);
  expect(sent(t)).toMatch(/[^-]icanon/);
});

test('a key that cannot be is told with its line, before anything is drawn', async () => {
  const place = folders.copyOf(dir);
  settings(place, 'tui:\n  keys:\n    filter.opne: [f]\n');
  using t = openTerminal({ ...size, dir: place, words: ['tui'] });
  expect(await t.ended).toBe(3);
  expect(t.raw()).toMatch(/config\.yaml:3:\s+tui\.keys\.filter\.opne: .* is filter\.open meant\?/);
  expect(t.raw()).not.toContain('\x1b[?1049h');
});
