import { expect, test } from 'vitest';
import { askedOf } from './deploy.ts';

const offer = (type: string, region: string) => ({ type, region, centsPerHour: 329 });
const one = (name: string, ...candidates: ReturnType<typeof offer>[]) => ({ name, candidates });
const order = {
  ...{ environment: 'production', home: 'h1', sshKey: { name: 'k', publicKey: 'ssh-ed25519 A' } },
  machines: [
    one('node-0', offer('pcie', 'r1')),
    one('node-1', offer('pcie', 'r2'), offer('pcie', 'r3'), offer('sxm', 'r2')),
    one('node-2', offer('pcie', 'r1')),
  ],
  change: { ends: 1, peakCents: 1316 },
};

test('who approves a deployment is asked about kinds and regions, what ends, the peak, and until when', () => {
  expect(askedOf(order, 987, 8 * 3600)).toBe(
    '3 machines: 2 pcie in r1 + 1 pcie in r2 (or r3, sxm in r2); $9.87 an hour at most, $13.16 while it changes; ' +
      '1 machine of before to be ended; gpu reap ends new ones after 8 hours, where that runs',
  );
});

test('without a moment they bill until somebody ends them, and what does not end is not told of', () => {
  const told = askedOf({ ...order, change: { ends: 0, peakCents: 987 } }, 987, 0);
  expect(told).toMatch(/; they bill until somebody ends them$/);
  expect(told).not.toContain('of before');
  expect(askedOf(order, 987, 5400)).toContain('after 90 minutes');
  // An order that was written down before such a thing was told.
  const { change: _, ...old } = order;
  expect(askedOf(old, 987, 0)).not.toContain('while it changes');
});
