import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { day, elm, importAll, today } from '../../../test/portfolio.ts';
import { openBench } from '../../../test/rooms.ts';
import { openPortfolio } from './index.ts';

describe('a snapshot', () => {
  test('holds what was known on its day, and nothing later', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    const early = (await elm(bench, day('2026-10-10'))).of('ada');
    expect(early?.tickets).toEqual([expect.objectContaining({ openedOn: '2026-09-20', reopened: 0 })]);
    expect(early?.tickets[0]).not.toHaveProperty('closedOn');
    expect(early).not.toHaveProperty('offer');
    expect(early?.calls).toEqual([]);
    const late = (await elm(bench)).of('ada');
    expect(late?.tickets[0]).toMatchObject({ closedOn: '2026-10-12', reopened: 1 });
    expect(late?.offer).toMatchObject({ rent: 176_000 });
    expect(late?.calls).toHaveLength(1);
  });

  test('is the same whether or not a later day is looked at with it', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-11-10'));
    const corrected = (elmHouse['data/ledger.csv'] ?? '').replace('10-20,payment,1600.00', '10-20,payment,900.00');
    await importAll(bench, { 'data/ledger.csv': corrected }, day('2026-11-20'));
    const { room, property } = await elm(bench);
    const early = day('2026-11-15');
    const [alone] = await room.snapshots(property.id, [early]);
    const [late, beside] = await room.snapshots(property.id, [today, early]);
    expect(beside).toEqual(alone);
    expect(late?.tenancies).not.toEqual(alone?.tenancies);
  });

  test('of one tenant alone tells the same', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-11-10'));
    const { room, property } = await elm(bench);
    for (const on of [day('2026-06-01'), day('2026-10-10'), today]) {
      const [snapshot] = await room.snapshots(property.id, [on]);
      expect(snapshot?.tenancies.length).toBeGreaterThan(1);
      for (const tenancy of snapshot?.tenancies ?? [])
        expect(await room.tenancy(tenancy.tenant, property.id, on)).toEqual(tenancy);
    }
    const [ada] = await room.tenantsCalled('ada');
    expect(ada && (await room.tenancy(ada.id, property.id, day('1999-01-01')))).toBeUndefined();
  });

  test('a correction counts from the day on which it was seen', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-11-10'));
    const corrected = (elmHouse['data/ledger.csv'] ?? '').replace(
      'ada-2026-10-paid,ada,2026-10-20,payment,1600.00',
      'ada-2026-10-paid,ada,2026-10-20,payment,900.00',
    );
    const { verdicts } = await importAll(bench, { 'data/ledger.csv': corrected }, day('2026-11-20'));
    expect(verdicts.filter((verdict) => verdict === 'changed')).toHaveLength(1);
    const paid = async (on: string) =>
      (await elm(bench, day(on))).of('ada')?.ledger.find((line) => line.on === '2026-10-20')?.amount;
    expect(await paid('2026-11-19')).toBe(160_000);
    expect(await paid('2026-11-20')).toBe(90_000);
  });

  test('a line that is said to be about somebody else leaves the one it was about', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-11-10'));
    const moved = 'line_id,tenant_id,date,type,amount\nada-2026-10-due,zoe,2026-10-01,charge,1600.00\n';
    // Zoe lives in another house, so that nothing of hers is looked at with Ada's.
    const files = { 'data/tenants.csv': 'tenant_id,name\nzoe,Zoe Example\n', 'data/ledger.csv': moved };
    expect((await importAll(bench, files, day('2026-11-20'))).verdicts).toEqual(['new', 'changed']);
    const dues = async (on: string) =>
      (await elm(bench, day(on))).of('ada')?.ledger.filter(({ on, type }) => on === '2026-10-01' && type === 'charge')
        .length;
    expect(await dues('2026-11-19')).toBe(1);
    expect(await dues('2026-11-20')).toBe(0);
    expect((await importAll(bench, { 'data/ledger.csv': moved })).verdicts).toEqual(['unchanged']);
  });

  test('a lease that is said to be in another house leaves the one it was in', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-11-10'));
    const [header = '', ...leases] = (elmHouse['data/leases.csv'] ?? '').trim().split('\n');
    const ben = leases.find((row) => row.includes(',ben,')) ?? '';
    const files = {
      'data/properties.csv': 'property_id,name\noak-lane,Oak Lane\n',
      'data/leases.csv': `${header}\n${ben.replace('elm-house', 'oak-lane')}\n`,
    };
    await importAll(bench, files, day('2026-11-20'));
    const room = openPortfolio({ ...bench, read: bench.store.read });
    expect((await room.list(today)).map(({ key, tenants }) => [key, tenants])).toEqual([
      ['elm-house', 5],
      ['oak-lane', 1],
    ]);
    expect((await room.list(day('2026-11-19'))).map(({ tenants }) => tenants)).toEqual([6, 0]);
  });

  test('another known_on is another version', async () => {
    const bench = await openBench();
    const tickets = (on: string) => ({
      'data/tickets.csv': `ticket_id,tenant_id,opened_on,known_on\n9,ben,2026-09-01,${on}\n`,
    });
    await importAll(bench, { ...elmHouse, ...tickets('2026-11-15') });
    expect((await importAll(bench, tickets('2026-11-10'))).verdicts).toEqual(['changed']);
    expect((await elm(bench, day('2026-11-12'))).of('ben')?.tickets).toHaveLength(1);
  });

  test('hides what lies after its day in rows that were known before it', async () => {
    const bench = await openBench();
    const [header = '', ...leases] = (elmHouse['data/leases.csv'] ?? '').trim().split('\n');
    const leaving = leases.map((row) => (row.includes(',ben,') ? row.replace(/,[^,]*$/, ',2026-12-31') : row));
    const early = '2026-09-01';
    await importAll(bench, {
      ...elmHouse,
      'data/leases.csv': [header, ...leaving].join('\n'),
      'data/offers.csv': `offer_id,tenant_id,offered_on,rent,known_on\no1,ada,2026-10-15,1760.00,${early}\n`,
      'data/sources.csv': `property_id,source,connected_from,connected_to,known_on\nelm-house,tickets,2025-01-01,2026-10-01,${early}\n`,
      'data/calls.jsonl': (elmHouse['data/calls.jsonl'] ?? '').replaceAll(
        '"consent"',
        `"known_on":"${early}","consent"`,
      ),
    });
    const { snapshot, of } = await elm(bench, day('2026-10-10'));
    expect(of('ben')).toBeDefined();
    expect(of('ada')).not.toHaveProperty('offer');
    expect(of('ada')?.calls).toEqual([]);
    expect(snapshot.connectedDays.tickets).toBe(0);
    expect((await elm(bench, day('2026-10-01'))).snapshot.connectedDays.tickets).toBe(639);
  });

  test('a known_on column outranks the day of the row', async () => {
    const bench = await openBench();
    const tickets = 'ticket_id,tenant_id,opened_on,known_on\n9,ben,2026-09-01,2026-11-15\n';
    await importAll(bench, { ...elmHouse, 'data/tickets.csv': tickets });
    expect((await elm(bench, day('2026-11-14'))).of('ben')?.tickets).toEqual([]);
    expect((await elm(bench, day('2026-11-15'))).of('ben')?.tickets).toHaveLength(1);
  });

  test('coverage is what was stated, in days', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    expect((await elm(bench)).snapshot.connectedDays).toEqual({
      ledger: 660,
      tickets: 660,
      calls: 46,
      engagement: 0,
      memory: 0,
    });
    const silent = await openBench();
    const { 'data/sources.csv': _none, ...unstated } = elmHouse;
    await importAll(silent, unstated);
    expect((await elm(silent)).snapshot.connectedDays).toEqual({
      ledger: 0,
      tickets: 0,
      calls: 0,
      engagement: 0,
      memory: 0,
    });
  });

  test('tells a renewal from a stay that ended, and a stay from its first day', async () => {
    const bench = await openBench();
    const header = 'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on';
    const leases = [
      header,
      'a1,ada,elm-house,1A,2024-01-15,2024-02-01,2025-01-31,1600.00,,',
      'a2,ada,elm-house,1A,2024-12-15,2025-02-01,2027-01-31,1700.00,,',
      'b1,ben,elm-house,2A,2024-12-15,2025-02-01,2026-01-31,1700.00,2025-12-01,2026-01-31',
      'c1,cyd,elm-house,3A,2024-12-15,2025-02-01,2026-10-31,1700.00,,',
    ].join('\n');
    await importAll(bench, { ...elmHouse, 'data/leases.csv': leases });
    const { room, snapshot, of } = await elm(bench);
    expect(snapshot.decisions).toEqual({ renewed: 1, left: 1 });
    const ada = of('ada');
    expect(ada).toMatchObject({ movedIn: '2024-02-01', leaseStarts: '2025-02-01', rent: 170_000 });
    const rows = ada && (await room.filesOf([ada.tenant], today)).get(ada.tenant)?.rows;
    expect([ada?.firstLease, ada?.lease].map((lease) => rows?.get(lease ?? '')?.key)).toEqual(['a1', 'a2']);
    expect(of('ben')).toBeUndefined();
    expect(of('cyd')).toMatchObject({ leaseEnds: '2026-10-31' });
  });

  test('of leases that overlap takes the newest that has begun, and counts the tenant once', async () => {
    const bench = await openBench();
    const [header = ''] = (elmHouse['data/leases.csv'] ?? '').split('\n');
    const leases = [
      'a1,ada,elm-house,1A,2025-12-01,2026-01-01,2026-12-31,1600.00,,',
      'a2,ada,elm-house,1A,2026-08-01,2026-09-01,2027-08-31,1700.00,,',
      'a3,ada,elm-house,1A,2026-11-01,2026-12-01,2027-11-30,1750.00,,',
      'b1,ben,elm-house,1A,2026-08-01,2026-09-01,2027-08-31,1700.00,,',
    ];
    await importAll(bench, { ...elmHouse, 'data/leases.csv': [header, ...leases].join('\n') });
    const { snapshot, of } = await elm(bench);
    expect(snapshot.tenancies).toHaveLength(2);
    expect(of('ada')).toMatchObject({ leaseEnds: '2027-08-31', movedIn: '2026-01-01', rent: 170_000 });
    expect(snapshot.decisions).toEqual({ renewed: 0, left: 0 });
  });

  test('of who has given notice says so from that day on', async () => {
    const bench = await openBench();
    const leases = (elmHouse['data/leases.csv'] ?? '').replace(/(ben.*),,$/m, '$1,2026-11-10,');
    await importAll(bench, { ...elmHouse, 'data/leases.csv': leases });
    expect((await elm(bench)).of('ben')).toMatchObject({ noticeOn: '2026-11-10' });
    expect((await elm(bench, day('2026-11-09'))).of('ben')).not.toHaveProperty('noticeOn');
  });

  test('of whose moving out is set for a later day says so from the day on which that was seen', async () => {
    const bench = await openBench();
    const leases = (elmHouse['data/leases.csv'] ?? '').replace(/(ben.*),,$/m, '$1,,2026-11-30');
    await importAll(bench, { ...elmHouse, 'data/leases.csv': leases });
    expect((await elm(bench)).of('ben')).toMatchObject({ noticeOn: today });
    expect((await elm(bench, day('2026-11-21'))).of('ben')).not.toHaveProperty('noticeOn');
    expect((await elm(bench, day('2026-11-30'))).of('ben')).toBeUndefined();
  });

  test('of a day without anybody says from when there is something to see', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    await expect(elm(bench, day('2024-01-01'))).rejects.toMatchObject({
      exit: 'insufficient',
      message: expect.stringContaining('the first lease counts from 2025-02-01'),
    });
  });
});
