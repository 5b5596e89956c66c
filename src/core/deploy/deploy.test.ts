import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import { packageRoot } from '../../../test/sophia.ts';
import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { isRefused, mechanismFor, packed, planOf, readWish, type Service, suggestionsOf } from './index.ts';

const textOf = (name: string) => readFileSync(join(packageRoot, 'templates/deploy', name), 'utf8');
const { types, readOn } = JSON.parse(textOf('catalogue.json')) as {
  types: InstanceType[];
  readOn: Catalogue['readOn'];
};
const catalogue: Catalogue = { types, readOn, recordedFrom: null };
const wished = textOf('production.yaml');

const read = (text: string) => readWish(text, 'deploy/production.yaml');
const plan = async (text: string) => planOf(await read(text), catalogue);
const codes = async (text: string) => {
  const { findings } = await plan(text);
  return findings.filter(({ severity }) => severity === 'refused').map(({ code }) => code);
};
/** The wish with some of its lines said otherwise. */
const but = (...changes: [string, string][]) =>
  changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, wished);
const granted = but(
  ['cluster_type: ClusterMAX', 'cluster_type: on-demand\nidle_gpus: true'],
  ['spot_instances: true', 'spot_instances: false'],
  ['target_price_per_gpu_hour: 2.99', 'target_price_per_gpu_hour: 4.29'],
  ['nodes: 3', 'nodes: 3\ngpus_per_node: 8'],
);

describe('the original wish', () => {
  test('is refused for each thing that is not to be had, with the line and the edit', async () => {
    const { findings, quote, demand, unplaced, survivesNodeLoss } = await plan(wished);
    const refused = findings.filter(({ severity }) => severity === 'refused');
    expect(refused.map(({ code, at }) => [code, at.split(':')[1]])).toEqual([
      ['cluster-type-has-no-api', '4'],
      ['spot-unsupported', '8'],
      ['gpu-not-used', '15'],
      ['gpu-not-used', '19'],
      ['gpu-not-used', '23'],
      ['price-above-target', '7'],
      ['demand-does-not-fit', '6'],
    ]);
    expect(refused.filter(({ fix }) => fix.length === 0)).toEqual([]);
    expect({ quote, demand, unplaced, survivesNodeLoss }).toEqual({
      quote: { centsPerHour: 987, centsPerMonth: 720_510 },
      demand: { hundredths: 1325, gpus: 14 },
      unplaced: { 'agent-swarm': 10, 'memory-layer': 1 },
      survivesNodeLoss: false,
    });
  });

  test('is granted when each of them is edited as it says', async () => {
    const found = await plan(granted);
    expect(isRefused(found)).toBe(false);
    expect(found).toMatchObject({ quote: { centsPerHour: 9576 }, survivesNodeLoss: true, unplaced: {} });
  });

  test.each([
    ['cluster-type-has-no-api', 'cluster_type: on-demand', 'cluster_type: ClusterMAX'],
    ['spot-unsupported', 'spot_instances: false', 'spot_instances: true'],
    ['gpu-not-used', '\nidle_gpus: true', ''],
    ['price-above-target', 'target_price_per_gpu_hour: 4.29', 'target_price_per_gpu_hour: 3.98'],
    ['demand-does-not-fit', 'gpus_per_node: 8', 'gpus_per_node: 4'],
    ['above-max-hourly', 'nodes: 3', 'max_hourly: 95.75\nnodes: 3'],
    ['no-spare-node', 'nodes: 3', 'survive_node_loss: true\nnodes: 2'],
    ['not-sold', 'gpus_per_node: 8', 'gpus_per_node: 3'],
    ['not-sold', 'gpu: H100', 'gpu: H1000'],
  ])('%s comes of one edit back', async (code, from, to) => {
    const text = granted.replace(from, to);
    expect(text).not.toBe(granted);
    expect([...new Set(await codes(text))]).toEqual([code]);
  });

  test('is told which shares there are, where it asks for another', async () => {
    const mig = (gpu: string) => `gpu_sharing: mig\n${granted.replace('gpu: 0.25', `gpu: ${gpu}`)}`;
    expect(await codes(mig('0.25'))).toEqual([]);
    const { findings } = await plan(mig('0.3'));
    expect(findings.find(({ code }) => code === 'fraction-not-offered')).toMatchObject({
      severity: 'refused',
      what: 'mig offers no share of 0.3 GPU; it offers 0.12, 0.25, 0.5',
      fix: ['gpu: 0.5', 'gpu_sharing: kai   takes any share'],
    });
  });

  test('has alternatives that can be had, the cheapest first, as files', async () => {
    const suggestions = await suggestionsOf(await read(wished), catalogue);
    expect(suggestions.map(({ name, quote }) => [name, quote.centsPerHour])).toEqual([
      ['lean', 120],
      ['lean-spare', 140],
      ['as-shared', 4606],
      ['as-shared-spare', 4935],
      ['few-nodes', 5666],
      ['few-nodes-spare', 9576],
    ]);
    for (const { name, text, quote, survivesNodeLoss } of suggestions) {
      const found = await plan(text);
      expect(isRefused(found), name).toBe(false);
      expect(found, name).toMatchObject({ quote, survivesNodeLoss, unplaced: {} });
      if (name.endsWith('-spare')) expect(survivesNodeLoss, name).toBe(true);
    }
  });
});

