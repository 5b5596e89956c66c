import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type ExitName, exits } from '../src/core/errors/index.ts';
import type { ImportReport } from '../src/core/ops/import.ts';
import { elmConfig } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia } from './sophia.ts';

const maps = join(packageRoot, 'templates/maps');
const sample = (name: string) => readFileSync(join(maps, 'samples', name), 'utf8');
const samples = globSync('*.csv', { cwd: join(maps, 'samples') });

/** A ledger with columns of its own, and a map of it to which each test adds what it is about. */
const people = 'tenant_id,name\nada,Ada\nben,Ben\n';
const ledgerMap = (more = '', columns = '') => `version: 1
files:
  - match: "*money*.csv"
    as: ledger
    columns: { line_id: No, tenant_id: Who, date: When, type: What, amount: Sum${columns} }
${more.replace(/^/gm, '    ')}
`;

function opened(files: Readonly<Record<string, string>>) {
  return openWorld({ files: { 'sophia.yaml': elmConfig, 'in/tenants.csv': people, ...files } });
}

/** Imports `in/` with the map; what became of the mapped file, and all that was rejected. */
async function mapped(map: string, money: string) {
  using world = opened({ 'my.yaml': map, 'in/money.csv': money });
  const { files, rejections } = await ask<ImportReport>('portfolio import in --map my.yaml', world);
  return { report: files.find(({ file }) => file === 'money.csv'), said: rejections.map(told) };
}

/** Key, day and body of the lines of the ledger that were taken in. */
function linesIn(dir: string): unknown[] {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true });
  const rows = db.prepare("select key, known_on, body from portfolio_row where kind = 'line' order by key").all();
  db.close();
  return rows.map(({ key, known_on, body }) => [key, known_on, JSON.parse(String(body))]);
}

const told = ({ file, line, reason }: ImportReport['rejections'][number]) => `${file}:${line}: ${reason}`;
const HEADER = 'No,Who,When,What,Sum';

