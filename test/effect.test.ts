import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OwnersEffect } from '../src/core/ops/effect.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

const HOLDOUT = `${elmConfig}retention:\n  holdout: 0.5\n  holdout_salt: chosen once\n`;

test('what became of a tenant is counted in the arm that was drawn, once the 90 days are over', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': HOLDOUT } });
  await ask('portfolio import data', world);
  await ask('churn analyze elm-house', world);
  const effect = async (words = '') =>
    (await ask<{ owners: OwnersEffect[] }>(`churn effect ${words}`, world)).owners[0] as OwnersEffect;
  const before = await effect();
  expect(before).toMatchObject({ state: 'insufficient data', waiting: 1, relative: null });
  const leases = elmHouse['data/leases.csv'] ?? '';
  writeFileSync(join(world.dir, 'data/leases.csv'), leases.replace(/^(ada-1.*),,$/m, '$1,2026-12-10,2027-01-31'));
  world.clock = '2026-12-15T15:00:00.000Z';
  await ask('portfolio import data', world);
  // She has told already, and who stays has not: both are counted when their days are over.
  expect(await effect()).toMatchObject({ waiting: 1, arms: { treated: { n: 0 }, withheld: { n: 0 } } });
  world.clock = '2027-02-25T15:00:00.000Z';
  // It is over, and nobody has looked at the leases since.
  expect(await effect()).toMatchObject({ waiting: 1, leasesSeen: '2026-12-10' });
  writeFileSync(join(world.dir, 'data/leases.csv'), leases.replace(/^(ada-1.*),,$/m, '$1,2026-12-10,2027-02-01'));
  await ask('portfolio import data', world);
  // The file was seen, and the newest that anything tells of is that day of moving out.
  expect(await effect()).toMatchObject({ waiting: 1, leasesSeen: '2027-02-01' });
  const tickets = elmHouse['data/tickets.csv'] ?? '';
  writeFileSync(join(world.dir, 'data/tickets.csv'), `${tickets}4430,ben,2027-02-24,,0,doors\n`);
  await ask('portfolio import data', world);
  const { arms, waiting, power } = await effect();
  expect([arms.treated, arms.withheld].map(({ n, hits }) => [n, hits]).toSorted()).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect({ waiting, ...power }).toMatchObject({ waiting: 0, needed: 590, months: expect.any(Number) });
  expect(await effect('--as-of 2026-12-20')).toMatchObject({ waiting: 1, leasesSeen: '2026-12-10' });
  const { stdout, code } = await runSophia('churn effect', world);
  expect(code).toBe(0);
  expect(stdout).toContain('State: insufficient data');
  expect(stdout).not.toContain('Relative effect');
  const early = await runSophia('churn effect --as-of 2026-12-20', world);
  expect(early.stdout).toContain('Not compared: 1 not over');
});

test('where nothing was proposed yet, that is an answer as well', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  const { stdout, code } = await runSophia('churn effect', world);
  expect(code).toBe(0);
  expect(stdout).toMatch(/State: no hold-out.*\n.*\n {2}it cannot be known/);
});
