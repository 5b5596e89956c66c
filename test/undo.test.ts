import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../src/commands/churn/analysis.ts';
import { exits } from '../src/core/errors/index.ts';
import type { ImportReport } from '../src/core/ops/import.ts';
import { planWithdrawal, withdraw } from '../src/core/portfolio/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { openBench } from './rooms.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const LEDGER = 'line_id,tenant_id,date,type,amount\n';
const twoOwners = `${elmConfig}  - id: oak-lane\n    name: Oak Lane Homes\n`;

function opened(config = elmConfig): World {
  return openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
}

/** Imports one file, and tells the id of the import. */
async function bring(world: World, file: string, text: string, more = ''): Promise<string> {
  writeFileSync(join(world.dir, file), text);
  return (await ask<ImportReport>(`portfolio import ${file}${more}`, world)).importId ?? '';
}

/** What an analysis says of the tenants, with the evidence it rests on. */
/** As they stand, whatever the analysis before them said. */
async function tenantsSeen(world: World): Promise<unknown> {
  const { tenants } = await ask<Analysis>('churn analyze elm-house', world);
  return tenants.map(({ sinceLast: _, ...each }) => each);
}

/** Ids of rows that readers see, by kind and key. */
function idsIn(world: World): unknown[] {
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'), { readOnly: true });
  const rows = db
    .prepare(
      `select distinct r.kind, r.key, r.id from portfolio_row r join portfolio_import i on i.id = r.import_id
       where i.state = 'live' order by 1, 2, 3`,
    )
    .all();
  db.close();
  return rows;
}

const latePaid = `${LEDGER}ben-2026-10-paid,ben,2026-10-25,payment,700.00\nben-fee,ben,2026-10-25,fee,85.00\n`;

