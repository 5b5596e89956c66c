import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type IsoDay, id, type TimeZone } from '../domain/index.ts';
import { acquireLease } from '../store/index.ts';
import { beginImport, type Format, formats, openParser, openPortfolio, type ParsedRow, type Ready } from './index.ts';

const zone = 'America/Chicago' as TimeZone;
const day = (text: string) => text as IsoDay;
const today = day('2026-11-22');

async function parse(file: string, text: string | Uint8Array): Promise<ParsedRow[]> {
  const format = formats.find((each) => each.file === file) as Format;
  const parser = await openParser(zone, (words) => /uninhabitable|no heat/i.test(words));
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const all: ParsedRow[] = [];
  for await (const chunk of parser.chunks(format, file, only(bytes))) all.push(...chunk);
  return all;
}

async function* only(bytes: Uint8Array) {
  yield bytes;
}

/** What stands in for the language room: every call here is said to be glum. */
function drawn(parsed: ParsedRow): Ready[] {
  if (!('row' in parsed)) return [];
  const { row } = parsed;
  return [row.kind === 'call' ? { ...row, body: { on: row.body.on, residentTurns: 1, sentiment: -0.5 } } : row];
}

async function importAll(bench: Bench, files: Readonly<Record<string, string>>, observedOn = today) {
  await using lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
  const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
    ...{ observedOn, synthetic: false },
  });
  const verdicts: unknown[] = [];
  for (const { file } of formats) {
    const text = files[`data/${file}`];
    if (text === undefined) continue;
    const ready = (await parse(file, text)).flatMap(drawn);
    if (ready.length > 0) verdicts.push(...(await staging.add(ready)));
  }
  return { verdicts, shown: await staging.publish(0) };
}

const problems = (rows: readonly ParsedRow[]) =>
  rows.flatMap((row) => ('problem' in row ? [`${row.line}: ${row.problem}`] : []));

async function elm(bench: Bench, on: IsoDay = today) {
  const room = openPortfolio({ ...bench, read: bench.store.read });
  const [property] = await room.properties();
  if (!property) throw new Error('Elm House is not there');
  const [snapshot] = await room.snapshots(property.id, [on]);
  if (!snapshot) throw new Error('no snapshot');
  const files = await room.filesOf(
    snapshot.tenancies.map(({ tenant }) => tenant),
    on,
  );
  const of = (key: string) => snapshot.tenancies.find(({ tenant }) => files.get(tenant)?.key === key);
  return { room, property, snapshot, of };
}

