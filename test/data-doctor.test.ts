import { describe, expect, test } from 'vitest';
import type { DataDiagnosis } from '../src/core/ops/data-doctor.ts';
import { diagnoseData } from '../src/core/ops/data-doctor.ts';
import { beginImport, openPortfolio } from '../src/core/portfolio/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { day, drawn, elm, importAll, parse, today } from './portfolio.ts';
import { openBench } from './rooms.ts';
import { openWorld, runSophia } from './sophia.ts';

const calls = (text: string) =>
  `${JSON.stringify({ call_id: 'c-9', tenant_id: 'ben', started_at: '2026-11-05T15:00:00Z', consent: true, turns: [{ by: 'agent', text }] })}\n`;

/** Elm House, with one more of each flaw. */
const flawed: Readonly<Record<string, string>> = {
  ...elmHouse,
  'data/tenants.csv': `${elmHouse['data/tenants.csv']}ada-b,ada example\ngus,Gus Example\nzed,Zed Example\n`,
  'data/leases.csv': [
    ...(elmHouse['data/leases.csv'] ?? '').split('\n').slice(0, -1),
    // One person under two keys; a neighbour who took over a home too early, in a unit unknown; two homes at once.
    'ada-b-1,ada-b,elm-house,1A,2025-01-15,2025-02-01,2027-01-31,1600.00,,',
    'gus-1,gus,elm-house,2A,2026-05-01,2026-06-01,2027-05-31,1600.00,,',
    'ben-2,ben,elm-house,9Z,2026-09-01,2026-10-01,2027-09-30,1700.00,,\n',
  ].join('\n'),
  'data/ledger.csv': [
    ...(elmHouse['data/ledger.csv'] ?? '').split('\n').filter((line) => !line.startsWith('cyd-2026-08-due')),
    'dov-again,dov,2026-09-01,charge,1600.00',
    'eve-again,eve,2026-09-02,payment,1600.00\n',
  ].join('\n'),
  'data/tickets.csv': `${elmHouse['data/tickets.csv']}4300,fay,2025-03-01,,0,doors\n`,
};

async function diagnosed(files: Readonly<Record<string, string>>, on = today): Promise<DataDiagnosis> {
  const bench = await openBench();
  await importAll(bench, files);
  return diagnoseData(bench.owner, openPortfolio({ ...bench, read: bench.store.read }), on);
}

const codes = ({ findings }: DataDiagnosis) => findings.map(({ code }) => code);
const of = ({ findings }: DataDiagnosis, wanted: string) => findings.find(({ code }) => code === wanted);

