import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../test/sophia.ts';
import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { isRefused, planOf, readWish, suggestionsOf } from './index.ts';

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

  test('comes with what is to be known of it, and with how long it boots', async () => {
    const { findings, boot } = await plan(wished);
    const notes = findings
      .filter(({ severity }) => severity === 'note')
      .map(({ code, at }) => [code, at.split(':')[1]]);
    expect(notes).toEqual([
      ['nodes-do-not-scale', '9'],
      ['shares-not-isolated', undefined],
      ['services-not-started', '13'],
    ]);
    // Three nodes of one GPU each, launched twelve seconds apart.
    expect(boot).toEqual({ least: 240 + 24, most: 360 + 24, isMet: true });
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

  test('boots as long as its slowest node, and says where nobody has told of such nodes', async () => {
    const boot = async (text: string) => (await plan(text)).boot;
    const of = (gpus: number, nodes: number) => `gpus_per_node: ${gpus}\nnodes: ${nodes}\n${one('gpu: 0')}`;
    expect(await boot(of(1, 1))).toEqual({ least: 240, most: 360, isMet: true });
    expect(await boot(of(8, 1))).toEqual({ least: 900, most: 1500, isMet: true });
    expect(await boot(of(4, 2))).toEqual({ least: 252, most: 1512, isMet: false });
    expect(await boot(of(0, 11))).toEqual({ least: 360, most: 480, isMet: false });
    const mixed = `pools:\n  - { instance_type: gpu_1x_h100_pcie, nodes: 2 }\n  - { instance_type: gpu_8x_h100_sxm5, nodes: 1 }\n${one('gpu: 1')}`;
    expect(await boot(mixed)).toEqual({ least: 924, most: 1524, isMet: true });
  });

  test('GPUs most of which stand idle, with what those cost', async () => {
    const idle = async (text: string) => (await plan(text)).findings.find(({ code }) => code === 'gpus-idle');
    expect(await idle(`nodes: 1000\n${one('gpu: 1')}`)).toMatchObject({
      ...{ severity: 'note', what: 'services ask for 1 of 1000 GPUs; the 999 that stand idle cost $3,286.71 an hour' },
    });
    expect(await idle(`nodes: 2\n${one('gpu: 1')}`)).toBeUndefined();
    expect(await idle(`nodes: 3\n${one('gpu: 1')}`)).toBeDefined();
    expect(await idle(`gpus_per_node: 0\nnodes: 3\n${one('gpu: 0')}`)).toBeUndefined();
    // Refused, it has been said; paid for all the same, it has not.
    expect(await idle(wish(one('gpu: 0')))).toBeUndefined();
    expect((await idle(`idle_gpus: true\n${wish(one('gpu: 0'))}`))?.what).toContain('0 of 3 GPUs');
  });

  test('what is listed without a price', async () => {
    const free = { ...model('gpu_1x_free', 'H100', 1, 225), centsPerHour: 0 };
    const { fleet, quote } = await sold(wish(one('gpu: 1')), [free]);
    expect(fleet?.map(({ type }) => type.name)).toEqual(['gpu_1x_h100_pcie']);
    expect(quote?.centsPerHour).toBe(987);
    const named = `pools:\n  - { instance_type: gpu_1x_free, nodes: 1 }\n${one('gpu: 1')}`;
    expect(refusedIn(await sold(named, [free]))).toEqual(['not-sold']);
  });

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
    ['gpu: H100', `gpu: ${'['.repeat(100_000)}`, 'more deeply than can be read'],
    ['gpu: H100', `gpu: ${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'more deeply than can be read'],
  ])('%s as %.80s is told with file and line', async (from, to, says) => {
    const told = read(but([from, to]));
    await expect(told).rejects.toMatchObject({ exit: 'config', message: expect.stringContaining(says) });
    await expect(told).rejects.toThrow(/^deploy\/production\.yaml/);
  });
});
