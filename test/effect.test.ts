import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import effectCommand from '../src/commands/churn/effect.ts';
import { openStyle } from '../src/commands/style.ts';
import type { Host } from '../src/core/context/index.ts';
import type { OwnersEffect } from '../src/core/ops/effect.ts';
import { type Drawn, effectOf } from '../src/core/policy/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

const waits = ({ arms: { treated, withheld } }: OwnersEffect) => treated.waiting + withheld.waiting;

const HOLDOUT = `${elmConfig}retention:\n  holdout: 0.5\n  holdout_salt: chosen once\n`;

test('what became of a tenant is counted in the arm that was drawn, once the 90 days are over', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': HOLDOUT } });
  await ask('portfolio import data', world);
  await ask('churn analyze elm-house', world);
  const effect = async (words = '') =>
    (await ask<{ owners: OwnersEffect[] }>(`churn effect ${words}`, world)).owners[0] as OwnersEffect;
  const before = await effect();
  expect(before).toMatchObject({ state: 'insufficient data', relative: null });
  expect(waits(before)).toBe(1);
  const leases = elmHouse['data/leases.csv'] ?? '';
  writeFileSync(join(world.dir, 'data/leases.csv'), leases.replace(/^(ada-1.*),,$/m, '$1,2026-12-10,2027-01-31'));
  world.clock = '2026-12-15T15:00:00.000Z';
  await ask('portfolio import data', world);
  // She has told already, and who stays has not: both are counted when their days are over.
  expect(await effect()).toMatchObject({ arms: { treated: { n: 0 }, withheld: { n: 0 } } });
  expect(waits(await effect())).toBe(1);
  world.clock = '2027-02-25T15:00:00.000Z';
  // It is over, and nobody has looked at the leases since.
  expect(await effect()).toMatchObject({ leasesSeen: '2026-12-10' });
  expect(waits(await effect())).toBe(1);
  writeFileSync(join(world.dir, 'data/leases.csv'), leases.replace(/^(ada-1.*),,$/m, '$1,2026-12-10,2027-02-01'));
  await ask('portfolio import data', world);
  // The file was seen, and the newest that anything tells of is that day of moving out.
  expect(await effect()).toMatchObject({ leasesSeen: '2027-02-01' });
  expect(waits(await effect())).toBe(1);
  const tickets = elmHouse['data/tickets.csv'] ?? '';
  writeFileSync(join(world.dir, 'data/tickets.csv'), `${tickets}4430,ben,2027-02-24,,0,doors\n`);
  await ask('portfolio import data', world);
  const measured = await effect();
  const { arms, power } = measured;
  expect([arms.treated, arms.withheld].map(({ n, hits }) => [n, hits]).toSorted()).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(waits(measured)).toBe(0);
  // Who stood there on the first day was a backlog: no other came, and so nobody can tell when there will be enough.
  expect(power).toMatchObject({ baselineFrom: 'assumed', needed: 2039, months: null });
  expect(await effect('--as-of 2026-12-20')).toMatchObject({ leasesSeen: '2026-12-10' });
  const { stdout, code } = await runSophia('churn effect', world);
  expect(code).toBe(0);
  expect(stdout).toContain('State: insufficient data');
  expect(stdout).not.toContain('Relative effect');
  expect(stdout).toContain('at the present rate of triggers: not told');
  const early = await runSophia('churn effect --as-of 2026-12-20', world);
  expect(early.stdout).toContain('Not compared: 1 not over');
});

test('where nothing was proposed yet, that is an answer as well', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  const { stdout, code } = await runSophia('churn effect', world);
  expect(code).toBe(0);
  expect(stdout).toMatch(/State: no hold-out.*\n.*\n {2}it cannot be known/);
});

test('the answer tells why one look is no verdict, and what becomes of it with those who had no choice', async () => {
  const style = await openStyle({ env: {}, stdout: {} } as unknown as Host, 'never', false);
  const of = (arm: Drawn['arm'], outcome: Drawn['outcome'], n: number) =>
    Array.from({ length: n }, (): Drawn => ({ arm, outcome }));
  const told = (...drawn: Drawn[][]) => {
    const effect = effectOf(drawn.flat(), { perMonth: 12, share: 0.2 });
    const owner = { owner: 'own-hill-street', name: 'Hill Street Homes', exempt: 0, undrawn: 0, leasesSeen: null };
    const data = { head: 'leave', asOf: '2026-11-22', owners: [{ ...owner, ...effect }] };
    return (effectCommand as { render?: (data: never, style: never) => string }).render?.(
      data as never,
      style as never,
    );
  };
  const some = told(
    ...[
      of('treated', 'left', 60),
      of('withheld', 'left', 24),
      of('treated', 'stayed', 130),
      of('withheld', 'stayed', 26),
    ],
    ...[of('treated', 'transferred', 10), of('treated', 'sent', 3), of('withheld', 'unavoidable', 1)],
    ...[of('treated', undefined, 9), of('withheld', 'unknown', 2)],
  );
  expect(some?.split('\n').slice(1)).toEqual([
    'ARM       TENANTS  LEFT  MOVED WITHIN  RATE',
    'treated   200      60    10            30 %',
    'withheld  50       24    0             48 %',
    'State: insufficient data',
    'Relative effect: 38 % fewer leave, 95 % at this look: 9 % to 55 %',
    '  however often one looks: -71 % to 72 %; the state is read from this',
    '  That of this look leaves out 0, which who looks every month sees by chance in',
    '  one of four cases: not yet',
    'Difference: 18.0 points, 95 %: 3.2 to 32.7',
    'With the 6 left out as stayed: 35 % fewer leave (4 % to 54 %)',
    '  as left: 39 % fewer leave (13 % to 56 %)',
    'To find an effect of 25 % on a rate of 34 % in 90 days (measured here):',
    '  power 0 % now; 80 % takes 1621 first triggers, however often one looks',
    '  (1269 to 2078 at rates of 40 % to 28 %)',
    '  at the present rate of triggers: in 120 months (90 to 159)',
    'Not compared: 9 not over, by the leases seen (9 treated, 0 withheld)',
    'Not compared: 1 died, or had military orders (0 treated, 1 withheld)',
    'Not compared: 3 sent by the owner (3 treated, 0 withheld)',
    'Not compared: 2 without a lease by now (0 treated, 2 withheld)',
  ]);
});
