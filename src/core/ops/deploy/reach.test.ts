import { expect, test } from 'vitest';
import { StackFailed } from '../../stack/index.ts';
import { isKnownWhole } from './reach.ts';

const failed = (...codes: (string | undefined)[]) =>
  new StackFailed(
    'it is not as it was ordered',
    codes.map((code, at) => ({ resource: `node-${at}`, code, text: '' })),
    undefined,
  );

test.each([['no-capacity'], ['price-rose'], ['not-sold'], ['global/quota-exceeded']])(
  'of what was refused as %s nothing came',
  (code) => {
    expect(isKnownWhole(failed(code, 'no-capacity'))).toBe(true);
  },
);

test.each([['in-doubt'], ['slow-boot'], ['twins'], ['bad-gpu'], [undefined]])(
  'what went wrong as %s is in doubt, whatever was refused beside it',
  (code) => {
    expect(isKnownWhole(failed('no-capacity', code))).toBe(false);
  },
);

test('nor is anything known of an engine that says nothing, or was stopped', () => {
  expect(isKnownWhole(failed())).toBe(false);
  expect(isKnownWhole(new Error('no-capacity: '))).toBe(false);
});
