import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { elmHouse } from '../../../test/elm-house.ts';
import { elm, importAll, parse, problems } from '../../../test/portfolio.ts';
import { openBench } from '../../../test/rooms.ts';

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
    expect(problems(rows)).toEqual([
      '1: consent is not stated: a call without consent is not taken in',
      '2: consent must be true: a call without consent is not taken in',
    ]);
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
