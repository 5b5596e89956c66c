import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { ImportReport } from '../src/core/ops/import.ts';
import { elmConfig } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

const RIVAL = 'Lakeside Apartments offered $1450';
const HARD = 'I lost my job, and Lakeside Apartments offered $1450';
const ASTHMA = 'My daughter has asthma';

function opened(files: Readonly<Record<string, string>>): World {
  return openWorld({ files: { 'sophia.yaml': elmConfig, 'in/tenants.csv': 'tenant_id,name\nada,Ada\n', ...files } });
}

/** Bodies of the tickets that were taken in, by key. */
function tickets({ dir }: World): unknown[] {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true });
  const rows = db.prepare("select key, known_on, body from portfolio_row where kind = 'ticket' order by key").all();
  db.close();
  return rows.map(({ key, known_on, body }) => [key, known_on, JSON.parse(String(body))]);
}

/** Imports `in/`; the one reject file, and what is in it. */
async function setAside(world: World, more = '') {
  const { rejectFiles } = await ask<ImportReport>(`portfolio import in${more}`, world);
  expect(rejectFiles).toHaveLength(1);
  const [file = ''] = rejectFiles;
  return { file, text: readFileSync(file, 'utf8') };
}

const header = 'ticket_id,tenant_id,opened_on,category,notes';
const rows = [`1,ada,1/2/2026,"${RIVAL}",`, `2,ada,1/3/2026,"${HARD}",`, `3,ada,1/4/2026,"${ASTHMA}",`];
const plain = '4,ada,1/5/2026,Plumbing,"Ask the neighbour, who is a nurse"';
const csv = (...lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`;
const mended = (text: string) => text.replaceAll(/1\/(\d)\/2026/g, '2026-01-0$1');

describe('a reject file', () => {
  test('holds neither what no import keeps nor what none reads, and mended it gives what the row would have given', async () => {
    using world = opened({ 'in/tickets.csv': csv(...rows, plain) });
    const { file, text } = await setAside(world);
    expect(text).not.toMatch(/Lakeside|1450|asthma|job|nurse/);
    expect(text.split('\n').map((line) => line.split(',').slice(0, 4).join())).toEqual([
      'ticket_id,tenant_id,opened_on,category',
      '1,ada,1/2/2026,[kept out]',
      '2,ada,1/3/2026,"[kept out',
      '3,ada,1/4/2026,[kept out]',
      '4,ada,1/5/2026,Plumbing',
      '',
    ]);
    writeFileSync(file, mended(text));
    await ask(`portfolio import ${file}`, world);
    using whole = opened({ 'in/tickets.csv': mended(csv(...rows, plain)) });
    await ask('portfolio import in', whole);
    expect(tickets(world)).toEqual(tickets(whole));
    expect(tickets(world)).toMatchObject([
      ['1', '2026-01-02', { keptOut: true }],
      ['2', '2026-01-03', { keptOut: true, inNeed: true }],
      ['3', '2026-01-04', { keptOut: true }],
      ['4', '2026-01-05', { category: 'Plumbing' }],
    ]);
  });

  test('keeps the mark of a row that is set aside again, and of one whose tenant is not known yet', async () => {
    using world = opened({ 'in/tickets.csv': csv(`9,zoe,2026-01-02,"${HARD}",`) });
    const { file } = await setAside(world);
    const again = await ask<ImportReport>(`portfolio import ${file}`, world);
    const second = readFileSync(again.rejectFiles[0] ?? '', 'utf8');
    expect(second).toContain('9,zoe,2026-01-02,"[kept out, in need]"');
    writeFileSync(again.rejectFiles[0] ?? '', second.replace('zoe', 'ada'));
    await ask(`portfolio import ${again.rejectFiles[0]}`, world);
    expect(tickets(world)).toMatchObject([['9', '2026-01-02', { keptOut: true, inNeed: true }]]);
  });

  test('has a text that is itself too long, and of cells that are too many none from the category on', async () => {
    const long = `${RIVAL} ${'x'.repeat(200)}`;
    using world = opened({
      'in/tickets.csv': csv(`1,ada,2026-01-02,"${long}",`, '2,ada,2026-01-02,Lakeside,offered,$1450'),
    });
    const { text } = await setAside(world);
    expect(text).toContain(long);
    expect(text).toMatch(/^2,ada,2026-01-02,,/m);
    expect(text).not.toContain('Lakeside,offered');
  });

  test('has every column, where the first row in it is short', async () => {
    using world = opened({ 'in/tickets.csv': csv('1,ada,soon', '2,ada,soon,Doors') });
    expect((await setAside(world)).text).toMatch(
      /^ticket_id,tenant_id,opened_on,category,notes,.*\n1,.*\n2,ada,soon,Doors,/,
    );
  });

  test('of an export with other columns holds what any entry of the map reads', async () => {
    const orders = [
      'Number,Property,Unit,Resident,Category,Status,Created,Completed,Comment',
      `W1,Oak,101,ada,"${RIVAL}",Open,soon,,"${ASTHMA}"`,
      'W2,Oak,101,ada,Doors,Open,soon,,none',
    ];
    using world = opened({ 'in/work-orders.csv': `${orders.join('\n')}\n` });
    const { file, text } = await setAside(world, ' --map tickets');
    const [, one, two] = text.split('\n');
    expect(one).toMatch(/^W1,,,ada,\[kept out\],Open,soon,,,2,/);
    expect(two).toMatch(/^W2,,,ada,Doors,Open,soon,,,3,/);
    writeFileSync(file, text.replaceAll(',soon,', ',1/2/2026,'));
    await ask(`portfolio import ${file} --map tickets`, world);
    expect(tickets(world)).toMatchObject([
      ['W1', '2026-01-02', { keptOut: true }],
      ['W2', '2026-01-02', { category: 'Doors' }],
    ]);
  });

  test('leaves a cell that also says something else, and one of which the map makes a word of its own', async () => {
    const map = readFileSync(join(packageRoot, 'templates/maps/tickets.yaml'), 'utf8');
    const said = (text: string) =>
      `Number,Resident,Category,Status,Created,Completed\n"${text}",ada,"${text}",,soon,\n`;
    for (const change of [
      (yaml: string) => yaml.replace('category: Category', 'category: "{Number}"'),
      (yaml: string) => `${yaml}    values: { category: { "${RIVAL}": Doors } }\n`,
    ]) {
      using world = opened({ 'my.yaml': change(map), 'in/work-orders.csv': said(RIVAL) });
      expect((await setAside(world, ' --map my.yaml')).text).toContain(RIVAL);
    }
    // Two cells that make what it is about have a mark each, so that neither is missing.
    const both = map.replace('category: Category', 'category: "{Category} {Status}"');
    using world = opened({ 'my.yaml': both, 'in/work-orders.csv': said(RIVAL).replace(',,soon', ',Open,soon') });
    expect((await setAside(world, ' --map my.yaml')).text).toContain(',ada,[kept out],[kept out],soon,');
  });
});

test('a rehearsal says what is wrong in words that quote no category', async () => {
  using world = opened({ 'in/tickets.csv': csv(...rows) });
  const { stdout, stderr } = await runSophia('portfolio import in --dry-run', world);
  expect(stdout + stderr).not.toMatch(/Lakeside|1450|asthma/);
});

describe('what a ticket is about', () => {
  const filed = (...about: readonly string[]) =>
    `Id,Who,On,Col7\n${about.map((text, at) => `${at + 1},ada,2026-01-0${at + 1},${text}`).join('\n')}\n`;
  const map = `version: 1
files:
  - match: work.csv
    as: tickets
    columns: { ticket_id: Id, tenant_id: Who, opened_on: On, category: Col7 }
`;

  test('is no day and no number: neither is kept, and the column is told', async () => {
    const days = ['1950-01-01', '"Jan 5, 1950"', '60614', 'Unit 12 door'];
    using world = opened({ 'my.yaml': map, 'in/work.csv': filed(...days, '1/2/1950').replace('2026-01-05', 'soon') });
    const { file, text } = await setAside(world, ' --map my.yaml');
    expect(file).toContain('work');
    expect(text).not.toContain('1950');
    expect(tickets(world).map((row) => (row as unknown[])[2])).toEqual([
      ...[{}, {}, {}].map((none) => ({ openedOn: expect.any(String), reopened: 0, ...none })),
      { openedOn: '2026-01-04', reopened: 0, category: 'Unit 12 door' },
    ]);
    const { stdout } = await runSophia('portfolio import in --map my.yaml', world);
    expect(stdout).toContain(
      'Not read: column "Col7" of work.csv stands for a day or a number, as of a birth or a place.',
    );
  });

  test('is kept out, and the ticket with it, where it tells of a voucher, or in another language', async () => {
    const about = ['Section 8 voucher', 'silla de ruedas para mi abuela', 'Hispanic', 'Black mold'];
    using world = opened({ 'my.yaml': map, 'in/work.csv': filed(...about) });
    await ask('portfolio import in --map my.yaml', world);
    expect(tickets(world)).toMatchObject([
      ...['1', '2', '3'].map((key) => [key, expect.any(String), { keptOut: true }]),
      ['4', expect.any(String), { category: 'Black mold' }],
    ]);
    expect(JSON.stringify(tickets(world))).not.toMatch(/voucher|silla|Hispanic/);
  });

  test('is not asked of a column whose name says it, however that is written', async () => {
    using world = opened({ 'my.yaml': map.replace('Col7', '"D.O.B."'), 'in/work.csv': filed('1950-01-01') });
    const { code, stderr } = await runSophia('portfolio import in --map my.yaml', world);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('"D.O.B." stands for age') });
  });
});