describe('what a plan must not grant, and what it must', () => {
  const wish = (text: string) => `nodes: 3\n${text}`;
  const one = (more: string) => `services:\n  web: { image: example.com/web, replicas: 1, ${more} }\n`;
  const sold = async (text: string, more: readonly InstanceType[]) =>
    planOf(await read(text), { ...catalogue, types: [...types, ...more] });
  const refusedIn = ({ findings }: Awaited<ReturnType<typeof plan>>) =>
    findings.filter(({ severity }) => severity === 'refused').map(({ code }) => code);
  const model = (name: string, gpu: string, gpus: number, memoryGib: number): InstanceType => {
    return { name, gpu, gpus, vcpus: 100, memoryGib, centsPerHour: 100 * gpus };
  };

  test('nodes with GPUs that no service asks for', async () => {
    expect(await codes(wish(one('gpu: 0')))).toEqual(['gpu-not-used']);
    expect(await codes(`gpus_per_node: 0\n${wish(one('gpu: 0'))}`)).toEqual([]);
    expect(await codes(`idle_gpus: true\n${wish(one('gpu: 0'))}`)).toEqual([]);
  });

  test('a spare that is one only where the smaller node is lost', async () => {
    const text = `survive_node_loss: true\npools:\n  - { instance_type: many_small, nodes: 1 }\n  - { instance_type: gpu_4x_h100_sxm5, nodes: 1 }\n${one('gpu: 1, memory_gib: 800')}`;
    const plan = await sold(text, [model('many_small', 'V100', 8, 448)]);
    expect(refusedIn(plan)).toEqual(['no-spare-node']);
  });

  test('shares by MIG of a model whose profiles are not known', async () => {
    const text = `gpu: A10\ngpu_sharing: mig\n${wish(one('gpu: 0.5'))}`;
    expect(refusedIn(await sold(text, [model('gpu_1x_a10', 'A10', 1, 200)]))).toEqual(['fraction-not-offered']);
    expect(refusedIn(await sold(text.replace('mig', 'kai'), [model('gpu_1x_a10', 'A10', 1, 200)]))).toEqual([]);
  });

  test('counts services by any name', async () => {
    const { unplaced } = await plan(`nodes: 1\nservices:\n  constructor: { image: x, replicas: 3, gpu: 1 }\n`);
    expect(unplaced).toEqual({ constructor: 2 });
  });

  test('an edit that resolves it stands beside each refusal', async () => {
    const found = [
      ...(await plan(`gpus_per_node: 0\n${wish(one('gpu: 1'))}`)).findings,
      ...(await plan(wish(one('memory_gib: 5000')))).findings,
      ...(await plan(`survive_node_loss: true\nnodes: 1\n${one('gpu: 1')}`)).findings,
    ].filter(({ severity }) => severity === 'refused');
    expect(found.length).toBeGreaterThan(2);
    for (const { what, fix } of found) expect(fix.length, what).toBeGreaterThan(0);
    expect(found.at(-1)?.fix[0]).toMatch(/^nodes: 2 /);
  });

  test('says where no capacity is shown', async () => {
    const soldOut = types.map((type) => ({ ...type, regions: [] }));
    const { findings } = await planOf(await read(wish(one('gpu: 1'))), { ...catalogue, types: soldOut });
    expect(findings.map(({ code, severity }) => [code, severity])).toContainEqual(['no-capacity-shown', 'note']);
  });

  test('alternatives raise no limit but the target, which they say, and keep what must survive', async () => {
    const text = `max_hourly: 10\nsurvive_node_loss: true\ntarget_price_per_gpu_hour: 2\nnodes: 2\nservices:\n  web: { image: x, replicas: 2, gpu: 1 }\n`;
    const [first, ...others] = await suggestionsOf(await read(text), catalogue);
    expect(first?.text).toMatch(
      /^# [\s\S]*\$3\.29, where \$2\.00 was wished for[\s\S]*max_hourly: 10\n[\s\S]*survive_node_loss: true/,
    );
    for (const { quote } of [first, ...others].filter((each) => each !== undefined))
      expect(quote.centsPerHour).toBeLessThanOrEqual(1000);
    expect(await suggestionsOf(await read(text.replace('max_hourly: 10', 'max_hourly: 5')), catalogue)).toEqual([]);
  });

  test('alternatives to shares that are not offered are granted', async () => {
    const text = `gpu_sharing: mig\nnodes: 1\nservices:\n  web: { image: x, replicas: 3, gpu: 0.3 }\n`;
    const [first] = await suggestionsOf(await read(text), catalogue);
    expect(first).toMatchObject({ quote: { centsPerHour: 329 }, why: 'All that was asked for, by kai' });
    expect(isRefused(await plan(first?.text ?? ''))).toBe(false);
  });

  test('what needs no GPU goes to machines without one, where that is cheaper', async () => {
    const text = `nodes: 1\nservices:\n  model: { image: x, replicas: 1, gpu: 1, memory_gib: 200 }\n  web: { image: y, replicas: 6, vcpus: 3, memory_gib: 14 }\n`;
    const [first] = await suggestionsOf(await read(text), catalogue);
    expect(first?.quote.centsPerHour).toBe(329 + 5 * 20);
  });

  test('takes few seconds of nobody, however much is asked for', async () => {
    const many = `nodes: 16\nservices:\n  web: { image: x, replicas: 10000, gpu: 0.05 }\n`;
    expect((await suggestionsOf(await read(many), catalogue)).length).toBeGreaterThan(0);
    await expect(read(many.replace('10000, gpu: 0.05 }', '9999 }\n  two: { image: x, replicas: 2 }'))).rejects.toThrow(
      '10001 replicas',
    );
  });
});

