import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { day, drawn, elm, importAll, parse, today } from '../../../test/portfolio.ts';
import { openBench } from '../../../test/rooms.ts';
import { addDays, id } from '../domain/index.ts';
import { undoImport } from '../ops/undo.ts';
import { acquireLease } from '../store/index.ts';
import { beginImport, openPortfolio } from './index.ts';

describe('the past of a property', () => {
  test('is on each day what a snapshot of that day alone is, corrections and moved rows too', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const corrected = (elmHouse['data/ledger.csv'] ?? '').replace('09-20,payment,1600.00', '09-20,payment,900.00');
    await importAll(bench, { 'data/ledger.csv': corrected }, day('2026-10-14'));
    const moved = 'line_id,tenant_id,date,type,amount\nada-2026-10-due,ben,2026-10-01,charge,1600.00\n';
    await importAll(bench, { 'data/ledger.csv': moved }, day('2026-10-20'));
    const gone = (elmHouse['data/leases.csv'] ?? '').replace(/^(cyd-1.*),,$/m, '$1,2026-10-18,2026-11-10');
    await importAll(bench, { 'data/leases.csv': gone }, day('2026-10-25'));
    const { room, property } = await elm(bench);
    const past = await room.past(property.id);
    for (let on = day('2026-08-01'); on <= today; on = addDays(on, 5)) {
      const [snapshot] = await room.snapshots(property.id, [on]);
      expect(past.on(on), on).toEqual(snapshot);
    }
  });

  test('is not known beyond the newest row, nor beyond the newest file of leases', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const { room, property } = await elm(bench);
    const span = async () => (await room.past(property.id)).span;
    expect(await span()).toEqual({ first: '2025-02-01', left: '2026-10-02', paid: '2026-10-02' });
    const later = (elmHouse['data/ledger.csv'] ?? '').replaceAll(',2026-11-02,', ',2026-11-03,');
    await importAll(bench, { 'data/ledger.csv': later }, today);
    expect(await span()).toMatchObject({ left: '2026-10-10', paid: '2026-11-05' });
  });

  test('is known of each house by its own leases, the same again too: those of another tell nothing of it', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const { room, property } = await elm(bench);
    const [ada] = await room.tenantsCalled('ada');
    const followed = [{ tenant: ada?.id ?? id('tenant', 'none'), property: property.id, day: day('2026-08-01') }];
    const [first] = await room.outcomes(followed, today);
    expect(first).toMatchObject({ outcome: 'stayed', through: '2026-10-02' });
    const others = {
      'data/properties.csv': 'property_id,name\noak-house,Oak House\n',
      'data/units.csv': 'property_id,unit_id\noak-house,1A\n',
      'data/ledger.csv': `${elmHouse['data/ledger.csv']}ben-late,ben,2026-11-10,charge,50.00\n`,
      'data/leases.csv': `${(elmHouse['data/leases.csv'] ?? '').split('\n')[0]}\nben-2,ben,oak-house,1A,2026-11-01,2027-02-01,2028-01-31,1600.00,,\n`,
    };
    await importAll(bench, others, today);
    const [later] = await room.outcomes(followed, today);
    expect(later).toMatchObject({ outcome: 'stayed', through: '2026-10-10' });
    expect((await room.past(property.id)).span).toMatchObject({ left: '2026-10-10' });
    const [before] = await room.outcomes(followed, day('2026-10-01'));
    expect(before?.through).toBeUndefined();

    const again = await importAll(bench, { 'data/leases.csv': elmHouse['data/leases.csv'] ?? '' }, day('2026-11-15'));
    expect(again.shown).toBe(false);
    const [seen, ...none] = await room.outcomes(followed, today);
    expect([seen, none]).toEqual([{ outcome: 'stayed', through: '2026-11-10' }, []]);
    expect((await room.past(property.id)).span).toMatchObject({ left: '2026-11-10' });
    // As of a day before that file nothing of it counts, whatever it said.
    const [then] = await room.outcomes(followed, day('2026-11-14'));
    expect(then?.through).toBe('2026-10-02');
    const other = await bench.other({ owner: id('owner', 'oak-lane') });
    const [stranger] = await openPortfolio({ ...other, read: other.store.read }).outcomes(followed, today);
    expect(stranger?.through).toBeUndefined();
  });

  test('a file of leases tells of a house until it is withdrawn, or what it said again is', async () => {
    const bench = await openBench();
    const until = async () => (await room.past(property.id)).span?.left;
    const line = (name: string, on: string) => ({
      'data/ledger.csv': `line_id,tenant_id,date,type,amount\n${name},ben,${on},charge,50.00\n`,
    });
    const leases = elmHouse['data/leases.csv'] ?? '';
    bench.at('2026-10-10T09:00:00.000Z');
    await importAll(bench, elmHouse, day('2026-10-10'));
    const { room, property } = await elm(bench);
    const bring = async (files: Readonly<Record<string, string>>, on: string) => {
      bench.at(`${on}T09:00:00.000Z`);
      const { shown } = await importAll(bench, files, day(on));
      return shown ? (await room.imports()).at(-1)?.id : undefined;
    };
    const undo = (importId = id('import', 'none')) => undoImport(bench, { importId, dryRun: false });

    await bring({ 'data/leases.csv': leases }, '2026-10-30');
    const both = await bring({ 'data/leases.csv': leases, ...line('later', '2026-11-02') }, '2026-11-05');
    const noticed = leases.replace(/^(cyd-1.*),,$/m, '$1,2026-11-06,2026-12-10');
    const moved = await bring({ 'data/leases.csv': noticed }, '2026-11-08');
    await bring({ 'data/leases.csv': noticed, ...line('last', '2026-11-11') }, '2026-11-12');
    expect(await until()).toBe('2026-11-11');
    // That Cyd goes was said again, and went with the file that had said it first: it is known as of the file before.
    await undo(moved);
    expect(await until()).toBe('2026-11-05');
    await undo(both);
    expect(await until()).toBe('2026-10-30');
  });

  test('leases that are set aside, and those of a rehearsal, were not seen', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const { room, property } = await elm(bench);
    const charge = 'line_id,tenant_id,date,type,amount\nlate,ben,2026-11-20,charge,50.00\n';
    const header = (elmHouse['data/leases.csv'] ?? '').split('\n')[0];
    const stranger = `${header}\nzoe-1,zoe,elm-house,1A,2026-11-01,2027-02-01,2028-01-31,1600.00,,\n`;
    await importAll(bench, { 'data/ledger.csv': charge, 'data/leases.csv': stranger }, today);
    expect((await room.past(property.id)).span).toMatchObject({ left: '2026-10-10', paid: '2026-11-20' });
    await using lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
      ...{ observedOn: today, synthetic: false, rehearses: true },
    });
    await staging.add((await parse('leases.csv', elmHouse['data/leases.csv'] ?? '')).flatMap(drawn));
    await staging.discard();
    expect((await room.past(property.id)).span).toMatchObject({ left: '2026-10-10' });
  });

  test('who has paid is known by the newest ledger, though nothing in it is new', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const { room, property } = await elm(bench);
    const ticket = `${(elmHouse['data/tickets.csv'] ?? '').split('\n')[0]}\nt-late,ben,2026-11-18,,0,doors\n`;
    await importAll(bench, { 'data/tickets.csv': ticket }, today);
    expect((await room.past(property.id)).span?.paid).toBe('2026-10-02');
    await importAll(bench, { 'data/ledger.csv': elmHouse['data/ledger.csv'] ?? '' }, today);
    expect((await room.past(property.id)).span).toMatchObject({ left: '2026-10-10', paid: '2026-11-18' });
  });
});
