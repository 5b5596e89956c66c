import { expect, test } from 'vitest';
import { ExternalError, UsageError } from '../../errors/index.ts';
import type { RunSummary } from '../../runs/index.ts';
import { carryDeploy } from './spent.ts';

const MACHINE = { id: 'a' };
const before = {
  id: 'run-0',
  input: { environment: 'production', speed: 0 },
  status: 'stalled',
  updatedAt: '1',
} as never;
const ended = { ...(before as RunSummary), status: 'succeeded' } as RunSummary;

/** A run that has moved or not, of an environment of which so many machines bill; null: the vendor cannot be asked. */
function rooms(bills: number | null, updatedAt: string) {
  let asked = 0;
  const bill = async () => {
    asked += 1;
    if (bills === null) throw new Error('nobody answers');
    return {
      machines: Array.from({ length: bills }, () => MACHINE),
      centsPerHour: 329 * bills,
      soFarCents: 7,
      unread: 0,
    };
  };
  const opened = {
    deploys: async () => ({ bill, isInDoubt: async () => false }) as never,
    runs: async () => ({ summary: async () => ({ updatedAt }) }) as never,
  };
  return { opened, asked: () => asked };
}

test('of a run that has come to its end it is told what bills, asked once; of one that has not, nothing', async () => {
  const { opened, asked } = rooms(1, '2');
  expect(await carryDeploy(opened, before, async () => ended)).toMatchObject({
    spent: { environment: 'production', rehearsal: false, bill: { centsPerHour: 329 } },
  });
  expect(asked()).toBe(1);
  expect(await carryDeploy(opened, before, async () => before)).not.toHaveProperty('spent');
  expect(await carryDeploy(rooms(null, '2').opened, before, async () => ended)).toMatchObject({
    spent: { bill: null },
  });
});

test('one that fails while something bills, or may, ends as that does; where nothing came of it, as it is', async () => {
  const fails = async () => Promise.reject(new ExternalError('failed', 'a node is gone', true));
  const error = (bills: number | null, updatedAt: string) =>
    carryDeploy(rooms(bills, updatedAt).opened, before, fails).catch((thrown) => thrown);
  expect(await error(1, '2')).toMatchObject({ exit: 'billing', message: expect.stringContaining('1 of its machines') });
  expect(await error(null, '2')).toMatchObject({ exit: 'billing' });
  expect(await error(0, '2')).toMatchObject({ exit: 'failed' });
  expect(await error(1, '1')).toMatchObject({ exit: 'failed' });
  const misfit = async () => Promise.reject(new UsageError('no such field', []));
  await expect(carryDeploy(rooms(1, '1').opened, before, misfit)).rejects.toMatchObject({ kind: 'usage' });
});
