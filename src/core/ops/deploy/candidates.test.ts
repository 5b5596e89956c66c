import { describe, expect, test } from 'vitest';
import { candidatesIn, isInPlaceOf, mustSuit } from './candidates.ts';

const pcie = { name: 'gpu_1x_h100_pcie', gpu: 'H100', gpus: 1, vcpus: 26, memoryGib: 225, centsPerHour: 329 };
const sxm = { ...pcie, name: 'gpu_1x_h100_sxm5', centsPerHour: 429 };
const eight = { name: 'gpu_8x_h100_sxm5', gpu: 'H100', gpus: 8, vcpus: 208, memoryGib: 1800, centsPerHour: 3192 };
const plain = { name: 'cpu_4x_general', gpu: null, gpus: 0, vcpus: 4, memoryGib: 16, centsPerHour: 20 };
const sold = [pcie, sxm, eight, plain, { ...pcie, name: 'gpu_1x_free', centsPerHour: 0 }];
const regions = ['us-west-3', 'eu-home-1'];

const suits = (text: string, types = [pcie], known = regions) =>
  mustSuit(
    candidatesIn(text),
    types.map((type) => ({ type, nodes: 2 })),
    { sold, regions: known },
  );

test('a machine stands in for another of the same GPU that is no larger in anything', () => {
  expect(isInPlaceOf(pcie, pcie)).toBe(true);
  expect(isInPlaceOf(pcie, sxm)).toBe(true);
  expect(isInPlaceOf(pcie, eight)).toBe(true);
  for (const less of [{ gpus: 0 }, { vcpus: 25 }, { memoryGib: 224 }, { gpu: 'A100' }, { gpu: null }])
    expect(isInPlaceOf(pcie, { ...sxm, ...less }), JSON.stringify(less)).toBe(false);
  for (const gpu of [pcie, sxm, eight]) expect(isInPlaceOf(plain, gpu)).toBe(false);
});

describe('what is no candidate', () => {
  test('one that fits no node is told what it would have to be', async () => {
    await expect(suits('gpu_1x_h100_sxm5:us-west-3,gpu_8x_h100_sxm5:us-west-3')).resolves.toBeUndefined();
    await expect(suits('cpu_4x_general:us-west-3')).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('would have to be gpu_1x_h100_pcie (1 H100, 26 vCPUs, 225 GiB)'),
    });
    await expect(suits('gpu_8x_h100_sxm5:us-west-3', [plain as never])).rejects.toThrow('cpu_4x_general (4 vCPUs, 16');
    // One of two kinds of node is enough.
    await expect(suits('cpu_4x_general:us-west-3', [pcie, plain as never])).resolves.toBeUndefined();
  });

  test('an unknown kind or region is answered with the nearest that there is', async () => {
    await expect(suits('gpu_1x_h100_pci:us-west-3')).rejects.toMatchObject({
      message: '--candidates: gpu_1x_h100_pci is not sold',
      next: expect.arrayContaining(['--candidates gpu_1x_h100_pcie:us-west-3']),
    });
    const nowhere = suits('gpu_1x_h100_pcie:us-nowhere-9');
    await expect(nowhere).rejects.toMatchObject({
      ...{ exit: 'usage', message: '--candidates: there is no region us-nowhere-9' },
      next: expect.arrayContaining([expect.stringMatching(/^--candidates gpu_1x_h100_pcie:us-/)]),
    });
    await expect(suits('gpu_1x_h100_pcie:eu-home-1')).resolves.toBeUndefined();
    // Nothing is shown there just now, and it may be waited for.
    await expect(suits('gpu_1x_h100_pcie:us-south-2')).resolves.toBeUndefined();
    // Nobody can tell which there are.
    await expect(suits('gpu_1x_h100_pcie:us-nowhere-9', [pcie], [])).resolves.toBeUndefined();
  });

  test('nor is what is listed without a price', async () => {
    await expect(suits('gpu_1x_free:us-west-3')).rejects.toThrow('without a price');
  });
});
