import { expect, test } from 'vitest';
import { cheapestOf } from './smoke.ts';

const sold = (name: string, gpus: number, centsPerHour: number, regions = ['us-east-1']) => ({
  ...{ name, gpu: gpus > 0 ? 'A10' : null, gpus, vcpus: 4, memoryGib: 16, centsPerHour, regions },
});
const CPU = sold('cpu', 0, 20);
const A10 = sold('a10', 1, 129);
const H100 = sold('h100', 1, 329);

test('a trial takes the cheapest machine with a GPU that can be had, and one without only where none can for so much', () => {
  expect(cheapestOf([CPU, H100, A10], 400)).toMatchObject({ type: 'a10', gpus: 1, centsPerHour: 129 });
  expect(cheapestOf([CPU, H100, sold('gone', 1, 50, [])], 400)).toMatchObject({ type: 'h100' });
  expect(cheapestOf([CPU, H100], 300)).toMatchObject({ type: 'cpu', gpus: 0, gpu: null });
});

test('where nothing can be had for so much it is said what the cheapest with a GPU costs; where nothing can, that', () => {
  expect(() => cheapestOf([CPU, H100], 10)).toThrow('h100, costs $3.29 an hour, more than may be spent');
  expect(() => cheapestOf([sold('gone', 1, 50, [])], 400)).toThrow('shows no capacity of anything');
});
