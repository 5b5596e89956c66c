import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import auditCommand from '../src/commands/churn/audit.ts';
import { openStyle } from '../src/commands/style.ts';
import type { Host } from '../src/core/context/index.ts';
import { type IsoDay, id } from '../src/core/domain/index.ts';
import { UserError } from '../src/core/errors/index.ts';
import { auditFor, type OwnersAudit } from '../src/core/ops/audit.ts';
import { auditOf, type Case } from '../src/core/policy/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

type Rooms = Parameters<typeof auditFor>[0];

/** The rooms of an owner with forty tenants above the trigger, of whom some are approved, as an analysis left them. */
function roomsWhere(approves: (at: number) => boolean): Rooms {
  const tenants = Array.from({ length: 40 }, (_, at) => id('tenant', `ten-${at}`));
  const property = id('property', 'pro-1');
  const rooms = {
    today: '2026-11-22' as IsoDay,
    policy: async () => ({
      proposals: async () =>
        tenants.map((tenant, at) => ({ tenant, property, runId: `run-${at}`, firstAt: '2026-11-01T12:00:00.000Z' })),
    }),
    portfolio: async () => ({
      properties: async () => [{ id: property, key: 'elm-house' }],
      filesOf: async () => new Map(tenants.map((tenant, at) => [tenant, { key: `t${at}` }])),
      snapshots: async () => [],
    }),
    runs: async () => ({
      list: async () => [
        { id: 'run-a', workflow: 'churn', input: { property, proposes: 1, day: '2026-11-01' } },
        { id: 'run-b', workflow: 'churn', input: { property, proposes: 0, day: '2026-11-02' } },
      ],
      state: async (run: string) => ({
        ranking: { tenants: run === 'run-a' ? tenants.map((tenant) => ({ tenant })) : [] },
      }),
      show: async (run: string) => {
        const decision = approves(Number(run.slice(4))) ? 'approved' : 'rejected';
        return { approvals: [{ decision, answeredAt: '2026-11-02T12:00:00.000Z' }] };
      },
    }),
  };
  return rooms as unknown as Rooms;
}