describe('the ready maps', () => {
  test('take in the export that they look like, with no rejected row', async () => {
    const files = Object.fromEntries(samples.map((name) => [`in/${name}`, sample(name)]));
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, ...files } });
    const read = async (line: string) => (await ask<ImportReport>(`portfolio import in/${line}`, world)).files;
    const counts = (name: string, as: string, onlyIf: string) => ({
      ...{ file: name, as, onlyIf, changed: 0, unchanged: 0, rejected: 0, inFuture: 0 },
    });
    expect(await read('rent-roll.csv --map rent-roll')).toEqual([
      { ...counts('rent-roll.csv', 'properties', 'Unit'), new: 1, repeated: 4, leftOut: 1 },
      { ...counts('rent-roll.csv', 'units', 'Unit'), new: 5, repeated: 0, leftOut: 1 },
      { ...counts('rent-roll.csv', 'tenants', 'Lease From'), new: 4, repeated: 0, leftOut: 2 },
      { ...counts('rent-roll.csv', 'leases', 'Lease From'), new: 4, repeated: 0, leftOut: 2 },
    ]);
    expect(await read('resident-ledger.csv --map ledger')).toEqual([
      { ...counts('resident-ledger.csv', 'ledger', 'Charges'), new: 6, repeated: 0, leftOut: 5 },
      { ...counts('resident-ledger.csv', 'ledger', 'Payments'), new: 4, repeated: 0, leftOut: 7 },
    ]);
    expect(await read('work-orders.csv --map tickets')).toEqual([
      { ...counts('work-orders.csv', 'tickets', 'Resident'), new: 3, repeated: 0, leftOut: 2 },
    ]);
    await read('sources.csv');
    const { tenants, leaving } = await ask<Record<'tenants' | 'leaving', { key: string }[]>>(
      'churn analyze "Oak Terrace"',
      world,
    );
    expect(tenants.map(({ key }) => key).sort()).toEqual(['t0001101', 't0001102', 't0001201']);
    // Whose move-out is set leaves.
    expect(leaving).toMatchObject([{ key: 't0001202', noticeOn: '2026-11-22' }]);
  });

  test('tell apart what two of their entries read of one file as the same kind', async () => {
    const files = Object.fromEntries(samples.map((name) => [`in/${name}`, sample(name)]));
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, ...files } });
    const { stdout: roll } = await runSophia('portfolio import in/rent-roll.csv --map rent-roll', world);
    expect(roll).not.toContain('WITH');
    const { stdout } = await runSophia('portfolio import in/resident-ledger.csv --map ledger', world);
    expect(stdout).toMatch(
      /^FILE +WITH +NEW .*\nresident-ledger.csv +Charges +6 .*\nresident-ledger.csv +Payments +4 /,
    );
  });

  test.each([
    ['the columns', 'portfolio import in/ledger.csv'],
    ['the name of the one file', 'portfolio import in/money.csv'],
    ['the names in a folder', 'portfolio import other'],
  ])('are named where %s cannot be read', async (_, line) => {
    const renamed = 'Who,When,Sum\nada,2026-09-01,5\n';
    using world = openWorld({
      files: {
        'sophia.yaml': elmConfig,
        'in/ledger.csv': renamed,
        'in/money.csv': renamed,
        'other/money.csv': renamed,
      },
    });
    const { code, stderr } = await runSophia(line, world);
    expect(code).not.toBe(0);
    expect(stderr).toContain('  try: --map <map>   reads other columns\n');
    expect(stderr).toContain('  try: sophia portfolio template maps --maps   writes ready maps');
  });

  test('again, change nothing: what stands in every line is the same once, and repeated after that', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'in/rent-roll.csv': sample('rent-roll.csv') } });
    await ask('portfolio import in --map rent-roll', world);
    const again = await ask<ImportReport>('portfolio import in --map rent-roll', world);
    expect(again).not.toHaveProperty('importId');
    expect(again.files[0]).toMatchObject({ new: 0, unchanged: 1, repeated: 4 });
  });

  test('are named by --help', async () => {
    using world = openWorld();
    const { stdout } = await runSophia('portfolio import --help', world);
    for (const name of globSync('*.yaml', { cwd: maps })) expect(stdout).toContain(basename(name, '.yaml'));
  });
});

