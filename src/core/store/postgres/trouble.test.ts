import { expect, test } from 'vitest';
import { placeOf } from '../../../../test/server.ts';
import { asServerTrouble } from './trouble.ts';

const place = placeOf('postgresql://ada:secret@hill.example/homes');
const trouble = (code: string, message = '') => Object.assign(new Error(message), code === '' ? {} : { code });

test.each([
  ['53100', { exit: 'failed', retryable: true, message: expect.stringContaining('disk of the server is full') }],
  ['53300', { exit: 'unreachable', retryable: true, message: expect.stringContaining('too many connections') }],
  ['57P01', { exit: 'unreachable', retryable: true, message: expect.stringContaining('being shut down') }],
  ['ECONNRESET', { exit: 'unreachable', retryable: true }],
  ['08006', { exit: 'unreachable', retryable: true }],
  ['28000', { exit: 'auth', retryable: false }],
  ['25006', { exit: 'config', next: ['name the primary server, not a replica'] }],
  ['22021', { exit: 'config' }],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { exit: 'config', message: expect.stringContaining('cannot be verified') }],
  ['ERR_TLS_CERT_ALTNAME_INVALID', { exit: 'config', message: expect.stringContaining('of another host') }],
])('%s of a server is told in words', (code, told) => {
  expect(asServerTrouble(trouble(code), place, 'working')).toMatchObject(told);
});

test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
])('so is what only the driver says: %s', (message) => {
  expect(asServerTrouble(trouble('', message), place, 'connecting')).toMatchObject({
    ...{ exit: 'unreachable', retryable: true },
    message: expect.stringContaining('no PostgreSQL to be reached at hill.example:5432'),
  });
});

test('a fault of ours stays one; before anything was asked it is one of the URL', () => {
  const fault = trouble('42601', 'syntax error');
  expect(asServerTrouble(fault, place, 'connecting')).toMatchObject({ exit: 'config' });
  expect(asServerTrouble(fault, place, 'working')).toBe(fault);
});
