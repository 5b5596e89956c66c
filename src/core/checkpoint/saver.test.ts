import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { saverContract } from '../../../test/saver-contract.ts';
import { describePostgres } from '../../../test/services.ts';
import { decode, encode } from './serde.ts';

describe('in a file', () => saverContract(openBench));

describePostgres('on a server', (server) => {
  saverContract(async () => openBench(undefined, undefined, await server().database()));
});

describe('what a checkpoint keeps', () => {
  test.each([
    ['plain data', { a: [1, 'two', null, true], b: { c: -0 } }],
    ['what is not there', { a: undefined, b: [undefined] }],
    ['bytes', { photo: new Uint8Array([1, 2, 255]) }],
    ['data that looks like a LangChain object', { lc: 1, type: 'constructor', id: ['x'], kwargs: {} }],
    ['data that looks like our own marks', { $sophia: ['undefined'], more: { $sophia: ['bytes', 'AAAA'] } }],
    ['awkward text', { text: '\u0000 \ud800 "' }],
  ])('%s', (_what, value) => {
    expect(decode(encode(value))).toStrictEqual(value);
  });

  test('an error, by name and message', () => {
    const back = decode(encode(new TypeError('no such thing'))) as Error;
    expect(back).toBeInstanceOf(Error);
    expect({ name: back.name, message: back.message }).toEqual({ name: 'TypeError', message: 'no such thing' });
  });

  test('what it does not know how to read is not read as something else', () => {
    expect(() => decode('{"a":{"$sophia":["of the future",1]}}')).toThrow('unknown kind "of the future"');
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  test.each([
    ['BigInt', { n: 1n }, '$.n'],
    ['not a number', [Number.NaN], '$[0]'],
    ['infinity', Number.POSITIVE_INFINITY, '$'],
    ['a function', { f: () => 1 }, '$.f'],
    ['a date', { at: new Date(0) }, '$.at'],
    ['a map', new Map(), '$'],
    ['a cycle', cycle, '$.self'],
    ['an instance', { of: new (class Person {})() }, '$.of'],
  ])('but %s is refused, with its path', (_what, value, path) => {
    expect(() => encode(value)).toThrow(`${path} is `);
  });
});
