import { describe, expect, test } from 'vitest';
import { openGate, readAgreed } from './rule.ts';

const urnOf = (name: string) => `urn:pulumi:production::sophia::sophialambda:index:Instance::${name}`;
const machine = (name: string, ...prices: unknown[]) => ({
  ...{ urn: urnOf(name), type: 'sophialambda:index:Instance', opts: { protect: false } },
  props: { candidates: prices.map((centsPerHour) => ({ type: 'gpu', region: 'us-west-3', centsPerHour })) },
});
const there = (name: string, cents: number) => ({ urn: urnOf(name), cents });
const OVER = 'with it $95.76 an hour would bill, and $63.84 was agreed to; plan anew: sophia deploy plan';

describe('what may bill', () => {
  test('up to what was agreed to, and nothing beyond; one that is refused does not count', () => {
    const refusalOf = openGate({ capCents: 6384, there: [] });
    expect(refusalOf(machine('gpu-0', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-2', 3192))).toBe(OVER);
    expect(refusalOf(machine('gpu-2', 3192))).toBe(OVER);
    expect(refusalOf(machine('gpu-1', 3192))).toBeUndefined();
  });

  test('what is there counts before it is asked for', () => {
    const refusalOf = openGate({ capCents: 6384, there: [there('gpu-0', 3192), there('gpu-1', 3192)] });
    expect(refusalOf(machine('gpu-2', 3192))).toBe(OVER);
    expect(refusalOf(machine('gpu-0', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 3192))).toBeUndefined();
  });

  test('a machine costs what the dearest of its candidates does', () => {
    expect(openGate({ capCents: 3191, there: [] })(machine('gpu-0', 329, 3192, 429))).toContain('$31.92');
    expect(openGate({ capCents: 3192, there: [] })(machine('gpu-0', 329, 3192, 429))).toBeUndefined();
  });

  test('of one that is there and became dearer the difference counts, once', () => {
    const refusalOf = openGate({ capCents: 3692, there: [there('gpu-0', 3192)] });
    expect(refusalOf(machine('gpu-0', 3592))).toBeUndefined();
    expect(refusalOf(machine('gpu-0', 3592))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 101))).toContain('$36.93');
    expect(refusalOf(machine('gpu-0', 3701))).toContain('$37.01');
  });

  test('of one that is there and became cheaper, what it was made for counts on', () => {
    const refusalOf = openGate({ capCents: 3200, there: [there('gpu-0', 3192)] });
    expect(refusalOf(machine('gpu-0', 329))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 9))).toContain('$32.01');
  });

  test('where more is there than was agreed to, it stays, and nothing comes', () => {
    const refusalOf = openGate({ capCents: 3192, there: [there('gpu-0', 3192), there('gpu-1', 3192)] });
    expect(refusalOf(machine('gpu-0', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 3193))).toContain('$63.85');
    expect(refusalOf(machine('gpu-2', 1))).toContain('$63.85');
  });

  test('one that is being replaced bills twice', () => {
    const refusalOf = openGate({ capCents: 6384, there: [there('gpu-0', 3192), there('gpu-0', 3192)] });
    expect(refusalOf(machine('gpu-0', 3192))).toBeUndefined();
    expect(refusalOf(machine('gpu-1', 3192))).toBe(OVER);
  });

  test.each([
    ['nothing', []],
    ['no price', [undefined]],
    ['one of two', [3192, undefined]],
    ['zero', [0]],
    ['less than nothing', [-1]],
    ['words', ['3192']],
    ['half a cent', [0.5]],
    ['no number', [Number.NaN]],
  ])('one that tells as its price %s is refused', (_, prices) => {
    expect(openGate({ capCents: 9000, there: [] })(machine('gpu-0', ...prices))).toContain('what an hour of it costs');
  });

  test('what is not a list of candidates is refused', () => {
    const one = { ...machine('gpu-0'), props: { candidates: 'gpu_8x_h100_sxm5' } };
    expect(openGate({ capCents: 9000, there: [] })(one)).toContain('what an hour of it costs');
    expect(openGate({ capCents: 9000, there: [] })({ ...one, props: { candidates: [null] } })).toBeDefined();
  });

  test('what is no machine costs nothing', () => {
    const key = { urn: urnOf('key'), type: 'sophialambda:index:SshKey', props: {}, opts: { protect: true } };
    expect(openGate({ capCents: 0, there: [] })(key)).toBeUndefined();
  });
});

test('a machine that may not be ended is refused, also where it is there and agreed to', () => {
  const kept = { ...machine('gpu-0', 3192), opts: { protect: true } };
  expect(openGate({ capCents: 9000, there: [there('gpu-0', 3192)] })(kept)).toContain('take protect away');
});

describe('what was agreed to', () => {
  const agreed = { capCents: 6384, there: [there('gpu-0', 3192)] };

  test('is read as it was written', () => {
    expect(readAgreed(JSON.stringify(agreed))).toEqual(agreed);
    expect(readAgreed('{"capCents":0,"there":[]}')).toEqual({ capCents: 0, there: [] });
  });

  test.each([
    undefined,
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"capCents":6384}',
    '{"capCents":6384,"there":null}',
    '{"capCents":6384,"there":[null]}',
    '{"capCents":6384,"there":[{"urn":"a"}]}',
    '{"capCents":6384,"there":[{"cents":1}]}',
    '{"capCents":6384,"there":[{"urn":"a","cents":-1}]}',
    '{"capCents":6384,"there":[{"urn":"a","cents":"1"}]}',
    '{"capCents":-1,"there":[]}',
    '{"capCents":63.84,"there":[]}',
    '{"capCents":"6384","there":[]}',
    '{"capCents":1e999,"there":[]}',
    '{"capCents":6384,"there":[]',
  ])('is nothing where it says %s, and then everything is refused', (text) => {
    const refusalOf = openGate(readAgreed(text));
    expect(refusalOf(machine('gpu-0', 1))).toContain('nobody said what this may cost');
    expect(refusalOf({ ...machine('key'), type: 'sophialambda:index:SshKey' })).toContain('nobody said');
  });
});
