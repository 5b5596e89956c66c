import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Analysis } from '../src/commands/churn/analysis.ts';
import { exits } from '../src/core/errors/index.ts';
import type { Proposed } from '../src/core/ops/proposals/proposed.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const LEASES = 'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on\n';
const NOTICE = `${LEASES}ada-1,ada,elm-house,1A,2025-01-15,2025-02-01,2027-01-31,1600.00,2026-11-22,\n`;
const RENEWAL = `${LEASES}ada-2,ada,elm-house,1A,2026-11-20,2026-11-21,2027-10-31,1760.00,,\n`;
const ELSEWHERE = `${JSON.stringify({
  ...{ call_id: 'c-9', tenant_id: 'ada', started_at: '2026-11-21T15:00:00Z', consent: true },
  turns: [
    { by: 'agent', text: 'How can I help?' },
    { by: 'resident', text: 'We are looking for another place and we are going to move out.' },
  ],
})}\n`;

async function elm(config = elmConfig): Promise<World> {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
  onTestFinished(() => world[Symbol.dispose]());
  await ask('portfolio import data --owner hill-street', world);
  return world;
}

const analyse = (world: World) => ask<Analysis>('churn analyze elm-house', world);
const proposalsOf = async (world: World) =>
  (await ask<{ proposals: (Omit<Proposed, 'property'> & { property: string | null })[] }>('churn proposals', world))
    .proposals;
const waiting = async (world: World) =>
  (await ask<{ runs: { id: string }[] }>('runs list --status waiting', world)).runs.map(({ id }) => id);

async function learn(world: World, name: string, text: string): Promise<void> {
  writeFileSync(join(world.dir, name), text);
  await ask(`portfolio import ${name} --owner hill-street`, world);
}

async function asked(world: World): Promise<string> {
  return (await analyse(world)).proposals?.[0]?.run ?? '';
}

describe('a proposal that does not hold any more', () => {
  const learnt = [
    ['the tenant has given notice', 'leases.csv', NOTICE],
    ['the tenant has another lease', 'leases.csv', RENEWAL],
    ['the tenant was heard looking elsewhere', 'calls.jsonl', ELSEWHERE],
  ] as const;

  test.each(learnt)('as %s: is withdrawn when somebody goes to answer it', async (reason, name, text) => {
    const world = await elm();
    const run = await asked(world);
    await learn(world, name, text);
    const { code, stderr } = await runSophia(`runs approve ${run} --yes`, world);
    expect({ code, told: stderr.includes(reason) }).toEqual({ code: exits.refused.code, told: true });
    expect(existsSync(join(world.dir, 'out', run))).toBe(false);
    expect(await waiting(world)).toEqual([]);
    expect((await runSophia('churn proposals', world)).stdout).toContain('withdrawn');
  });

  test.each(learnt)('as %s: is left as it is by a rehearsal, which says so', async (reason, name, text) => {
    const world = await elm();
    const run = await asked(world);
    await learn(world, name, text);
    const before = await ask(`runs show ${run}`, world);
    for (const line of [`runs approve ${run} --yes --dry-run`, `runs reject ${run} --reason no --dry-run`]) {
      const { code, stderr } = await runSophia(line, world);
      expect({ code, stderr }).toEqual({
        code: exits.refused.code,
        stderr: expect.stringContaining(`would be withdrawn: ${reason}`),
      });
    }
    expect(await ask(`runs show ${run}`, world)).toEqual(before);
    expect(await waiting(world)).toEqual([run]);
  });

  test.each(learnt)('as %s: is withdrawn by the next analysis', async (_reason, name, text) => {
    const world = await elm();
    const run = await asked(world);
    await learn(world, name, text);
    await analyse(world);
    expect(await ask(`runs show ${run}`, world)).toMatchObject({ status: 'cancelled' });
    expect((await waiting(world)).length).toBeLessThanOrEqual(1);
  });

  test('as its import was undone: is listed, and can be approved by nobody', async () => {
    const world = await elm();
    const run = await asked(world);
    const { imports } = await ask<{ imports: { id: string }[] }>('portfolio imports', world);
    await ask(`portfolio undo ${imports[0]?.id} --yes`, world);
    expect(await proposalsOf(world)).toMatchObject([{ run, property: null, status: 'waiting' }]);
    expect(await runSophia(`runs approve ${run} --yes`, world)).toMatchObject({ code: exits.refused.code });
    expect(existsSync(join(world.dir, 'out'))).toBe(false);
  });

  test('as it was approved and could not be carried out until now: nothing is written', async () => {
    const world = await elm();
    const run = await asked(world);
    writeFileSync(join(world.dir, 'out'), 'in the way');
    expect(await runSophia(`runs approve ${run} --yes`, world)).toMatchObject({ code: exits.config.code });
    rmSync(join(world.dir, 'out'));
    await learn(world, 'leases.csv', NOTICE);
    expect(await ask(`runs resume ${run}`, world)).toMatchObject({ status: 'succeeded' });
    expect(existsSync(join(world.dir, 'out'))).toBe(false);
    const { events } = await ask<{ events: { kind: string }[] }>(`runs show ${run}`, world);
    expect(events.map(({ kind }) => kind)).toContain('proposal.lapsed');
  });

  test('is proposed anew when it holds again', async () => {
    const world = await elm();
    const first = await asked(world);
    await learn(world, 'leases.csv', NOTICE);
    await analyse(world);
    const { imports } = await ask<{ imports: { id: string; rows: number }[] }>('portfolio imports', world);
    await ask(`portfolio undo ${imports.find(({ rows }) => rows === 1)?.id} --yes`, world);
    const second = await asked(world);
    expect(second).not.toBe(first);
    expect(await waiting(world)).toEqual([second]);
    expect(await ask(`runs approve ${second} --yes`, world)).toMatchObject({ status: 'succeeded' });
  });
});