describe('a map', () => {
  test('gives other words, days and amounts our form; a constant stands in every row', async () => {
    const map = `version: 1
delimiter: ";"
files:
  - match: MONEY.csv
    as: ledger
    columns: { line_id: "{ No }-{Who}", date: when, type: What, amount: Sum, known_on: Seen }
    constants: { tenant_id: ada }
    values: { type: { "Rent due": charge, "*": fee }, known_on: { never: "" } }
    days: D.M.YYYY
    amounts: { thousands: ".", decimal: ",", currency: "€" }
`;
    using world = opened({
      'my.yaml': map,
      'in/money.csv':
        '\ufeffNo;Who;When;What;Sum;Seen\n01;x;1.9.2026;RENT DUE;1.450,5 €;never\n02;y;01.09.2026;?;€85;2.9.2026\n',
    });
    expect(await ask('portfolio import in --map my.yaml', world)).toMatchObject({ rejected: 0 });
    expect(linesIn(world.dir)).toEqual([
      ['01-x', '2026-09-01', { on: '2026-09-01', type: 'charge', amount: 145_050 }],
      ['02-y', '2026-09-02', { on: '2026-09-01', type: 'fee', amount: 8500 }],
    ]);
  });

  test.each<[string, string, string]>([
    ['days: M/D/YYYY', '1,ada,2026-09-01,fee,1', 'When must be a day written as M/D/YYYY, not "2026-09-01"'],
    ['days: M/D/YYYY', '1,ada,9/1/26,fee,1', 'When must be a day written as M/D/YYYY, not "9/1/26"'],
    ['days: M/D/YYYY', '1,ada,13/1/2026,fee,1', 'When must be a day written as M/D/YYYY, not "13/1/2026"'],
    ['days: M/D/YYYY', '1,ada,9.1.2026,fee,1', 'When must be a day written as M/D/YYYY, not "9.1.2026"'],
    ['days: MM/DD/YYYY', '1,ada,9/1/2026,fee,1', 'When must be a day written as MM/DD/YYYY, not "9/1/2026"'],
    ['days: MM/DD/YYYY', '1,ada,09/1/2026,fee,1', 'When must be a day written as MM/DD/YYYY, not "09/1/2026"'],
    ['days: DD/MM/YYYY', '1,ada,09/31/2026,fee,1', 'When must be a day written as DD/MM/YYYY, not "09/31/2026"'],
    ['', '1,ada,9/1/2026,fee,1', 'When must be a day written as YYYY-MM-DD, not "9/1/2026"'],
    ['', '1,ada,2026-09-01,fee,$5', 'Sum must be an amount like 1450.00, never negative, not "$5"'],
    [
      'amounts: { thousands: ",", currency: "$" }',
      '1,ada,2026-09-01,fee,"1,45.00"',
      'Sum must be an amount like $1,450.00, never negative, not "1,45.00"',
    ],
    [
      'amounts: { currency: "$" }',
      '1,ada,2026-09-01,fee,($5.00)',
      'Sum must be an amount like $1450.00, never negative, not "($5.00)"',
    ],
    ['amounts: { thousands: "," }', '1,ada,2026-09-01,fee,"9,999,999,999.00"', 'Sum is more than a million'],
    ['', '1,ada,2026-09-01,rent,5', 'What must be one of charge, fee, payment, credit, reversal, not "rent"'],
    ['', '1,ada,2026-09-01,,5', 'What is missing'],
    ['', '1,zoe,2026-09-01,fee,5', 'Who "zoe" is in no tenants.csv'],
    ['', ',ada,2026-09-01,fee,5', 'No is missing'],
    [
      '',
      '1,ada,2026-09-01,fee,5,6',
      'has more cells than the header: a comma inside a cell needs quotes around the cell',
    ],
  ])('with "%s" sets %s aside in the words of the file', async (more, row, reason) => {
    const { report, said } = await mapped(ledgerMap(more), `${HEADER}\n${row}\n2,ben,soon,fee,1\n`);
    expect(report).toMatchObject({ new: 0, rejected: 2, leftOut: 0 });
    expect(said[0]).toBe(`money.csv:2: ${reason}`);
  });

  test('tells what lies before what by the names of the file, and ours where a column is made of several', async () => {
    const map = `version: 1
files:
  - match: "*"
    as: tickets
    columns: { ticket_id: "{Nr}/{Unit}", tenant_id: Who, opened_on: Created, closed_on: Done }
`;
    using world = opened({
      'my.yaml': map,
      'jobs.csv': 'Nr,Unit,Who,Created,Done\n1,,ada,2026-09-01,\n2,A,ada,2026-09-02,2026-09-01\n',
    });
    const { rejections } = await ask<ImportReport>('portfolio import jobs.csv --map my.yaml', world);
    expect(rejections.map(told)).toEqual(['jobs.csv:2: ticket_id is missing', 'jobs.csv:3: Done lies before Created']);
  });

  test('leaves out what it does not ask for, and says how much', async () => {
    const more = 'only_if: Sum\nexcept: { What: [Deposit, void] }';
    const money = `${HEADER}\n1,ada,2026-09-01,fee,\n2,ada,2026-09-01,DEPOSIT,5\n3,ada,2026-09-01,fee,5\n`;
    const { report } = await mapped(ledgerMap(more), money);
    expect(report).toMatchObject({ new: 1, rejected: 0, leftOut: 2 });
    using world = opened({ 'my.yaml': ledgerMap(more), 'in/money.csv': money });
    expect((await runSophia('portfolio import in --map my.yaml', world)).stdout).toContain('LEFT OUT');
  });

  test.each(['', '0.00', '$0', '-', '$ -', '(0.00)', '\u2014'])(
    'takes a payment where the column of charges holds "%s"',
    async (none) => {
      const line = (...cells: string[]) => `t0001101,${cells.join(',')},`;
      const ledger = [
        'Resident,Date,Transaction,Type,Description,Charges,Payments,Balance',
        line('9/1/2026', 'C1', 'Rent', 'x', '"1,650.00"', none),
        line('9/3/2026', 'R1', 'Payment', 'x', none, '"1,650.00"'),
        line('9/4/2026', 'X1', 'Note', 'x', none, none),
      ].join('\n');
      using world = opened({ 'in/tenants.csv': 'tenant_id,name\nt0001101,Ada\n', 'in/x-ledger.csv': ledger });
      const { files, rejected } = await ask<ImportReport>('portfolio import in --map ledger', world);
      expect({ rejected, leftOut: files.map((each) => each.leftOut) }).toEqual({ rejected: 0, leftOut: [0, 2, 2] });
      expect(linesIn(world.dir)).toEqual([
        ['C1', '2026-09-01', { on: '2026-09-01', type: 'charge', amount: 165_000 }],
        ['R1', '2026-09-03', { on: '2026-09-03', type: 'payment', amount: 165_000 }],
      ]);
    },
  );

  test('takes a dash for empty in a column of amounts alone, and an amount below zero for none nowhere', async () => {
    const dash = await mapped(ledgerMap('only_if: What'), `${HEADER}\n1,ada,2026-09-01,-,1\n`);
    expect(dash.report).toMatchObject({ leftOut: 0, rejected: 1 });
    const below = await mapped(
      ledgerMap('only_if: sum'),
      `${HEADER}\n1,ada,2026-09-01,fee,-1\n2,ada,2026-09-01,fee,-0.00\n`,
    );
    expect(below.report).toMatchObject({ leftOut: 1, rejected: 1 });
  });

  test('counts equal rows of one key once; two that differ are a problem, now and when imported again', async () => {
    const row = 'Oak,1,ada,Ada,1,1,1/1/2026,12/31/2026,1/1/2026,,0';
    const header = sample('rent-roll.csv').split('\n')[0];
    const roll = [header, row, row, row.replace(',Ada,', ',Ava,')].join('\n');
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'in/rent-roll.csv': roll } });
    const [first, again] = [
      await ask<ImportReport>('portfolio import in --map rent-roll', world),
      await ask<ImportReport>('portfolio import in --map rent-roll', world),
    ];
    expect(first.files[2]).toMatchObject({ as: 'tenants', new: 1, unchanged: 0, repeated: 1, rejected: 1 });
    expect(again.files[2]).toMatchObject({ as: 'tenants', new: 0, unchanged: 1, repeated: 1, rejected: 1 });
    expect(again.rejections.map(told)).toEqual([expect.stringContaining('rent-roll.csv:4: "ada" is here twice')]);
  });

  test('a row that is set aside in several ways is in one reject file once, and mended there it is imported', async () => {
    const broken = sample('rent-roll.csv').replace('t0001101,Avery Example', ',').replaceAll(',', ';');
    const text = broken.replaceAll(/"([^"]*)"/g, (_, cell: string) => `"${cell.replaceAll(';', ',')}"`);
    const map = readFileSync(join(maps, 'rent-roll.yaml'), 'utf8').replace('version: 1', 'version: 1\ndelimiter: ";"');
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'in/rent-roll.csv': text, 'my.yaml': map } });
    const { rejected, rejectFiles } = await ask<ImportReport>('portfolio import in --map my.yaml', world);
    expect({ rejected, files: rejectFiles.length }).toEqual({ rejected: 2, files: 1 });
    const file = rejectFiles[0] ?? '';
    const kept = readFileSync(file, 'utf8');
    expect(kept.trim().split('\n')).toHaveLength(2);
    writeFileSync(file, kept.replace(';101;;;', ';101;t0001101;Avery Example;'));
    expect(await ask(`portfolio import "${file}" --map my.yaml`, world)).toMatchObject({ rejected: 0 });
    const { properties } = await ask<{ properties: { tenants: number }[] }>('portfolio list', world);
    expect(properties[0]?.tenants).toBe(4);
  });

  test.each(['money.csv', 'Money.TXT', 'money'])(
    'that names %s exactly takes in what was set aside of it',
    async (name) => {
      using world = opened({
        'my.yaml': ledgerMap().replace('"*money*.csv"', name.toLowerCase()),
        [`in/${name}`]: `${HEADER}\n1,ada,2026-09-01,fee,soon\n2,ada,2026-09-01,fee,5\n`,
      });
      const take = (path: string) => ask<ImportReport>(`portfolio import "${path}" --map my.yaml`, world);
      const [first] = (await take('in')).rejectFiles;
      const again = await take(first ?? '');
      const [second = ''] = again.rejectFiles;
      expect(again).toMatchObject({ rejected: 1, notRead: [] });
      expect(basename(second)).toMatch(new RegExp(`^rejected-imp-\\w+-${name}$`));
      writeFileSync(second, readFileSync(second, 'utf8').replace('fee,soon', 'fee,6'));
      expect(await take(second)).toMatchObject({ rejected: 0, files: [{ as: 'ledger', new: 1 }] });
    },
  );

  test('that means no file leaves it to be read as usual', async () => {
    using world = opened({ 'my.yaml': ledgerMap() });
    expect(await ask('portfolio import in --map my.yaml', world)).toMatchObject({
      files: [{ file: 'tenants.csv', as: 'tenants', new: 2 }],
    });
  });

  test('keeps ids as they are written, and obeys the nearest delimiter', async () => {
    const map = ledgerMap('delimiter: "\\t"').replace(', tenant_id: Who', '');
    const text = map.replace('delimiter: "\\t"', 'constants: { tenant_id: 0101 }\n    delimiter: "\\t"');
    using world = opened({
      'my.yaml': text.replace('version: 1', 'version: 1\ndelimiter: ";"'),
      'in/tenants.csv': 'tenant_id,name\n0101,Ada\n',
      'in/money.csv': 'No\tWhen\tWhat\tSum\n1\t2026-09-01\tfee\t1\n',
    });
    expect(await ask('portfolio import in --map my.yaml', world)).toMatchObject({ rejected: 0 });
  });

  test('tells of each column of any file that it does not read for what it stands for', async () => {
    using world = opened({
      'my.yaml': ledgerMap(),
      'in/money.csv': `${HEADER},Household Size\n1,ada,2026-10-01,charge,1600.00,4\n`,
      'in/calls.jsonl': '{"call_id":"c","tenant_id":"ada","preferredLanguage":"es","turns":[]}\n',
    });
    expect(await ask('portfolio import in --map my.yaml --dry-run', world)).toMatchObject({
      unread: [
        { file: 'money.csv', column: 'Household Size', standsFor: 'family or household' },
        { file: 'calls.jsonl', column: 'preferredLanguage', standsFor: 'language' },
      ],
    });
    const { stdout } = await runSophia('portfolio import in --map my.yaml', world);
    expect(stdout).toContain('Not read: column "Household Size" of money.csv stands for family or household.');
  });

  test('finds its file by a pattern, whatever the case, and never takes long', async () => {
    using world = opened({
      'my.yaml': ledgerMap().replace('*money*.csv', `${'*a'.repeat(90)}*`),
      [`in/${'a'.repeat(120)}.csv`]: `${HEADER}\n1,ada,2026-09-01,fee,1\n`,
      [`in/${'A'.repeat(120)}b.txt`]: `${HEADER}\n2,ada,2026-09-01,fee,1\n`,
      [`in/${'a'.repeat(89)}.doc`]: '',
    });
    const { files, notRead } = await ask<ImportReport>('portfolio import in --map my.yaml', world);
    expect({ read: files.filter((each) => each.as === 'ledger').length, notRead }).toEqual({
      read: 2,
      notRead: [`${'a'.repeat(89)}.doc`],
    });
  });
});