describe('an import that is withdrawn', () => {
  test('is seen by nobody, and what it corrected counts as before', async () => {
    using world = opened();
    await ask('portfolio import data', world);
    const before = await tenantsSeen(world);
    const id = await bring(world, 'ledger-late.csv', latePaid);
    expect(await tenantsSeen(world)).not.toEqual(before);

    const would = await ask(`portfolio undo ${id} --dry-run`, world);
    expect(would).toEqual({
      ...{ importId: id, owner: 'hill-street', actor: 'os:ada', finishedAt: world.clock, timeZone: 'America/Chicago' },
      ...{ dryRun: true, rows: 2, returning: 1, kinds: { line: 2 }, later: [] },
    });
    expect(await tenantsSeen(world)).not.toEqual(before);
    expect(await ask('events --kind portfolio.withdrawn', world).catch(() => 'none')).toBe('none');

    expect(await ask(`portfolio undo ${id}`, world)).toEqual({ ...would, dryRun: false });
    expect(await tenantsSeen(world)).toEqual(before);
    expect(await ask('events --kind portfolio.withdrawn', world)).toMatchObject({
      ...{ owner: 'hill-street', actor: 'os:ada', body: { import: id, rows: 2, returning: 1 } },
    });
  });

  test('returns nothing where a later one has corrected it', async () => {
    using world = opened();
    await ask('portfolio import data', world);
    const paid = (amount: string) => `${LEDGER}ben-2026-10-paid,ben,2026-10-25,payment,${amount}\n`;
    const first = await bring(world, 'ledger-late.csv', paid('700.00'));
    await bring(world, 'ledger-later.csv', paid('800.00'));
    const seen = await tenantsSeen(world);
    expect(await ask(`portfolio undo ${first}`, world)).toMatchObject({ rows: 1, returning: 0 });
    expect(await tenantsSeen(world)).toEqual(seen);
  });

  test('is told with what goes by kind, and with what later imports said again of it', async () => {
    using world = opened();
    await ask('portfolio import data', world);
    const line = (n: number) => `fee-${n},ben,2026-11-02,fee,1.00\n`;
    const first = await bring(world, 'ledger-1.csv', LEDGER + line(1) + line(2));
    expect((await runSophia(`portfolio undo ${first} --dry-run`, world)).stdout).toBe(
      `${first}, 2026-11-22 09:00\n  imported for hill-street by os:ada\n2 rows would go: 2 ledger lines.\n` +
        'No earlier version would count again.\nNothing was changed: this was a dry run.\n',
    );
    world.clock = '2026-11-23T15:00:00.000Z';
    const second = await bring(world, 'ledger-2.csv', LEDGER + line(1) + line(2) + line(3));
    const { stdout } = await runSophia(`portfolio undo ${first}`, world);
    expect(stdout).toContain('2 rows withdrawn: 2 ledger lines.\nNo earlier version counts again.\n');
    expect(stdout).toContain(`goes with it:\nimport the files of ${second} once more.\n`);
    expect(stdout.split('\n').filter((each) => each.length > 80)).toEqual([]);
    expect(await ask<ImportReport>('portfolio import ledger-2.csv', world)).toMatchObject({
      files: [{ new: 2, unchanged: 1 }],
    });
  });

  test('is the newest that counts where the last is asked for, and only one of an allowed owner', async () => {
    using world = opened(twoOwners);
    const ids: string[] = [];
    for (const [day, owner] of [
      ['20', 'hill-street'],
      ['21', 'hill-street'],
      ['22', 'oak-lane'],
    ] as const) {
      world.clock = `2026-11-${day}T15:00:00.000Z`;
      ids.push(await bring(world, `tenants-${day}.csv`, `tenant_id,name\nt${day},Ada\n`, ` --owner ${owner}`));
    }
    expect(await ask('portfolio undo last --owner hill-street', world)).toMatchObject({ importId: ids[1], rows: 1 });
    expect((await runSophia('portfolio undo last --dry-run', world)).stdout).toContain(`${ids[2]}, 2026-11-22 09:00\n`);
    expect(await ask('portfolio undo last --owner hill-street', world)).toMatchObject({ importId: ids[0] });
    expect(await runSophia('portfolio undo last --owner hill-street', world)).toMatchObject({
      code: exits.usage.code,
      stderr: expect.stringContaining('no import counts'),
    });
    expect(await ask('portfolio undo last', world)).toMatchObject({ importId: ids[2], owner: 'oak-lane' });
  });

  test('stays in the list, with who withdrew it and when; twice is refused, and says so', async () => {
    using world = opened();
    expect(await ask('portfolio imports', world)).toMatchObject({ imports: [] });
    const { importId: id } = await ask<ImportReport>('portfolio import data', world);
    const listed = {
      id,
      owner: 'hill-street',
      rejected: 0,
      synthetic: false,
      actor: 'os:ada',
      finishedAt: world.clock,
    };
    const { imports } = await ask<{ imports: { rows: number }[] }>('portfolio imports', world);
    expect(imports).toEqual([{ ...listed, state: 'live', rows: expect.any(Number) }]);
    expect(imports[0]?.rows).toBeGreaterThan(70);

    world.clock = '2026-11-23T08:00:00.000Z';
    await ask(`portfolio undo ${id}`, world);
    expect(await ask('portfolio imports', world)).toMatchObject({
      imports: [{ ...imports[0], state: 'withdrawn', withdrawnBy: 'os:ada', withdrawnAt: world.clock }],
    });
    const { stdout } = await runSophia('portfolio imports', world);
    expect(stdout).toContain('withdrawn by os:ada, 2026-11-23 02:00');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const more of ['', ' --dry-run'])
      expect(await runSophia(`portfolio undo ${id}${more}`, world)).toMatchObject({
        code: exits.refused.code,
        stderr: expect.stringContaining(`${id} was withdrawn by os:ada at ${world.clock} already`),
      });
  });

  test('and imported again gives its rows the ids that they had', async () => {
    using world = opened();
    const { importId: id } = await ask<ImportReport>('portfolio import data', world);
    const [before, seen] = [idsIn(world), await tenantsSeen(world)];
    await ask(`portfolio undo ${id}`, world);
    expect(idsIn(world)).toEqual([]);
    expect(await ask('portfolio list', world)).toMatchObject({ properties: [] });
    const again = await ask<ImportReport>('portfolio import data', world);
    expect(again.files.every((file) => file.new > 0 && file.changed + file.unchanged + file.rejected === 0)).toBe(true);
    expect(idsIn(world)).toEqual(before);
    expect(await tenantsSeen(world)).toEqual(seen);
  });

  test('is not referred to: its tenants are unknown again', async () => {
    using world = opened();
    const { importId: id } = await ask<ImportReport>('portfolio import data', world);
    await ask(`portfolio undo ${id}`, world);
    writeFileSync(join(world.dir, 'ledger.csv'), `${LEDGER}1,ada,2026-11-01,fee,1.00\n`);
    expect(await ask('portfolio import ledger.csv', world)).toMatchObject({
      rejections: [{ reason: 'tenant_id "ada" is in no tenants.csv' }],
    });
  });

  test('takes what was invented out of sight, and the mark with it', async () => {
    using world = opened();
    await ask('portfolio import data', world);
    const { importId } = await ask<ImportReport>('portfolio demo --seed 3 --properties 1 --units 6', world);
    expect(await ask('portfolio list', world)).toMatchObject({ synthetic: true });
    await ask(`portfolio undo ${importId}`, world);
    expect(await ask('portfolio list', world)).not.toHaveProperty('synthetic');
  });
});