describe('whoever looks elsewhere', () => {
  test('is proposed a service call, and no offer', async () => {
    const world = await elm();
    await learn(world, 'calls.jsonl', ELSEWHERE);
    const { tenants } = await analyse(world);
    expect(tenants[0]).toMatchObject({ key: 'ada', step: 'service_check_in' });
    const [run] = await waiting(world);
    expect((await runSophia(`runs approve ${run}`, world)).stdout).toContain('Service');
  });
});

describe('what is suggested beside the ranking', () => {
  test('is nothing for whom a human said no to, and for whom the team has no hand free', async () => {
    const world = await elm();
    const run = await asked(world);
    expect((await analyse(world)).tenants[0]).toMatchObject({ key: 'ada', step: 'renewal_call' });
    await ask(`runs reject ${run} --reason "agreed by phone" --yes`, world);
    expect((await analyse(world)).tenants[0]).toMatchObject({ key: 'ada', step: 'none' });
    expect((await analyse(await elm(`${elmConfig}retention:\n  capacity: 0\n`))).tenants[0]).toMatchObject({
      ...{ key: 'ada', step: 'none' },
    });
  });

  test('is nothing for whom is withheld: they would be no measure any more', async () => {
    for (let salt = 0; salt < 40; salt++) {
      const world = await elm(`${elmConfig}retention:\n  holdout: 0.5\n  holdout_salt: salt-number-${salt}\n`);
      const { tenants, proposals } = await analyse(world);
      if (proposals?.[0]?.state !== 'withheld') continue;
      expect(tenants[0]).toMatchObject({ key: 'ada', step: 'none' });
      return;
    }
    expect.unreachable('one salt of forty withholds half');
  });
});

test('two owners with houses of one name are told apart', async () => {
  const world = await elm(`${elmConfig}  - id: oak-lane\n    name: Oak Lane LLC\n`);
  await ask('portfolio import data --owner oak-lane', world);
  for (const owner of ['hill-street', 'oak-lane']) await ask(`churn analyze elm-house --owner ${owner}`, world);
  const { stdout } = await runSophia('churn proposals', world);
  expect(stdout).toMatch(/elm-house {2}hill-street {2}1 proposal/);
  expect(stdout).toMatch(/elm-house {2}oak-lane {2}1 proposal/);
});