describe('a map that cannot be used', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((name, at) => {
      const before = `*${'abcdefg'[at]}`;
      return `${name}: &${name} [${Array(10).fill(before).join(', ')}]`;
    }),
  ].join('\n');

  test.each<[string, string, ExitName, string]>([
    [
      'names a column that is not there',
      ledgerMap('', ', known_on: Seen'),
      'usage',
      'money.csv lacks the column Seen of the map; its columns are: No, Who, When, What, Sum, What',
    ],
    ['asks for a column that is not there', ledgerMap('only_if: Charge'), 'usage', 'lacks the column Charge'],
    ['names a column that is there twice', ledgerMap().replace('Who,', 'What,'), 'usage', 'has the column What twice'],
    ['gives one column twice', ledgerMap('', ', amount: Other'), 'config', 'my.yaml:5: a key is here twice'],
    [
      'reads the same rows twice',
      `${ledgerMap()}${ledgerMap('only_if: Sum')}${ledgerMap('days: M/D/YYYY')}`.replaceAll(
        /(?<!^)version: 1\nfiles:\n/g,
        '',
      ),
      'config',
      'two entries of the map read the same rows of money.csv as ledger',
    ],
    ['gives what is no column of anything', ledgerMap('', ', __proto__: Sum'), 'config', 'my.yaml:5: a key must be'],
    ['has a list for a key', ledgerMap('? [a, b]\n: c'), 'config', 'my.yaml:6: a key must be a plain word, not a list'],
    ['is text', 'hello', 'config', 'my.yaml:1: the file: must be keys, each with a value'],
    ['has text for a list', 'version: 1\nfiles: here\n', 'config', 'my.yaml:2: files: must be a list'],
    ['is two', 'version: 1\n---\nversion: 1\n', 'config', 'my.yaml:2: a second document begins here'],
    ['is of another encoding', Buffer.from('version: 1\n', 'utf16le').toString(), 'config', 'my.yaml is not UTF-8'],
    [
      'gives a column and a constant',
      ledgerMap('constants: { amount: "5" }'),
      'config',
      'my.yaml:6: files.0.constants.amount: is given by columns too',
    ],
    [
      'reads an unknown kind',
      ledgerMap().replace('ledger', 'calls'),
      'config',
      'my.yaml:4: files.0.as: must be one of properties, units',
    ],
    [
      'gives an unknown column of ours',
      ledgerMap('', ', sum: Sum'),
      'config',
      'my.yaml:5: files.0.columns.sum: is no column of ledger; these are: line_id,',
    ],
    [
      'translates a column that it does not give',
      ledgerMap('values: { known_on: { a: b } }'),
      'config',
      'files.0.values.known_on: is not given by columns',
    ],
    ['has a word twice', ledgerMap('values: { type: { Rent: charge, rent: fee } }'), 'config', 'has "rent" twice'],
    [
      'names what stands for where somebody lives',
      ledgerMap('', ', known_on: "Zip Code"'),
      'config',
      'my.yaml:5: files.0.columns.known_on: "Zip Code" stands for where somebody lives: it is not read',
    ],
    [
      'names it in a template',
      ledgerMap().replace('Who', '"{Who}/{Date of Birth}"'),
      'config',
      '"Date of Birth" stands for age: it is not read',
    ],
    [
      'leaves rows out by it',
      ledgerMap('except: { Voucher: [yes] }'),
      'config',
      '"Voucher" stands for source of income: it is not read',
    ],
    [
      'gives no required column',
      ledgerMap().replace(', amount: Sum', ''),
      'config',
      'files.0: columns or constants must give amount too, to read ledger',
    ],
    ['has an unknown key', ledgerMap('colour: blue'), 'config', 'my.yaml:6: files.0: unknown key'],
    ['writes days in a way of its own', ledgerMap('days: M/D/YY'), 'config', 'my.yaml:6: files.0.days: must be like'],
    ['writes days without a day', ledgerMap('days: M/M/YYYY'), 'config', 'files.0.days: must be like'],
    [
      'has one mark for two things',
      ledgerMap('amounts: { thousands: "." }'),
      'config',
      'has one mark for thousands and decimals',
    ],
    ['has a digit for a mark', ledgerMap('amounts: { thousands: "0" }'), 'config', 'must not hold digits'],
    ['has a long delimiter', ledgerMap('delimiter: ";;"'), 'config', 'files.0.delimiter: must be one character'],
    [
      'is of another version',
      ledgerMap().replace('version: 1', 'version: 2'),
      'config',
      'my.yaml:1: version: must be 1',
    ],
    ['has no entry', 'version: 1\nfiles: []\n', 'config', 'files: must have at least one entry'],
    ['is empty', '', 'config', 'version: must be 1'],
    ['is no YAML', 'version: 1\nfiles: [', 'config', 'my.yaml:2'],
    ['multiplies without end', `${bomb}\n`, 'config', 'alias'],
    ['leads nowhere', 'version: 1\nfiles: *there\n', 'config', 'alias'],
    ['is code', 'version: 1\nfiles: !!js/function "x"\n', 'config', 'files: '],
  ])('as it %s', async (_what, map, exit, says) => {
    using world = opened({ 'my.yaml': map, 'in/money.csv': `${HEADER},What\n1,ada,2026-09-01,fee,1,fee\n` });
    if (!says.includes('What')) writeFileSync(join(world.dir, 'in/money.csv'), `${HEADER}\n`);
    const { code, stderr, stdout } = await runSophia('portfolio import in --map my.yaml', world);
    expect({ stdout, code, stderr }).toEqual({
      stdout: '',
      code: exits[exit].code,
      stderr: expect.stringContaining(says),
    });
    expect(stderr).toMatch(/^sophia: .*\n {2}try: /);
    expect(await ask('portfolio imports', world)).toMatchObject({ imports: [] });
  });

  test('as the file has another delimiter, quotes and all: it says which', async () => {
    const semi = 'No;Who;When;What;Sum\n1;ada;2026-09-01;fee;"1,00"\n';
    for (const money of [semi, semi.replaceAll('"', ''), semi.replaceAll('\n', '\r\n')]) {
      using world = opened({ 'my.yaml': ledgerMap(), 'in/money.csv': money });
      const { stderr } = await runSophia('portfolio import in --map my.yaml', world);
      expect(stderr).toContain('money.csv is separated by ";", not by commas');
      expect(stderr).toContain('delimiter: ";"');
    }
  });

  test('as a quote stands in a cell: in our words, with the line', async () => {
    using world = opened({ 'my.yaml': ledgerMap(), 'in/money.csv': `${HEADER}\n1,ada "a",2026-09-01,fee,1\n` });
    const { stderr } = await runSophia('portfolio import in --map my.yaml', world);
    expect(stderr).toContain('money.csv:2: a quote stands in a cell without quotes');
  });

  test('as there is none of that name: the ready ones are listed', async () => {
    using world = opened({});
    const { code, stderr } = await runSophia('portfolio import in --map rentroll', world);
    expect(code).toBe(exits.usage.code);
    for (const name of ['ledger', 'rent-roll', 'tickets']) expect(stderr).toContain(`--map ${name}`);
  });

  test('as the file is empty, or of another encoding', async () => {
    using world = opened({ 'my.yaml': ledgerMap(), 'in/money.csv': '' });
    expect(await runSophia('portfolio import in --map my.yaml', world)).toMatchObject({
      code: exits.insufficient.code,
      stderr: expect.stringContaining('money.csv is empty'),
    });
    writeFileSync(join(world.dir, 'in/money.csv'), Buffer.from(`${HEADER}\n1,Zo\u00eb\n`, 'latin1'));
    expect((await runSophia('portfolio import in --map my.yaml', world)).stderr).toContain('is not UTF-8');
  });

  test('as it fits no file that was named', async () => {
    using world = opened({ 'my.yaml': ledgerMap(), 'cash.csv': HEADER });
    expect((await runSophia('portfolio import cash.csv --map my.yaml', world)).stderr).toContain('*money*.csv');
    const { code, stderr } = await runSophia('portfolio import in/tenants.csv --map my.yaml', world);
    expect(code).toBe(exits.usage.code);
    expect(stderr).toContain('  try: leave --map out   reads it as tenants, with our columns\n');
    expect(stderr).toContain('  try: --as money.csv   reads it by that entry\n');
    expect(await ask('portfolio import cash.csv --map my.yaml --as money.csv --dry-run', world)).toMatchObject({
      files: [{ as: 'ledger' }],
    });
  });
});