describe('an import is not withdrawn', () => {
  test('when nobody has it, or another owner', async () => {
    using world = opened(twoOwners);
    const { importId: id } = await ask<ImportReport>('portfolio import data --owner hill-street', world);
    const says = (name: string) => ({ code: exits.usage.code, stderr: expect.stringContaining(`no import "${name}"`) });
    for (const more of ['', ' --dry-run']) {
      expect(await runSophia(`portfolio undo ${id} --owner oak-lane${more}`, world)).toMatchObject(says(id ?? ''));
      expect(await runSophia(`portfolio undo imp-nothing${more}`, world)).toMatchObject(says('imp-nothing'));
    }
    expect(await ask('portfolio imports --owner oak-lane', world)).toMatchObject({ imports: [] });
    expect(await ask('portfolio imports', world)).toMatchObject({ imports: [{ id, state: 'live' }] });
    expect(await ask(`portfolio undo ${id}`, world)).toMatchObject({ owner: 'hill-street' });
  });

  test('while it is staged', async () => {
    using world = opened();
    const { importId: id } = await ask<ImportReport>('portfolio import data', world);
    change(world, "update portfolio_import set state = 'staging'");
    expect(await runSophia(`portfolio undo ${id}`, world)).toMatchObject({ code: exits.refused.code });
    expect(await runSophia('portfolio undo last', world)).toMatchObject({ code: exits.usage.code });
    const listed = await ask<{ imports: unknown[] }>('portfolio imports', world);
    expect(listed.imports).toMatchObject([{ id, state: 'unfinished' }]);
    expect((await runSophia('portfolio imports', world)).stdout).toMatch(
      /unfinished.*The same command goes on with it/s,
    );
  });

  test('while another import of the owner runs', async () => {
    using world = opened();
    const { importId: id } = await ask<ImportReport>('portfolio import data', world);
    change(
      world,
      "update lease set process = 'other', token = 9, expires_at = '2026-11-22T15:00:30.000Z' where name like 'import:%'",
    );
    expect(await runSophia(`portfolio undo ${id}`, world)).toMatchObject({ code: exits.held.code });
    expect(await ask('portfolio imports', world)).toMatchObject({ imports: [{ state: 'live' }] });
  });

  test('in the demo', async () => {
    using world = openWorld();
    const { imports } = await ask<{ imports: { id: string }[] }>('portfolio imports', world);
    expect(imports).toHaveLength(1);
    const { code, stderr } = await runSophia(`portfolio undo ${imports[0]?.id}`, world);
    expect({ code, says: stderr.includes('sophia init') }).toEqual({ code: exits.config.code, says: true });
  });

  test('while rows of a later one are about its tenants', async () => {
    using world = opened();
    const { importId: people } = await ask<ImportReport>('portfolio import data', world);
    const fee = await bring(world, 'ledger-fee.csv', `${LEDGER}fee-1,ada,2026-11-01,fee,85.00\n`);
    const refused = await runSophia(`portfolio undo ${people}`, world);
    expect(refused).toMatchObject({ code: exits.refused.code, stderr: expect.stringContaining('rest on') });
    expect(refused.stderr).toContain(`sophia portfolio undo ${fee}`);
    await ask(`portfolio undo ${fee}`, world);
    await ask(`portfolio undo ${people}`, world);
  });

  test('while rows rest on it, though another owner has tenants of the same keys', async () => {
    using world = opened(twoOwners);
    const OAK = ' --owner oak-lane';
    const HILL = ' --owner hill-street';
    await ask(`portfolio import data${OAK}`, world);
    const { importId: people } = await ask<ImportReport>(`portfolio import data${HILL}`, world);
    expect(await ask(`portfolio undo ${people} --dry-run`, world)).toMatchObject({ returning: 0 });
    await bring(world, 'ledger-fee.csv', `${LEDGER}fee-1,ada,2026-11-01,fee,85.00\n`, HILL);
    expect(await runSophia(`portfolio undo ${people}`, world)).toMatchObject({ code: exits.refused.code });
  });

  test('because of rows of its own owner alone: those of another do not stand in the way', async () => {
    using world = opened(twoOwners);
    await ask('portfolio import data --owner hill-street', world);
    const row = `${LEDGER}ada-2026-10-due,ben,2026-10-01,charge,1600.00\n`;
    const moved = await bring(world, 'ledger-moved.csv', row, ' --owner hill-street');
    await ask('portfolio import data --owner oak-lane', world);
    await ask(`portfolio undo ${moved}`, world);
  });

  test('while rows rest on it, though one that is withdrawn named the tenant too', async () => {
    using world = opened();
    const { importId: people } = await ask<ImportReport>('portfolio import data', world);
    const renamed = await bring(world, 'tenants-renamed.csv', 'tenant_id,name\nada,Ada Other\n');
    const fee = await bring(world, 'ledger-fee.csv', `${LEDGER}fee-1,ada,2026-11-01,fee,85.00\n`);
    await ask(`portfolio undo ${renamed}`, world);
    expect(await runSophia(`portfolio undo ${people}`, world)).toMatchObject({
      code: exits.refused.code,
      stderr: expect.stringContaining(`sophia portfolio undo ${fee}`),
    });
  });

  test('while leases of a later one lie in its property', async () => {
    using world = opened();
    const file = (name: string) => bring(world, name, elmHouse[`data/${name}`] ?? '');
    const houses = await file('properties.csv');
    await file('tenants.csv');
    const leases = await file('leases.csv');
    const refused = await runSophia(`portfolio undo ${houses}`, world);
    expect(refused).toMatchObject({ code: exits.refused.code });
    expect(refused.stderr.match(/undo imp-\w+/g)).toEqual([`undo ${leases}`]);
  });

  test('before the later ones, of which the newest is to go first', async () => {
    using world = opened();
    const { importId: people } = await ask<ImportReport>('portfolio import data', world);
    const later: string[] = [];
    for (const day of ['23', '24', '25']) {
      world.clock = `2026-11-${day}T15:00:00.000Z`;
      later.unshift(await bring(world, 'ledger-fee.csv', `${LEDGER}fee-${day},ada,2026-11-01,fee,85.00\n`));
    }
    const { stderr } = await runSophia(`portfolio undo ${people}`, world);
    expect(stderr.match(/undo imp-\w+/g)).toEqual(later.map((id) => `undo ${id}`));
  });

  test('while a later one has a row that it moved: the row would be with two tenants', async () => {
    using world = opened();
    await ask('portfolio import data', world);
    const seen = await tenantsSeen(world);
    const row = (tenant: string, amount: string) => `${LEDGER}ada-2026-10-due,${tenant},2026-10-01,charge,${amount}\n`;
    const moved = await bring(world, 'ledger-moved.csv', row('ben', '1600.00'));
    const later = await bring(world, 'ledger-later.csv', row('ben', '1601.00'));
    expect(await runSophia(`portfolio undo ${moved}`, world)).toMatchObject({ code: exits.refused.code });
    await ask(`portfolio undo ${later}`, world);
    await ask(`portfolio undo ${moved}`, world);
    expect(await tenantsSeen(world)).toEqual(seen);
  });
});

test('the withdrawal itself looks at the owner, whatever was planned', async () => {
  const bench = await openBench();
  const stranger = await bench.other({ owner: 'oak-lane' as typeof bench.owner });
  const id = 'imp-1' as Parameters<typeof withdraw>[2];
  await bench.store.write((tx) =>
    tx
      .insertInto('portfolio_import')
      .values({
        ...{ id, owner: bench.owner, actor: bench.actor.id, state: 'live', observed_on: '2026-11-22' as never },
        ...{ synthetic: 0, rows: 0, rejected: 0, started_at: bench.clock.now(), finished_at: bench.clock.now() },
      })
      .execute(),
  );
  await expect(planWithdrawal(stranger.store.read, stranger.owner, id)).rejects.toMatchObject({ exit: 'usage' });
  await using lease = await acquireLease(stranger, `import:${stranger.owner}`, 'the import');
  await expect(withdraw(stranger, lease, id, { rows: 0, returning: 0 })).rejects.toThrow('is not live');
  expect(await stranger.journal.since(0)).toEqual([]);
  await expect(planWithdrawal(bench.store.read, bench.owner, id)).resolves.toMatchObject({ rows: 0, returning: 0 });
});

function change(world: World, statement: string): void {
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec(statement);
  db.close();
}
