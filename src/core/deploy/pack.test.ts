import { describe, expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import type { InstanceType } from '../cloud/index.ts';
import { mechanismFor, packed, type Service } from './index.ts';

describe('packing', () => {
  const node = (gpus: number): InstanceType => ({
    ...{ name: `gpu_${gpus}x`, gpu: 'H100', gpus, vcpus: 26 * gpus, memoryGib: 225 * gpus, centsPerHour: 400 * gpus },
  });
  const service = (name: string, gpu: number, replicas: number, more: Partial<Service> = {}): Service => {
    return { name, image: name, gpu, replicas, vcpus: 0.1, memoryGib: 0.1, ...more };
  };
  const fourteen = [service('half', 50, 5), service('whole', 100, 10), service('quarter', 25, 3)];

  test.each(['kai', 'mig', 'time-slicing'] as const)('takes 14 GPUs for 13.25 by %s', (sharing) => {
    const mechanism = mechanismFor(sharing, [50, 25]);
    const nodes = (count: number) => Array.from({ length: count }, () => node(1));
    expect(packed(fourteen, nodes(14), mechanism).unplaced).toEqual({});
    expect(packed(fourteen, nodes(13), mechanism).unplaced).not.toEqual({});
  });

  test('finds a way where processors and memory pull apart', () => {
    const plain: InstanceType = { name: 'cpu', gpu: null, gpus: 0, vcpus: 4, memoryGib: 16, centsPerHour: 20 };
    const light = service('light', 0, 2, { vcpus: 0.5, memoryGib: 7 });
    const heavy = service('heavy', 0, 2, { vcpus: 3, memoryGib: 1 });
    expect(packed([light, heavy], [plain, plain], mechanismFor('kai', [])).unplaced).toEqual({});
    const wide = service('wide', 50, 2, { memoryGib: 224 });
    const tall = service('tall', 100, 2, { memoryGib: 224 });
    expect(packed([wide, tall], [node(2), node(2)], mechanismFor('kai', [50])).unplaced).toEqual({});
  });

  test('puts no more onto a GPU, and none more onto a node, than it has, and loses no replica', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed);
      const sharing = (['kai', 'mig', 'time-slicing'] as const)[seed % 3] ?? 'kai';
      const offered = sharing === 'mig' ? [12, 25, 50] : [5, 10, 25, 40, 50, 75];
      const services = Array.from({ length: 12 }, (_, at) => {
        const gpu =
          random() < 0.3 ? 100 * Math.floor(random() * 3) : (offered[Math.floor(random() * offered.length)] ?? 0);
        return service(`s${at}`, gpu, 1 + Math.floor(random() * 9), { vcpus: 4 * random(), memoryGib: 60 * random() });
      });
      const nodes = Array.from({ length: 6 }, () => node([1, 2, 4, 8][Math.floor(random() * 4)] ?? 1));
      const shares = services.flatMap(({ gpu }) => (gpu > 0 && gpu < 100 ? [gpu] : []));
      const mechanism = mechanismFor(sharing, shares);
      const { nodes: filled, unplaced } = packed(services, nodes, mechanism);
      const placed = new Map<string, number>();
      filled.forEach(({ gpus, others }, at) => {
        expect(gpus).toHaveLength(nodes[at]?.gpus ?? -1);
        // Who has several GPUs stands at each of them.
        const here = new Map<string, number>();
        for (const replicas of gpus) {
          const slices = replicas.flatMap(({ gpu }) => (gpu < 100 ? [mechanism.sliceOf(gpu)] : []));
          expect(slices.reduce((sum, slice) => sum + (slice?.memory ?? 0), 0)).toBeLessThanOrEqual(
            mechanism.whole.memory,
          );
          expect(slices.reduce((sum, slice) => sum + (slice?.compute ?? 0), 0)).toBeLessThanOrEqual(
            mechanism.whole.compute,
          );
          if (replicas.some(({ gpu }) => gpu >= 100)) expect(replicas).toHaveLength(1);
          for (const { service, gpu } of replicas)
            here.set(service, (here.get(service) ?? 0) + 1 / Math.max(1, gpu / 100));
        }
        for (const { service } of others) here.set(service, (here.get(service) ?? 0) + 1);
        const taken = (of: 'vcpus' | 'memoryGib') =>
          [...here].reduce(
            (sum, [name, count]) => sum + count * (services.find((each) => each.name === name)?.[of] ?? 0),
            0,
          );
        expect(taken('vcpus')).toBeLessThanOrEqual((nodes[at]?.vcpus ?? 0) + 1e-9);
        expect(taken('memoryGib')).toBeLessThanOrEqual((nodes[at]?.memoryGib ?? 0) + 1e-9);
        for (const [name, count] of here) placed.set(name, (placed.get(name) ?? 0) + count);
      });
      for (const { name, replicas } of services)
        expect(Math.round(placed.get(name) ?? 0) + (unplaced[name] ?? 0), `${seed} ${name}`).toBe(replicas);
    }
  });

  test('takes within 2 % of the fewest GPUs that could do, for 1,000 replicas', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = seeded(seed);
      const services = Array.from({ length: 100 }, (_, at) => service(`s${at}`, 5 + 5 * Math.floor(random() * 19), 10));
      const nodes = Array.from({ length: 200 }, () => node(8));
      const mechanism = mechanismFor('kai', []);
      const { nodes: filled, unplaced } = packed(services, nodes, mechanism);
      expect(unplaced).toEqual({});
      const used = filled.flatMap(({ gpus }) => gpus).filter((replicas) => replicas.length > 0).length;
      expect(used / leastGpus(services)).toBeLessThanOrEqual(1.02);
    }
  });
});

/** No packing does with fewer. Source: Martello and Toth 1990, Discrete Applied Mathematics 28, the bound L2. */
function leastGpus(services: readonly Service[]): number {
  const sizes = services.flatMap(({ gpu, replicas }) => Array.from({ length: replicas }, () => gpu));
  const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
  return Math.max(
    ...Array.from({ length: 51 }, (_, small) => {
      const large = sizes.filter((size) => size > 100 - small);
      const middle = sizes.filter((size) => size <= 100 - small && size > 50);
      const rest = sizes.filter((size) => size <= 50 && size >= small);
      const free = 100 * middle.length - sum(middle);
      return large.length + middle.length + Math.max(0, Math.ceil((sum(rest) - free) / 100));
    }),
  );
}
