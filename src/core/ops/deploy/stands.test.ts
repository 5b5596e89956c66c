import { expect, test } from 'vitest';
import { standsInWords } from './stands.ts';

test.each([
  ['', 'recorded'],
  ['booting', 'booting'],
  ['create:begun', 'being launched'],
  ['create:done', 'made'],
  ['create:failed', 'could not be made'],
  ['same:done', 'left alone'],
  ['delete:failed', 'could not be ended'],
  ['of-no-use', 'of no use: another is made'],
  // What no engine said yet is told as it is.
  ['import:done', 'import done'],
])('%j is told as %j', (stands, told) => {
  expect(standsInWords(stands)).toBe(told);
});
