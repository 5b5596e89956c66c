import { expect, test } from 'vitest';
import { UserError } from '../core/errors/index.ts';
import { inRehearsal, ofRehearsal } from './stay.ts';

test.each([
  ['sophia deploy production --yes', 'sophia deploy production --rehearse --yes'],
  ['Next: sophia deploy plan production --suggest', 'Next: sophia deploy plan production --rehearse --suggest'],
  ['sophia gpu ls   shows what bills', 'sophia gpu ls --rehearse   shows what bills'],
  ['sophia deploy <env> or sophia gpu reap', 'sophia deploy <env> --rehearse or sophia gpu reap --rehearse'],
  ['sophia deploy smoke', 'sophia deploy smoke --rehearse'],
])('%s stays in the rehearsal', (text, stayed) => {
  expect(inRehearsal(text)).toBe(stayed);
  expect(inRehearsal(stayed)).toBe(stayed);
});

test.each(['sophia deploy init production', 'sophia deploy engine', 'sophia runs list', 'deploy again'])(
  '%s is the same in a rehearsal',
  (text) => {
    expect(inRehearsal(text)).toBe(text);
  },
);

test('an error of a rehearsal says so, and is the same error', () => {
  const error = ofRehearsal(new UserError('billing', 'it bills', ['sophia deploy a --yes']));
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ kind: 'user', exit: 'billing', message: 'in the rehearsal: it bills' });
  expect(error.next).toEqual(['sophia deploy a --rehearse --yes']);
});
