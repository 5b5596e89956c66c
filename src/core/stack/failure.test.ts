import { expect, test } from 'vitest';
import { bareOf, failureOf } from './failure.ts';

const going = new AbortController().signal;
const RUN = { environment: 'production', folder: '/' };
const failed = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['ConcurrentUpdateError', 'the stack is currently locked by', 'held'],
  ['CommandError', 'error: incorrect passphrase', 'config'],
  ['CommandError', 'code: 255', 'failed'],
])('%s: %s', (name, message, exit) => {
  expect(failureOf(failed(name, message), [], RUN, going)).toMatchObject({ exit });
});

test('where nothing was told before it ended, its own last words are, and not what the SDK puts behind them', () => {
  const of = (stderr: string) =>
    failureOf(failed('CommandError', `code: 255\n stdout: \n stderr: ${stderr}\n err?: \n`), [], RUN, going);
  const told = { message: 'production is not as it was ordered: failed to load checkpoint' };
  expect(of('error: failed to load checkpoint')).toMatchObject(told);
  expect(of('warning: none\nerror: failed to load checkpoint\n')).toMatchObject(told);
  expect(of('')).toMatchObject({ message: 'production is not as it was ordered: the engine says nothing' });
});

test('of what went wrong the resource, its code and its words are told, once', () => {
  const text = "sophialambda:index:Instance resource 'node-0' has a problem: no-capacity: there is no capacity for it";
  const told = [
    { kind: 'failed', resource: 'node-0', what: 'Instance', text },
    { kind: 'failed', resource: 'production', what: 'Stack', text: 'update failed' },
  ] as const;
  expect(failureOf(failed('CommandError', 'code: 255'), told, RUN, going)).toMatchObject({
    message: expect.stringContaining('node-0: '),
    faults: [{ resource: 'node-0', code: 'no-capacity' }],
  });
});

test.each([
  ['of a machine that was made, and is of no use', '1 error occurred:\n\t* ended: machine 4f0c is terminated\n\n\n'],
  [
    'of an end',
    'deleting urn:pulumi:a::sophia::sophialambda:index:Instance::node-2: ended: machine 4f0c is terminated',
  ],
  [
    'of both',
    "error: s:i:I resource 'node-2' has a problem: creating failed: 1 error occurred:\n\t* ended: machine 4f0c is terminated",
  ],
])('what the engine wraps around it is told to nobody: %s', (_, text) => {
  const told = [{ kind: 'failed', resource: 'node-2', what: 'Instance', text }] as const;
  expect(failureOf(failed('CommandError', 'code: 255'), told, RUN, going)).toMatchObject({
    message: 'production is not as it was ordered: node-2: ended: machine 4f0c is terminated',
    faults: [{ resource: 'node-2', text: 'ended: machine 4f0c is terminated' }],
  });
});

test('of the words of the plugin none is taken for what is wrapped around them; of two things both are told', () => {
  expect(bareOf('gate-silent: no report came while reading: none')).toBe(
    'gate-silent: no report came while reading: none',
  );
  expect(bareOf('2 errors occurred:\n\t* a: one\n\t* b: two\n\n')).toBe('a: one; b: two');
});

test('what a policy refused is refused, in its words', () => {
  const told = [{ kind: 'refused', resource: 'node-2', text: 'with it $9.87 an hour would bill' }] as const;
  expect(failureOf(failed('CommandError', 'code: 255'), told, RUN, going)).toMatchObject({
    ...{ exit: 'refused', message: 'with it $9.87 an hour would bill' },
  });
});

test('what the plugin says can be done is said by the whole, once, and not within what went wrong', () => {
  const text =
    'creating: global/quota-exceeded: Lambda Cloud refused (global/quota-exceeded); next: end some; next: ask';
  const told = ['node-0', 'node-1'].map((resource) => ({ ...{ kind: 'failed', what: 'Instance' }, resource, text }));
  expect(failureOf(failed('CommandError', 'code: 255'), told as never, RUN, going)).toMatchObject({
    faults: [{ code: 'global/quota-exceeded', text: expect.not.stringContaining('end some') }, {}],
    next: ['end some', 'ask', expect.stringContaining('deploy again')],
  });
});
