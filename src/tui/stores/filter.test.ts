import { expect, test } from 'vitest';
import { bindings, dispatch } from '../keys.ts';
import { Filter } from './filter.ts';

test('a filter is typed letter by letter, kept or dropped, and looks for each of its words', () => {
  let heard = 0;
  const filter = new Filter(() => {
    heard += 1;
  });
  const press = (...keys: string[]) => {
    for (const key of keys) dispatch(key, [filter.typing ?? filter.layer], bindings);
  };
  expect(filter.fits('Ada', null)).toBe(true);
  press('/', 'A', 'd', 'a', ' ', '1');
  expect({ heard, note: filter.note }).toEqual({ heard: 6, note: ' /Ada 1▏' });
  expect([filter.fits('Example, Ada', 'unit 1A'), filter.fits('Ada', 'unit 2B')]).toEqual([true, false]);
  press('enter');
  expect({ note: filter.note, typing: filter.typing }).toEqual({ note: ' /Ada 1', typing: undefined });
  press('/', 'x', 'esc');
  expect(filter.note).toBe('');
  press('/', 'x', 'enter', 'esc');
  expect(filter.note).toBe('');
});