describe('files that are not as they should be', () => {
  test('a byte-order mark is no part of the first column', async () => {
    expect(problems(await parse('tenants.csv', '\ufefftenant_id,name\nt1,Ada\n'))).toEqual([]);
    const call = (elmHouse['data/calls.jsonl'] ?? '').split('\n')[0];
    expect(problems(await parse('calls.jsonl', `\ufeff${call}\n`))).toEqual([]);
  });

  test('an empty file is said to be empty', async () => {
    await expect(parse('ledger.csv', '')).rejects.toMatchObject({ exit: 'insufficient' });
    await expect(parse('calls.jsonl', '')).rejects.toMatchObject({ exit: 'insufficient' });
  });

  test('a missing column is named, with those that are there', async () => {
    await expect(parse('ledger.csv', 'line_id,date,type\n1,2026-01-01,charge\n')).rejects.toMatchObject({
      message: 'ledger.csv lacks the columns tenant_id, amount; its header says: line_id, date, type',
    });
  });

  test('quotes that never close are told with their line', async () => {
    await expect(parse('tenants.csv', 'tenant_id,name\nt1,"Ada\nt2,Ben\n')).rejects.toThrow(/^tenants.csv:\d+: /);
  });

  test('days in other formats are refused, not guessed', async () => {
    const rows = await parse(
      'ledger.csv',
      'line_id,tenant_id,date,type,amount\n1,t,2026-01-01,charge,1.00\n2,t,01/02/2026,charge,1.00\n3,t,2026-02-30,charge,1.00\n',
    );
    expect(problems(rows)).toEqual([
      '3: date must be a day written as 2026-11-22, not "01/02/2026"',
      '4: date must be a day written as 2026-11-22, not "2026-02-30"',
    ]);
  });

  test('an amount that is more than a rent can be is refused', async () => {
    const rows = await parse(
      'ledger.csv',
      'line_id,tenant_id,date,type,amount\n1,t,2026-01-01,charge,99999999999999999999\n2,t,2026-01-01,charge,1000000.01\n3,t,2026-01-01,charge,1e5\n',
    );
    expect(problems(rows)).toEqual([
      '2: amount is more than a million',
      '3: amount is more than a million',
      expect.stringMatching(/^4: amount must be an amount like 1450\.00/),
    ]);
  });

  test('a line of ten megabytes is refused, not swallowed', async () => {
    const huge = 'x'.repeat(10_000_000);
    await expect(parse('calls.jsonl', `{"call_id":"${huge}"}\n`)).rejects.toThrow('a line longer than');
    await expect(parse('tenants.csv', `tenant_id,name\nt1,"${huge}"\n`)).rejects.toMatchObject({ exit: 'usage' });
  });

  test('a transcript without speakers is refused, with the turn', async () => {
    const call = JSON.parse((elmHouse['data/calls.jsonl'] ?? '').split('\n')[0] ?? '');
    const rows = await parse('calls.jsonl', JSON.stringify({ ...call, turns: [{ text: 'Hello?' }] }));
    expect(problems(rows)).toEqual([expect.stringMatching(/^1: turns\.0\.by must be agent or resident/)]);
  });

  test('a ticket about what fair housing protects is kept without its words', async () => {
    const bench = await openBench();
    const rows = [
      '9,ben,2026-11-01,,Reasonable accommodation',
      '8,ben,2026-11-02,,plumbing',
      '7,ben,2026-11-03,2026-11-20,no heat and I have asthma',
    ];
    const tickets = `ticket_id,tenant_id,opened_on,closed_on,category\n${rows.join('\n')}\n`;
    await importAll(bench, { ...elmHouse, 'data/tickets.csv': tickets });
    expect((await elm(bench)).of('ben')).toMatchObject({
      ...{ ticketsKeptOut: 2, tickets: [{ openedOn: '2026-11-02' }], inNeedOn: '2026-11-20' },
    });
    const db = new DatabaseSync(bench.file, { readOnly: true });
    expect(JSON.stringify(db.prepare('select body from portfolio_row').all())).not.toMatch(/accommodation|asthma/i);
    db.close();
  });

  test('an amount is never negative: the type says the direction', async () => {
    const rows = await parse('ledger.csv', 'line_id,tenant_id,date,type,amount\n1,t,2026-01-01,payment,-5.00\n');
    expect(problems(rows)).toEqual(['2: amount must be an amount like 1450.00, never negative, not "-5.00"']);
  });

  test('a name cannot command the terminal', async () => {
    const rows = await parse('tenants.csv', 'tenant_id,name\nt1,"\u001b[2JAda"\nt2,Ada\u202e\n');
    expect(problems(rows)).toEqual([
      '2: name holds control or invisible characters',
      '3: name holds control or invisible characters',
    ]);
  });

  test('a call without consent is not taken in', async () => {
    const call = JSON.parse((elmHouse['data/calls.jsonl'] ?? '').split('\n')[0] ?? '');
    const { consent: _gone, ...without } = call;
    const rows = await parse(
      'calls.jsonl',
      [without, { ...call, consent: false }].map((each) => JSON.stringify(each)).join('\n'),
    );
    expect(problems(rows)).toHaveLength(2);
    expect(problems(rows)[0]).toContain('without consent');
  });

  test('a comma without quotes does not cut an amount or a name short', async () => {
    const ledger =
      'line_id,tenant_id,date,type,amount\n1,t,2026-01-01,charge,1,450.00\n2,t,2026-01-01,charge,"1450.00",\n';
    expect(problems(await parse('ledger.csv', ledger))).toEqual([expect.stringMatching(/^2: has more cells/)]);
    expect(problems(await parse('tenants.csv', 'tenant_id,name\nt-900,Doe, Jane\n'))).toHaveLength(1);
  });

  test('another encoding than UTF-8 is refused, not guessed', async () => {
    for (const [encoding, text] of [
      ['latin1', 'tenant_id,name\nt1,Zo\u00eb\n'],
      ['utf16le', '\ufefftenant_id,name\nt1,Ada\n'],
    ] as const)
      await expect(parse('tenants.csv', Buffer.from(text, encoding))).rejects.toThrow('tenants.csv is not UTF-8');
  });

  test('a quote in the middle of a cell is told with its line', async () => {
    await expect(parse('tenants.csv', 'tenant_id,name\nt1,x"y\n')).rejects.toThrow(/^tenants\.csv:2: /);
  });

  test('the same key with other content is a problem of the file, with the same content it is nothing', async () => {
    const bench = await openBench();
    const files = {
      ...elmHouse,
      'data/offers.csv': `${elmHouse['data/offers.csv']}ada-offer,ada,2026-10-15,1760.00\nada-offer,ada,2026-10-15,1.00\n`,
    };
    const { verdicts } = await importAll(bench, files);
    expect(verdicts.filter((verdict) => verdict !== 'new')).toEqual([
      'repeated',
      { problem: '"ada-offer" is here twice, and the two rows do not say the same' },
    ]);
  });

  test('a row about a tenant that nobody named is set aside', async () => {
    const bench = await openBench();
    const { verdicts } = await importAll(bench, {
      'data/ledger.csv': 'line_id,tenant_id,date,type,amount\n1,zoe,2026-01-01,charge,1.00\n',
    });
    expect(verdicts).toEqual([{ column: 'tenant_id', problem: '"zoe" is in no tenants.csv' }]);
  });
});

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
    bench.kill(bench);

    const next = await bench.other();
    expect(await openPortfolio({ ...next, read: next.store.read }).properties()).toEqual([]);
    await importAll(next, elmHouse);
    const db = new DatabaseSync(bench.file, { readOnly: true });
    expect(db.prepare("select count(*) as n from portfolio_import where state = 'staging'").get()).toEqual({ n: 0 });
    expect(db.prepare("select count(*) as n from portfolio_row where kind = 'property'").get()).toEqual({ n: 1 });
    db.close();
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
    expect((await importAll(await bench.other(), ledger)).verdicts).toEqual([
      { column: 'tenant_id', problem: '"ada" is in no tenants.csv' },
    ]);
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
    expect((await elm(bench)).snapshot.connectedDays).toEqual({ ledger: 660, tickets: 660, calls: 46, memory: 0 });
    const silent = await openBench();
    const { 'data/sources.csv': _none, ...unstated } = elmHouse;
    await importAll(silent, unstated);
    expect((await elm(silent)).snapshot.connectedDays).toEqual({ ledger: 0, tickets: 0, calls: 0, memory: 0 });
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
    const { snapshot, of } = await elm(bench);
    expect(snapshot.decisions).toEqual({ renewed: 1, left: 1 });
    expect(of('ada')).toMatchObject({ movedIn: '2024-02-01', leaseStarts: '2025-02-01', rent: 170_000 });
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