describe('an audit of what was done', () => {
  const window = { from: '2026-10-01' as IsoDay, to: '2026-11-22' as IsoDay };
  const zone = { timeZone: 'America/Chicago' } as Parameters<typeof auditFor>[1];
  const groups = new Map(Array.from({ length: 38 }, (_, at) => [`t${at}`, at % 2 ? 'odd' : 'even']));

  test('finds a policy that approves one group alone, and says which', async () => {
    const audit = await auditFor(
      roomsWhere((at) => at % 2 === 0),
      zone,
      window,
      groups,
    );
    expect(audit).toMatchObject({
      ungrouped: 2,
      properties: [{ compared: 40, response: { n: 40, open: 0, median: 24 } }],
    });
    expect(audit.found.map(({ name, stage, ratio }) => [name, stage, ratio])).toEqual([
      ['odd', 'approved', 0],
      ['odd', 'offered', 0],
    ]);
  });

  test('leaves one in peace that looks at no group, and knows of none without a file', async () => {
    const fair = await auditFor(
      roomsWhere((at) => at % 4 < 2),
      zone,
      window,
      groups,
    );
    expect(fair.found).toEqual([]);
    expect(fair.comparisons).toBe(3);
    const bare = await auditFor(
      roomsWhere((at) => at % 2 === 0),
      zone,
      window,
      undefined,
    );
    expect(bare).toMatchObject({ groups: [], ungrouped: null, found: [], comparisons: 0 });
  });

  test('passes over an analysis that cannot be read any more, takes the next, and says how many', async () => {
    const rooms = roomsWhere(() => true);
    const runs = await rooms.runs();
    const of = (run: string, day: string) => ({
      id: run,
      workflow: 'churn',
      input: { property: 'pro-1', proposes: 1, day },
    });
    const analyses = [of('run-x', '2026-10-30'), of('run-a', '2026-11-01'), of('run-y', '2026-11-03')];
    const state = async (run: string) => {
      if (run === 'run-x') throw new UserError('incompatible', 'no definition of it is here');
      return run === 'run-y' ? {} : runs.state(id('run', run));
    };
    const policy = async () => ({ proposals: async () => [] });
    const older = { ...rooms, policy, runs: async () => ({ ...runs, list: async () => analyses, state }) };
    const audit = await auditFor(older as unknown as Rooms, zone, window, groups);
    expect(audit).toMatchObject({ unreadable: 2, properties: [{ compared: 40 }] });
    expect(await auditFor(rooms, zone, window, groups)).toMatchObject({ unreadable: 0 });
  });

  test('takes what counsel knows for this one answer, and keeps it nowhere', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const file = join(world.dir, 'counsel.csv');
    writeFileSync(
      file,
      'tenant_id,group\nada,lapwing\nben,lapwing\ncyd,lapwing\ndov,lapwing\neve,lapwing\nfay,dunlin\n',
    );
    await ask('portfolio import data', world);
    await ask('churn analyze elm-house', world);
    const { stdout, code } = await runSophia('churn audit --groups counsel.csv --debug', world);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^elm-house +6 +17 %.*open +open +1\/1/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^lapwing +5 +20 %/m);
    expect(stdout).toContain('dunlin: fewer than 5, and so not told');
    const { owners } = await ask<{ owners: OwnersAudit[] }>('churn audit --groups counsel.csv', world);
    expect(owners).toMatchObject([{ suppressed: ['dunlin'], ungrouped: 0, unmatched: 0, found: [] }]);
    writeFileSync(file, 'tenant_id,group\nada,lapwing\nada,dunlin\n');
    const twice = await runSophia('churn audit --groups counsel.csv', world);
    expect(twice).toMatchObject({ code: 2, stdout: '' });
    expect(twice.stderr).toContain('row 2 names a tenant a second time');
    writeFileSync(file, 'tenant_id,group\nada,"lapwing\nProposals: no disparity"\n');
    const forged = await runSophia('churn audit --groups counsel.csv', world);
    expect(forged).toMatchObject({ code: 2, stdout: '' });
    expect(forged.stderr).toContain('row 1 has control or invisible characters in its group');
    expect(forged.stderr).not.toContain('disparity');
    writeFileSync(file, 'tenant,group\nada,lapwing\n');
    expect((await runSophia('churn audit --groups counsel.csv', world)).stderr).toContain('row 1 lacks a tenant_id');
    writeFileSync(file, '');
    const kept = readdirSync(world.dir, { recursive: true, encoding: 'utf8' })
      .map((name) => join(world.dir, name))
      .filter((path) => statSync(path).isFile() && /lapwing|dunlin/.test(readFileSync(path, 'latin1')));
    expect(kept).toEqual([]);
  });
});

test('a disparity is told with its ratio within properties, and what lies between these by itself', async () => {
  const style = await openStyle({ env: {}, stdout: {} } as unknown as Host, 'never', false);
  const decided = (property: string, group: string, approved: number, of: number) =>
    Array.from({ length: of }, (_, at): Case => {
      const decision = at < approved ? 'approved' : 'rejected';
      return { property, group, proposed: true, decision, hours: 1, offered: null };
    });
  const told = (...cases: Case[][]) => {
    const owner = { owner: 'own-hill-street', name: 'Hill Street Homes', ungrouped: 0, unmatched: 0, unreadable: 0 };
    const data = { from: '2026-08-24', to: '2026-11-22', owners: [{ ...owner, ...auditOf(cases.flat()) }] };
    const { render } = auditCommand as { render?: (data: never, style: never) => string };
    return render?.(data as never, style as never);
  };
  expect(told(decided('elm', 'a', 120, 150), decided('elm', 'b', 90, 150))).toContain(
    'Disparity: group b, approved: 60 % against 80 % of a; ratio 0.75, within properties 0.75, p below 0.001',
  );
  const apart = [decided('elm', 'a', 252, 360), decided('elm', 'b', 28, 40), decided('oak', 'a', 8, 40)];
  const between = told(...apart, decided('oak', 'b', 72, 360));
  expect(between).toContain('By property, not found within any: group b, approved: 25 % against 65 % of a; ratio 0.38');
  expect(between).not.toContain('Disparity: group');
});
