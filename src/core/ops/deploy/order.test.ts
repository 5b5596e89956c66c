import { expect, test } from 'vitest';
import type { Instance } from '../../cloud/index.ts';
import { candidatesIn } from './candidates.ts';
import { foreseen, isAllAlive, isOf, mustLive, orderOf, replacedIn, withMoments } from './order.ts';

const type = { name: 'gpu_1x_h100_pcie', gpu: 'H100', gpus: 1, vcpus: 26, memoryGib: 225, centsPerHour: 329 };
const NOW = 1_800_000_000;

function instance(id: string, more: Partial<Instance> = {}, tags: Record<string, string> = {}): Instance {
  const ours = { 'managed-by': 'sophia', 'sophia:stack': 'production', 'sophia:home': 'h1', ...tags };
  return { id, name: '', status: 'active', ip: null, region: 'r1', type, ...more, tags: ours };
}

function recorded(name: string, id: string, expiresAt: number | null = null) {
  const about = { type: type.name, region: 'r1', centsPerHour: 300, generation: 0, isUnready: false };
  return { name, urn: `urn::${name}`, id, expiresAt, ...about };
}

const ordering = (more: Partial<Parameters<typeof orderOf>[0]> = {}): Parameters<typeof orderOf>[0] => ({
  ...{ environment: 'production', home: 'h1', sshKey: { name: 'k', publicKey: 'ssh-ed25519 A' } },
  fleet: [{ type: { ...type, regions: ['r2'] }, nodes: 2 }],
  recorded: { machines: [], resources: 0, pending: 0 },
  ...{ alive: [], candidates: [], replaced: [], sold: [type], isPatient: false, regions: ['r2', 'r3'] },
  ...more,
});
const withOne = { machines: [recorded('node-0', 'a', NOW + 60)], resources: 2, pending: 0 };

test('what is recorded stays where it is, at the price that it has; the others are where capacity is shown', () => {
  const { machines } = orderOf(ordering({ recorded: withOne, alive: [instance('a')] }));
  expect(machines[0]?.candidates[0]).toEqual({ type: type.name, region: 'r1', centsPerHour: 300 });
  expect(machines[1]?.candidates[0]).toEqual({ type: type.name, region: 'r2', centsPerHour: 329 });
});

test('where to try first is said, and only what is sold', () => {
  const candidates = candidatesIn('gpu_1x_h100_pcie:r9, gpu_1x_h100_pcie:r2');
  expect(orderOf(ordering({ candidates })).machines[0]?.candidates.map(({ region }) => region)).toEqual(['r9', 'r2']);
  expect(() => candidatesIn('gpu_1x_h100_pcie')).toThrow('is not a type and a region');
});

test('a candidate counts for the nodes that it is as good as, and for no other', () => {
  const dear = { ...type, name: 'gpu_1x_h100_sxm5', centsPerHour: 429 };
  const plain = { ...type, name: 'cpu_4x_general', gpu: null, gpus: 0, vcpus: 4, memoryGib: 16, centsPerHour: 20 };
  const fleet = [type, plain].map((each) => ({ type: { ...each, regions: ['r2'] }, nodes: 1 }));
  const candidates = [dear, plain, { name: 'gpu_9x' }].map(({ name }) => ({ type: name, region: 'r9' }));
  const { machines } = orderOf(ordering({ fleet, candidates, sold: [type, dear, plain] }));
  expect(machines.map((each) => each.candidates.map((offer) => `${offer.type}:${offer.region}`))).toEqual([
    ['gpu_1x_h100_sxm5:r9', 'gpu_1x_h100_pcie:r2'],
    ['cpu_4x_general:r9', 'cpu_4x_general:r2'],
  ]);
});

test('without capacity anywhere nothing is ordered', () => {
  const fleet = [{ type: { ...type, regions: [] }, nodes: 1 }];
  expect(() => orderOf(ordering({ fleet }))).toThrow('no capacity');
  // Who waits for it asks wherever anything is sold.
  const { machines } = orderOf(ordering({ fleet, isPatient: true }));
  expect(machines[0]?.candidates.map(({ region }) => region)).toEqual(['r2', 'r3']);
});

const HOUR = { expiresS: 3600, now: NOW };

test('what lives keeps the moment that was written on it; one that is new is given its own when it is launched', () => {
  const { machines } = withMoments(
    orderOf(ordering({ recorded: withOne, alive: [instance('a')] })),
    withOne,
    [instance('a')],
    HOUR,
  );
  expect(machines.map(({ expiresAt }) => expiresAt)).toEqual([NOW + 60, NOW + 3600]);
});