describe('the data of an owner', () => {
  test('where nothing is amiss has no finding but what was true before the ledger began', async () => {
    // The ledger of Elm House begins in June, and is stated to be whole since 2025.
    const found = await diagnosed(elmHouse);
    expect(codes(found)).toEqual(['ledger-gap']);
    expect(of(found, 'ledger-gap')).toMatchObject({ times: 6 * 6, state: 'fail' });
  });

  test('is told flaw by flaw, each with what it costs, by keys alone', async () => {
    const found = await diagnosed(flawed);
    const said = Object.fromEntries(found.findings.map(({ code, times, examples }) => [code, { times, examples }]));
    expect(said).toMatchObject({
      'tenant-twice': { times: 1, examples: ['ada and ada-b'] },
      'tenant-overlap': { times: 1, examples: ['ben-1 and ben-2'] },
      'unit-overlap': { times: 1, examples: ['ben-1 and gus-1'] },
      'unit-unknown': { times: 1, examples: ['ben-2 (9Z)'] },
      'charge-twice': { times: 1, examples: ['dov-2026-09-due and dov-again'] },
      'line-twice': { times: 1, examples: ['eve-2026-09-paid and eve-again'] },
      'tenant-unleased': { times: 1, examples: ['zed'] },
      'ticket-open-long': { times: 1, examples: ['4300'] },
    });
    expect(JSON.stringify(found)).not.toMatch(/Example/);
    // Months without a charge, of cyd one more; of who is there twice, and of gus, all of them.
    expect(of(found, 'ledger-gap')?.times).toBe(6 * 6 + 1 + 11 + 5);
    for (const { what, costs, fix } of found.findings)
      for (const words of [what, costs, fix]) expect(words).not.toBe('');
  });

  test('that cannot come from a file of today is found all the same', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    await using lease = await acquireLease(bench, `import:${bench.owner}`, 'the import');
    const staging = await beginImport({ ...bench, read: bench.store.read }, lease, {
      observedOn: today,
      synthetic: false,
    });
    const body = { openedOn: day('2026-10-02'), closedOn: day('2026-10-01'), reopened: 0 };
    await staging.add([{ kind: 'ticket', key: '1', tenantKey: 'ada', body }]);
    const [call] = (await parse('calls.jsonl', calls('Hello?'))).flatMap(drawn);
    if (call?.kind === 'call') await staging.add([{ ...call, body: { on: call.body.on, residentTurns: 0 } }]);
    await staging.publish(0);
    const found = await diagnoseData(bench.owner, openPortfolio({ ...bench, read: bench.store.read }), today);
    expect(codes(found)).toEqual(['ledger-gap', 'ticket-dates', 'call-silent']);
  });

  test('that came long after its own day is told, but for history that came first, and what says since when it is known', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse, day('2026-10-10'));
    const tickets = (rows: string) => ({ 'data/tickets.csv': `ticket_id,tenant_id,opened_on,known_on\n${rows}` });
    // Late; not so late; of before tickets were there at all; stated; and of a day of which it came in time.
    await importAll(bench, tickets('l1,ada,2026-10-12,\n'), day('2026-11-20'));
    await importAll(
      bench,
      tickets('l2,ada,2026-10-21,\nl3,ada,2026-06-01,\nl4,ben,2026-10-12,2026-11-20\n'),
      day('2026-11-21'),
    );
    const found = await diagnoseData(bench.owner, openPortfolio({ ...bench, read: bench.store.read }), today);
    expect(of(found, 'row-late')).toMatchObject({ times: 1, examples: ['l1'], state: 'warn' });
    // That is what it means: an analysis of that day sees it now.
    const { room, property } = await elm(bench);
    const [snapshot] = await room.snapshots(property.id, [day('2026-10-15')]);
    const [ada] = await room.tenantsCalled('ada');
    const seen = snapshot?.tenancies.find(({ tenant }) => tenant === ada?.id)?.tickets;
    expect(seen?.some(({ openedOn }) => openedOn === '2026-10-12')).toBe(true);
  });

  test('of one import that says a line twice is not mended by withdrawing all of it', async () => {
    for (const code of ['charge-twice', 'line-twice'])
      expect(of(await diagnosed(flawed), code)?.fix).toMatch(
        /in one, withdraw it, take the line out .* import that again/,
      );
  });

  test('without sources says which features add nothing, for how many, and that nobody is called high', async () => {
    const { 'data/sources.csv': _stated, 'data/calls.jsonl': _calls, ...rest } = elmHouse;
    const found = await diagnosed(rest);
    expect(codes(found)).toEqual(['source-unstated', 'source-unstated', 'source-missing', 'band-capped']);
    expect(found.findings.map(({ costs }) => costs)).toEqual([
      expect.stringMatching(/lateMonths6m.* add exactly 0 for 6 tenants of 1 property/),
      expect.stringMatching(/slowRepairs90d, reopened90d.* add exactly 0 for 6 tenants/),
      expect.stringMatching(/negativeSentiment90d.* add exactly 0 for 6 tenants/),
      expect.stringContaining('nobody is called high among 6 tenants'),
    ]);
  });

  test('whose ledger is stated connected and silent says so where it is ranked, and its coverage stays what is stated', async () => {
    const bench = await openBench();
    await importAll(bench, elmHouse);
    const { room, property } = await elm(bench);
    const silent = async (on: string) => (await room.snapshots(property.id, [day(on)]))[0]?.ledgerSilent;
    const newest = (await silent('2027-03-15'))?.newest;
    expect(newest).toMatch(/^2026-11-/);
    expect(await silent('2026-11-22')).toBeUndefined();
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig }, clock: '2027-01-20T15:00:00.000Z' });
    await runSophia('portfolio import data', world);
    for (const line of ['churn analyze elm-house', 'churn explain ada']) {
      const { stdout } = await runSophia(line, world);
      expect(stdout, line).toContain(`Nothing of the ledger since ${newest}: what is owed since then is not seen.`);
      expect(stdout, line).toContain('ledger 100 %');
      expect(JSON.parse((await runSophia(`${line} --json`, world)).stdout).ledgerSilent, line).toEqual({ newest });
    }
    expect((await runSophia('churn report elm-house -o -', world)).stdout).toContain(
      `Nothing of the ledger since ${newest}`,
    );
  });

  test('that stopped to come is not taken for good', async () => {
    const found = await diagnosed(elmHouse, day('2027-03-15'));
    expect(found.findings.filter(({ code }) => code === 'source-silent').map(({ state }) => state)).toEqual([
      ...['fail', 'warn', 'warn'],
    ]);
  });

  test('counts engagement for no source of its own: nobody is called high on tickets and that', async () => {
    const [header] = (elmHouse['data/sources.csv'] ?? '').split('\n');
    const sources = `${header}\nelm-house,tickets,2025-01-01,\nelm-house,engagement,2025-01-01,\n`;
    expect(codes(await diagnosed({ ...elmHouse, 'data/sources.csv': sources }))).toContain('band-capped');
  });

  test('has a table of months: rows, and whether the source is stated to be whole', async () => {
    const { months } = await diagnosed(elmHouse);
    expect(months).toHaveLength(12);
    expect(months.at(-2)).toEqual({
      month: '2026-10',
      ledger: { rows: 12, connected: 'yes' },
      tickets: { rows: 2, connected: 'yes' },
      calls: { rows: 0, connected: 'part' },
    });
  });
});

test('portfolio doctor ends with 7 where a score is distorted, and with 0 where it only says less', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await runSophia('portfolio import data', world);
  const { code, stdout } = await runSophia('portfolio doctor', world);
  expect({ code, says: stdout.includes('ledger-gap') }).toEqual({ code: 7, says: true });
  expect(stdout).toContain('2026-11  12      0        2');
  const early = await runSophia('portfolio doctor elm-house --as-of 2025-02-15 --json', world);
  expect({ code: early.code, found: JSON.parse(early.stdout).owners[0].findings.length }).toEqual({
    code: 0,
    found: 2,
  });
});
