import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { bindings, dispatch, layer, namesOf } from './keys.ts';
import { Cursor } from './stores/cursor.ts';
import { cell, plain, tail, wrapped } from './text.ts';

describe('text from outside', () => {
  test.each([
    ['escape sequences', 'evil\x1b[2J', 'evil␛[2J'],
    ['lines', 'a\r\nb\tc', 'a␊b␉c'],
    ['marks that turn the line round', 'gpj.\u202eexe', 'gpj.�exe'],
    ['what has no width', 'a\u200bb', 'a�b'],
    ['emoji, of whose width terminals disagree', 'home 👩‍👩‍👧', 'home �'],
    ['half a letter', 'a\ud800', 'a�'],
    ['accents as they are typed', 'Zoe\u0308', 'Zoë'],
    ['letters of others', '漢字', '漢字'],
  ])('is shown, and not obeyed: %s', (_what, text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test.each(['plain', '漢字の家', 'x'.repeat(100), '', 'بيت', '1\x1b[31m'])(
    'has as many columns as it is given: %s',
    (text) => {
      for (const width of [1, 2, 7, 20]) expect(stringWidth(cell(text, width)), `${width}`).toBe(width);
      expect(cell(text, 0)).toBe('');
    },
  );
});

describe('keys', () => {
  test('that come in one read are told one by one', () => {
    const none = {} as Parameters<typeof namesOf>[1];
    expect(namesOf('ab\r', none)).toEqual(['a', 'b', 'enter']);
    expect(namesOf('', { ...none, escape: true })).toEqual(['esc']);
    expect(namesOf('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
  });

  test('mean what the topmost layer says; one that takes text takes letters, a modal one all', () => {
    const heard: string[] = [];
    const say = (what: string) => () => void heard.push(what);
    const app = layer('app', { quit: say('quit'), palette: say('palette'), help: say('help'), back: say('back') });
    const text = layer(
      'entry',
      { done: say('done'), drop: say('drop'), erase: say('erase') },
      { text: (letter) => void heard.push(`typed ${letter}`) },
    );
    dispatch('q', [app], bindings);
    dispatch('q', [text, app], bindings);
    dispatch('esc', [text, app], bindings);
    dispatch('q', [layer('help', { close: say('close') }, { modal: true }), app], bindings);
    dispatch(':', [layer('help', { close: say('close') }, { modal: true }), app], bindings);
    expect(heard).toEqual(['quit', 'typed q', 'drop', 'close']);
  });
});

test('a cursor stays in its list, and in view', () => {
  const cursor = new Cursor(() => undefined);
  cursor.fit(100, 10);
  cursor.to(15);
  expect([cursor.at, cursor.top]).toEqual([15, 6]);
  cursor.to(3);
  expect([cursor.at, cursor.top]).toEqual([3, 3]);
  cursor.to(1000);
  expect([cursor.at, cursor.top]).toEqual([99, 90]);
  cursor.fit(5, 10);
  expect([cursor.at, cursor.top]).toEqual([4, 0]);
  cursor.fit(0, 10);
  expect([cursor.at, cursor.top]).toEqual([0, 0]);
});

test('of a line that is being typed the end is seen, however narrow it is', () => {
  expect(tail('because they called', 8)).toBe('y called');
  expect(tail('漢字の家', 3)).toBe('家');
  for (const width of [0, -1, -6]) expect(tail('because', width)).toBe('');
});

test('a text is told whole, in lines that fit, also where nothing does', () => {
  expect(wrapped('one two\nthree', 4)).toEqual(['one ', 'two', 'thre', 'e']);
  for (const width of [1, 0, -3]) expect(wrapped('ab', width)).toEqual(['a', 'b']);
});