test('one of an earlier try is taken up with its moment, unless its time is up; one that is gone hands nothing on', () => {
  const stray = (at: number, more: Partial<Instance> = {}) =>
    instance('s', { name: 'production-node-0', region: 'r2', ...more }, { 'sophia:expires-at': String(at) });
  const of = (alive: Instance[], known = { machines: [] as (typeof withOne)['machines'], resources: 0, pending: 0 }) =>
    withMoments(orderOf(ordering({ alive })), known, alive, HOUR).machines[0]?.expiresAt;
  expect(of([stray(NOW + 500)])).toBe(NOW + 500);
  expect(of([stray(NOW - 1)])).toBe(NOW + 3600);
  // One of another kind is not taken up, whatever it is called.
  const larger = { ...type, name: 'gpu_8x_h100_sxm5' };
  expect(of([stray(NOW + 5, { type: larger })])).toBe(NOW + 3600);
  expect(of([], withOne)).toBe(NOW + 3600);
});

test('of what is to come it is told what is started, kept, ended and astray, and what bills while it changes', () => {
  const both = { ...withOne, machines: [...withOne.machines, recorded('node-7', 'z')] };
  const alive = [instance('a'), instance('z'), instance('s')];
  const order = orderOf(ordering({ recorded: both, alive }));
  const { launched, kept, ended, strays, peakCents } = foreseen(order, both, alive);
  const named = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  expect([named(launched), named(kept), named(ended)]).toEqual([['node-1'], ['node-0'], ['node-7']]);
  expect(strays.map(({ id }) => id)).toEqual(['s']);
  // The one astray is of no node that is ordered: it bills until it is ended.
  expect(peakCents).toBe(300 + 300 + 329 + 329);
  const taken = instance('s', { name: 'production-node-1', region: 'r2' });
  expect(foreseen(order, both, [instance('a'), instance('z'), taken]).peakCents).toBe(300 + 300 + 329);
});

test('a machine is of an environment by stack and home, while it lives', () => {
  const of = isOf('production', 'h1');
  expect(of(instance('a'))).toBe(true);
  for (const other of [{ 'sophia:home': 'h2' }, { 'sophia:stack': 'staging' }, { 'managed-by': 'ada' }])
    expect(of(instance('a', {}, other))).toBe(false);
  expect(of(instance('a', { status: 'terminating' }))).toBe(false);
});

test('nobody is told that all is well where what was ordered is not recorded, or does not live', () => {
  const order = orderOf(ordering({ fleet: [{ type: { ...type, regions: ['r2'] }, nodes: 1 }] }));
  expect(() => mustLive(order, withOne, [instance('a')])).not.toThrow();
  expect(() => mustLive(order, withOne, [])).toThrow('node-0 cannot be found alive');
  expect(() => mustLive(order, { ...withOne, machines: [] }, [instance('a')])).toThrow('node-0');
  expect(isAllAlive(withOne, [instance('a')])).toBe(true);
  expect(isAllAlive(withOne, [])).toBe(false);
});

test('one that is to be replaced is another machine, at the price of today, and both bill while it changes', () => {
  const once = { ...withOne, machines: [{ ...recorded('node-0', 'a', NOW + 60), generation: 1 }] };
  const alive = [instance('a')];
  const same = orderOf(ordering({ recorded: once, alive }));
  expect(same.machines.map(({ generation }) => generation)).toEqual([1, undefined]);
  expect(foreseen(same, once, alive).kept).toHaveLength(1);
  const order = orderOf(ordering({ recorded: once, alive, replaced: ['node-0'] }));
  expect(order.machines[0]).toMatchObject({ generation: 2, candidates: [{ region: 'r2', centsPerHour: 329 }, {}] });
  const { launched, kept, ended, peakCents } = foreseen(order, once, alive);
  expect([launched.length, kept.length, ended.length, peakCents]).toEqual([2, 0, 1, 300 + 329 + 329]);
  // It is given a moment of its own, and not that of the one before.
  expect(withMoments(order, once, alive, HOUR).machines[0]?.expiresAt).toBe(NOW + 3600);
  // Killed meanwhile, both may stand in the record: the newer one counts.
  const two = { ...once, machines: [...once.machines, { ...recorded('node-0', 'b'), generation: 2 }] };
  expect(orderOf(ordering({ recorded: two, alive })).machines[0]?.generation).toBe(2);
});

test('what is to be replaced must be there', () => {
  expect(replacedIn(' node-0,', withOne, 1)).toEqual(['node-0']);
  for (const text of ['node-1', 'node-0,all', 'production-node-0'])
    expect(() => replacedIn(text, withOne, 1)).toThrow('to be replaced');
  // It is not wished for any more, and would be ended.
  expect(() => replacedIn('node-0', withOne, 0)).toThrow('no node-0');
});