describe('what cannot be meant', () => {
  test.each([
    ['nodes: 3', 'nodes: 0', 'nodes: must be a whole number, from 1 to 1000'],
    ['nodes: 3', 'nodes: -1', 'nodes: must be a whole number'],
    ['nodes: 3', 'nodes: 1e9', 'nodes: must be a whole number'],
    ['nodes: 3', 'node: 3', 'unknown key "node": is nodes meant?'],
    ['nodes: 3', '', 'nodes: is missing: say how many'],
    ['gpu: 0.5 ', 'gpu: 1.5 ', 'must be whole GPUs, or a share of one'],
    ['gpu: 0.5 ', 'gpu: -0.5 ', 'must not be negative'],
    ['gpu: 0.5 ', 'gpu: 0.333 ', 'is finer than hundredths'],
    ['gpu: 0.5 ', 'gpu: .nan ', 'must be a number'],
    ['replicas: 5', 'replicas: 0', 'services.mcp-mesh.replicas: must be a whole number'],
    ['2.99', 'free', 'target_price_per_gpu_hour: must be dollars'],
    ['2.99', '2.999', 'has more than two digits'],
    ['services:', 'services: {}\nother:', 'other'],
    [
      'gpu: H100',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'alias',
    ],
  ])('%s as %s is told with file and line', async (from, to, says) => {
    const told = read(but([from, to]));
    await expect(told).rejects.toMatchObject({ exit: 'config', message: expect.stringContaining(says) });
    await expect(told).rejects.toThrow(/^deploy\/production\.yaml/);
  });
});

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
