import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { chunksOf, drawn, elm, importAll, parse, today } from '../../../test/portfolio.ts';
import { openBench } from '../../../test/rooms.ts';
import { id } from '../domain/index.ts';
import { acquireLease, type Reader, type Store } from '../store/index.ts';
import { beginImport, openPortfolio } from './index.ts';

describe('an import', () => {
  test('again, with the same files, changes nothing', async () => {
    const bench = await openBench();
    expect((await importAll(bench, elmHouse)).shown).toBe(true);
    const again = await importAll(bench, elmHouse);
    expect(again.shown).toBe(false);
    expect(new Set(again.verdicts)).toEqual(new Set(['unchanged']));
    expect(await bench.journal.since(0)).toHaveLength(1);
  });

  test('killed before its end shows nothing, and the next one clears it away', async () => {
    const bench = await openBench();
    const lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
    const options = { observedOn: today, synthetic: false };
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, options);
    await staging.add((await parse('properties.csv', elmHouse['data/properties.csv'] ?? '')).flatMap(drawn));
    await staging.add((await parse('tenants.csv', elmHouse['data/tenants.csv'] ?? '')).flatMap(drawn));
    bench.kill(bench);

    const next = await bench.other();
    const room = openPortfolio({ ...next, read: next.store.read });
    expect(await room.properties()).toEqual([]);
    expect(await room.tenantsEverCalled('ada')).toEqual([]);
    await importAll(next, elmHouse);
    const db = new DatabaseSync(bench.file, { readOnly: true });
    expect(db.prepare("select count(*) as n from portfolio_import where state = 'staging'").get()).toEqual({ n: 0 });
    expect(db.prepare("select count(*) as n from portfolio_row where kind = 'property'").get()).toEqual({ n: 1 });
    db.close();
  });

  test('writes and takes back few rows at once, however many there are, and others write in between', async () => {
    const bench = await openBench();
    const other = await acquireLease(await bench.other(), 'run:1', 'run 1');
    const changed: number[] = [];
    const count = async (db: Pick<Reader, 'selectFrom'>) => {
      const all = db.selectFrom('portfolio_row').select(({ fn }) => fn.countAll<number>().as('n'));
      return (await all.executeTakeFirstOrThrow()).n;
    };
    const store: Store = {
      ...bench.store,
      async write(work) {
        const rows = await bench.store.write(async (tx) => {
          const before = await count(tx);
          const result = await work(tx);
          changed.push(Math.abs((await count(tx)) - before));
          return result;
        });
        await other.write(async () => undefined);
        return rows;
      },
    };
    const lease = await acquireLease({ ...bench, store }, 'import:1', 'the import');
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
      ...{ observedOn: today, synthetic: false },
    });
    const units = Array.from({ length: 10_000 }, (_, at) => `elm-house,${at}\n`);
    await staging.add((await parse('properties.csv', elmHouse['data/properties.csv'] ?? '')).flatMap(drawn));
    for await (const chunk of chunksOf('units.csv', `property_id,unit_id\n${units.join('')}`))
      await staging.add(chunk.flatMap(drawn));
    await staging.discard();
    expect(changed.filter((rows) => rows > 1)).toEqual([5000, 5000, 5000, 5000]);
  });

  test('of another owner is not seen, even with equal keys', async () => {
    const bench = await openBench();
    const stranger = await bench.other({ owner: id('owner', 'oak-lane') });
    await importAll(bench, elmHouse);
    const room = openPortfolio({ ...stranger, read: stranger.store.read });
    expect(await room.properties()).toEqual([]);
    const { property } = await elm(bench);
    await expect(room.snapshots(property.id, [today])).rejects.toMatchObject({ exit: 'insufficient' });
  });

  test('of another owner is not referred to, nor swept away while it runs', async () => {
    const bench = await openBench();
    const stranger = await bench.other({ owner: id('owner', 'oak-lane') });
    const lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
      observedOn: today,
      synthetic: false,
    });
    await staging.add((await parse('tenants.csv', elmHouse['data/tenants.csv'] ?? '')).flatMap(drawn));
    const ledger = { 'data/ledger.csv': 'line_id,tenant_id,date,type,amount\n1,ada,2026-01-01,charge,1.00\n' };
    const refused = [{ column: 'tenant_id', problem: '"ada" is in no tenants.csv' }];
    // Staged, they are nobody's to refer to; shown, they are not a stranger's.
    expect((await importAll(stranger, ledger)).verdicts).toEqual(refused);
    expect(await staging.publish(0)).toBe(true);
    await lease[Symbol.asyncDispose]();
    expect((await importAll(stranger, ledger)).verdicts).toEqual(refused);
    expect((await importAll(bench, ledger)).verdicts).toEqual(['new']);
  });

  test('does not take for known what a killed one had staged', async () => {
    const bench = await openBench();
    const lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
      observedOn: today,
      synthetic: false,
    });
    await staging.add((await parse('tenants.csv', elmHouse['data/tenants.csv'] ?? '')).flatMap(drawn));
    bench.kill(bench);
    const ledger = { 'data/ledger.csv': 'line_id,tenant_id,date,type,amount\n1,ada,2026-01-01,charge,1.00\n' };
    const next = await bench.other();
    const refused = [{ column: 'tenant_id', problem: '"ada" is in no tenants.csv' }];
    // A rehearsal leaves it where it is.
    expect((await importAll(next, ledger, today, true)).verdicts).toEqual(refused);
    expect((await importAll(next, ledger)).verdicts).toEqual(refused);
  });

  test('tells units of two houses apart, however they are called', async () => {
    const bench = await openBench();
    await importAll(bench, {
      'data/properties.csv': 'property_id,name\nelm,Elm\nelm/a,Elm A\n',
      'data/units.csv': 'property_id,unit_id\nelm,a/b\nelm/a,b\n',
    });
    const room = openPortfolio({ ...bench, read: bench.store.read });
    expect((await room.list(today)).map(({ units }) => units)).toEqual([1, 1]);
  });

  test('leaves no word of a call in the store', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    await bench.store[Symbol.asyncDispose]();
    expect(readFileSync(bench.file).includes('heating is terrible')).toBe(false);
  });
});
