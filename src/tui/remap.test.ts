import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Said } from '../core/config/index.ts';
import { bindings, type KeyTable } from './keys.ts';
import { keysFor } from './remap.ts';

const docs = join(import.meta.dirname, '../../docs');

const wished = (keys: Readonly<Record<string, unknown>>) =>
  keysFor(
    new Map(
      Object.entries(keys).map(([name, value], at): [string, Said] => [
        `tui.keys.${name}`,
        { value, from: 'user', at: `config.yaml:${at + 3}` },
      ]),
    ),
  );
const keysIn = (table: KeyTable, name: string) => table.find(({ scope, act }) => `${scope}.${act}` === name)?.keys;

test('what somebody wishes for takes the place of the usual keys; the others stay', async () => {
  const table = await wished({
    'filter.open': ['f', '/'],
    'proposal.approve': ['Y'],
    'list.down': ['ctrl-n', 'alt-J', 'tab', 'space'],
  });
  expect(keysIn(table, 'filter.open')).toEqual(['f', '/']);
  expect(keysIn(table, 'proposal.approve')).toEqual(['Y']);
  expect(keysIn(table, 'list.down')).toEqual(['ctrl-n', 'alt-J', 'tab', ' ']);
  expect(keysIn(table, 'proposal.reject')).toEqual(['r']);
  expect(await wished({})).toEqual(bindings);
  // A key may mean something else elsewhere.
  await wished({ 'risk.analyse': ['s'], 'confirm.yes': ['q'], 'always.interrupt': ['ctrl-c', 'ctrl-q'] });
});

test.each(['keys.md', 'tui.md'])('what docs/%s shows is accepted', async (page) => {
  const [, shown = ''] = /```yaml\n([^`]*)```/.exec(readFileSync(join(docs, page), 'utf8')) ?? [];
  const { tui } = parse(shown) as { tui: { keys: Readonly<Record<string, unknown>> } };
  expect(Object.keys(tui.keys).length).toBeGreaterThan(0);
  await wished(tui.keys);
});

describe('a wish that cannot be met is told where it stands', () => {
  test.each([
    ['a name that is misspelt', { 'filter.opne': ['f'] }, 'is filter.open meant?'],
    ['a name of nothing', { xyzzyxyzzyxyzzy: ['f'] }, 'docs/keys.md'],
    ['no keys', { 'filter.open': [] }, 'needs one key or more'],
    ['a key twice', { 'filter.open': ['f', 'f'] }, '"f" is there twice'],
    ['a key of another act', { 'filter.open': ['s'] }, '"s" is runs.sort as well'],
    ['a key of the frame', { 'run.cancel': ['q'] }, '"q" is app.quit as well'],
    ['a key of a list', { 'overview.open': ['j'] }, '"j" is list.down as well'],
    ['a key that means help', { 'list.down': ['?'] }, '"?" is app.help as well'],
    ['a key that always leaves', { 'list.up': ['ctrl-c'] }, '"ctrl-c" is always.interrupt as well'],
    ['a way out that goes back', { 'always.interrupt': ['ctrl-c', 'esc'] }, '"esc" is '],
    ['a key that asks, and would say yes', { 'risk.analyse': ['y'] }, '"y" is confirm.yes as well'],
    ['a yes that is what asks', { 'confirm.yes': ['a'] }, '"a" is risk.analyse as well'],
    ['a word', { 'filter.open': ['filter'] }, 'no terminal sends "filter"'],
    ['nothing', { 'filter.open': [''] }, 'no terminal sends ""'],
    ['a control character', { 'filter.open': ['\u0007'] }, 'no terminal sends'],
    ['a key of another system', { 'filter.open': ['cmd-f'] }, 'no terminal sends "cmd-f"'],
    ['two keys at once', { 'filter.open': ['ctrl-alt-f'] }, 'no terminal sends'],
    ['a control key that comes as another', { 'filter.open': ['ctrl-i'] }, 'a terminal sends "ctrl-i" as tab'],
    ['a letter where one types', { 'entry.done': ['x'] }, '"x" could not be typed any more'],
    ['no way out', { 'always.interrupt': ['ctrl-q'] }, 'must keep ctrl-c'],
  ])('%s', async (_what, keys, told) => {
    const [name = ''] = Object.keys(keys);
    const thrown = await wished(keys).catch((error) => error);
    expect(thrown).toMatchObject({
      exit: 'config',
      message: expect.stringContaining(`config.yaml:3: tui.keys.${name}: `),
    });
    expect(thrown.message).toContain(told);
  });

  test('both of two that mean the same', async () => {
    await expect(wished({ 'filter.open': ['z'], 'runs.sort': ['z'] })).rejects.toThrow('"z" is filter.open as well');
  });
});
