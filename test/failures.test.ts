import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { registry } from '../src/commands/registry.ts';
import { type ExitName, exits } from '../src/core/errors/index.ts';
import type { ImportReport } from '../src/core/ops/import.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

interface Failure {
  readonly line: string;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly exit: ExitName;
  readonly says: string;
}

/** Nine lists of nine of the ones before: a billion of them, when aliases are followed. */
function aliasBomb(): string {
  const lists = Array.from(
    { length: 9 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
  );
  return ['a0: &a0 lol', ...lists, ''].join('\n');
}

const failures: readonly Failure[] = [
  { line: 'churn analyse elm-house', exit: 'usage', says: 'no command "churn analyse"' },
  { line: 'churn', exit: 'usage', says: 'which command?' },
  { line: 'events verfy', exit: 'usage', says: 'no command "events verfy"' },
  { line: 'events now', exit: 'usage', says: 'one word too many: now; this command takes none' },
  {
    line: 'churn analyze Elm House',
    exit: 'usage',
    says: 'one word too many: House; a name with a space needs quotes',
  },
  { line: 'portfolio import a.csv b.csv c.csv', exit: 'usage', says: '2 words too many: b.csv c.csv;' },
  { line: 'help nope', exit: 'usage', says: 'no command "nope"' },
  { line: 'churn analyze', exit: 'usage', says: 'name one property, or ask for --all' },
  { line: 'churn analyze elm-hose', exit: 'usage', says: 'no property "elm-hose"' },
  { line: 'churn analyze elm-house --as-off 2026-01-01', exit: 'usage', says: 'Did you mean --as-of' },
  { line: 'churn analyze elm-house --as-of 2026-02-30', exit: 'usage', says: '--as-of: must be a day' },
  { line: 'churn analyze elm-house --as-of 2027-01-01', exit: 'usage', says: 'is in the future' },
  { line: 'churn analyze elm-house --as-of 2024-01-01', exit: 'insufficient', says: 'nobody was known to live there' },
  { line: 'churn analyze elm-house --top 0', exit: 'usage', says: '--top' },
  { line: 'churn explain nobody', exit: 'usage', says: 'no tenant "nobody"' },
  { line: 'churn explain ada --as-of 2024-01-01', exit: 'insufficient', says: 'held no lease' },
  { line: 'runs show run-nothing', exit: 'usage', says: 'no run "run-nothing"' },
  { line: 'portfolio import nowhere', exit: 'usage', says: 'there is no file or folder "nowhere"' },
  { line: 'portfolio import odd.txt', files: { 'odd.txt': '' }, exit: 'usage', says: 'known names' },
  {
    ...{ line: 'portfolio import book.xlsx', exit: 'usage', says: 'a spreadsheet must be saved as CSV UTF-8 first' },
    files: { 'book.xlsx': 'x' },
  },
  {
    ...{ line: 'portfolio import data/tenants.csv --map rent-roll', exit: 'usage' },
    says: 'no entry that matches tenants.csv; its entries match *rent*roll*.csv (properties, units, tenants, leases)',
  },
  { line: 'portfolio import bad', files: { 'bad/ledger.csv': '' }, exit: 'insufficient', says: 'ledger.csv is empty' },
  { line: 'portfolio import -', exit: 'usage', says: 'what is piped in has no name' },
  { line: 'portfolio import - --as ledger.csv', exit: 'insufficient', says: 'ledger.csv is empty' },
  { line: 'portfolio import - --as notes.txt', exit: 'usage', says: 'known names' },
  { line: 'portfolio import - --as ../ledger.csv', exit: 'usage', says: '--as: must be the name of a file' },
  { line: 'portfolio import data --as ledger.csv', exit: 'usage', says: 'data is a folder' },
  { line: 'portfolio import data --map rentroll', exit: 'usage', says: 'there is no map "rentroll"' },
  { line: 'portfolio import data --map ""', exit: 'usage', says: '--map: must not be empty' },
  { line: 'portfolio import data --map data', exit: 'config', says: 'is a folder' },
  { line: 'portfolio import data --map ledger', exit: 'usage', says: 'ledger.csv lacks the columns Transaction,' },
  {
    ...{
      line: 'portfolio import data --map my.yaml',
      exit: 'config',
      says: 'my.yaml:3: files: must have at least one',
    },
    files: { 'my.yaml': 'version: 1\n\nfiles: []\n' },
  },
  { line: 'portfolio undo imp-nothing', exit: 'usage', says: 'no import "imp-nothing"' },
  { line: 'portfolio undo ""', exit: 'usage', says: '<import>: must not be empty' },
  { line: 'portfolio list --owner nobody', exit: 'usage', says: 'no owner "nobody"' },
  { line: 'churn explain ada --as-of 2027-01-01', exit: 'usage', says: 'is in the future' },
  { line: 'churn analyze ""', exit: 'usage', says: '<property>: must not be empty' },
  { line: 'portfolio list --cwd nowhere', exit: 'usage', says: 'there is no folder "nowhere"' },
  {
    ...{ line: 'portfolio import odd', exit: 'usage', says: 'fits units.csv and leases.csv' },
    files: { 'odd/units and leases.csv': '' },
  },
  {
    ...{ line: 'portfolio import odd', exit: 'usage', says: 'tenants.csv is not UTF-8' },
    files: { 'odd/tenants.csv': Buffer.from('tenant_id,name\nt1,Zo\u00eb\n', 'latin1') },
  },
  {
    ...{ line: 'portfolio import odd', exit: 'usage', says: 'tenants.csv:2' },
    files: { 'odd/tenants.csv': 'tenant_id,name\nt1,x"y\n' },
  },
  {
    ...{ line: 'runs list', exit: 'config', says: 'sophia.yaml:6: the file: unknown key "colour"' },
    files: { 'sophia.yaml': `${elmConfig}colour: blue\n` },
  },
  {
    ...{
      line: 'runs list',
      exit: 'config',
      says: 'sophia.yaml:2: the file: unknown key "timezone": is time_zone meant?',
    },
    files: { 'sophia.yaml': elmConfig.replace('time_zone', 'timezone') },
  },
  {
    ...{ line: 'runs list', exit: 'config', says: ':7: retention: unknown key "capcity": is capacity meant?' },
    files: { 'sophia.yaml': `${elmConfig}retention:\n  capcity: 3\n` },
  },
  {
    ...{ line: 'runs list', exit: 'config', says: 'version: is 2: this file is written for a newer sophia' },
    files: { 'sophia.yaml': elmConfig.replace('version: 1', 'version: 2') },
  },
  { line: 'runs list', files: { 'sophia.yaml': '' }, exit: 'config', says: 'version: is missing: write version: 1' },
  { line: 'runs list', files: { 'sophia.yaml': 'version: 1\ntime_zone: *there\n' }, exit: 'config', says: 'alias' },
  { line: 'runs list', files: { 'sophia.yaml': aliasBomb() }, exit: 'config', says: 'alias' },
  {
    ...{ line: 'runs list', exit: 'config', says: 'owners: has one id twice' },
    files: { 'sophia.yaml': `${elmConfig}  - id: hill-street\n    name: Again\n` },
  },
  { line: 'init', exit: 'refused', says: 'is a workspace already' },
  { line: 'runs list', files: { 'sophia.yaml': 'version: 1\nowners: [' }, exit: 'config', says: 'sophia.yaml:2' },
  { line: 'runs list', files: { 'sophia.yaml': 'version: 1\ntime_zone: Mars' }, exit: 'config', says: 'time_zone' },
];

const prepare = async (files: Failure['files'] = {}): Promise<World> => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(world.dir, name, '..'), { recursive: true });
    writeFileSync(join(world.dir, name), text);
  }
  return world;
};

test.each([
  ['churn', 'sophia churn analyze    Rank who is likelier to leave than peers'],
  ['events verfy', 'sophia events verify'],
  ['help churn anlyze', 'sophia churn analyze --help'],
  ['help churn anlyze --json', 'sophia churn analyze --help'],
  ['help portfolo', 'sophia portfolio --help'],
  ['help nope', 'sophia --help'],
  ['churn analyze Oak Terrace', "sophia churn analyze 'Oak Terrace'"],
  ['churn analyze Oak Terrace --as-of 2026-01-01', 'sophia churn analyze --help'],
  ['portfolio import a.csv b.csv', 'sophia portfolio import --help'],
  ['churn analyse', 'sophia churn analyze --help'],
  ['analyze', 'sophia churn analyze --help'],
  ['import', 'sophia portfolio import --help'],
  ['version', 'sophia --version'],
  ['-v', 'sophia --version'],
])('%s is answered with what may be meant: %s', async (line, meant) => {
  using world = openWorld();
  const { code, stdout, stderr } = await runSophia(line, world);
  expect({ code, stdout }).toEqual({ code: exits.usage.code, stdout: '' });
  // Words of several tries stand in columns.
  expect(stderr.replaceAll(/(?<=\S) {3,}/g, '    ')).toContain(
    line.includes('--json') ? JSON.stringify(meant) : `  try: ${meant}\n`,
  );
});

test.each(failures)('$line ends as $exit and says why', async ({ line, files, exit, says }) => {
  using world = await prepare(files);
  const spoken = await runSophia(line, world);
  expect(spoken).toMatchObject({ stdout: '', code: exits[exit].code });
  expect(spoken.stderr).toContain(says);
  expect(spoken.stderr).toMatch(/^ {2}try: /m);

  const told = (await runSophia(`${line} --json`, world)).stderr.split('\n');
  expect(told).toHaveLength(2);
  const { error } = JSON.parse(told[0] ?? '');
  expect(error).toMatchObject({ exit, code: exits[exit].code, message: expect.stringContaining(says) });
});

describe('a switch in the environment', () => {
  test.each<[string, string, number]>([
    ['SOPHIA_NO_INPUT', '1', 0],
    ['SOPHIA_NO_INPUT', 'off', 0],
    ['SOPHIA_JSON', 'on', 0],
    ['SOPHIA_JSON', 'maybe', exits.usage.code],
    ['SOPHIA_DRY_RUN', 'yess', exits.usage.code],
  ])('%s=%s ends as %i', async (name, value, code) => {
    using world = await prepare();
    world.env[name] = value;
    const told = await runSophia('portfolio import data', world);
    expect(told.code).toBe(code);
    if (code !== 0) expect(told.stderr).toContain(`${name}: "${value}" is neither`);
  });

  test('is named when what it says is wrong', async () => {
    using world = await prepare();
    world.env.SOPHIA_TOP = 'many';
    expect((await runSophia('churn analyze elm-house', world)).stderr).toContain('SOPHIA_TOP: must be a whole number');
  });
});

test('sophia help <command> is its --help', async () => {
  using world = openWorld();
  const { stdout, code } = await runSophia('help churn analyze', world);
  expect({ code, stdout }).toEqual({ code: 0, stdout: (await runSophia('churn analyze --help', world)).stdout });
});

test('sophia help --json tells every command as data, and of one noun its own', async () => {
  using world = openWorld();
  const told = async (line: string) => JSON.parse((await runSophia(line, world)).stdout).commands as { name: string }[];
  expect((await told('help --json')).map(({ name }) => name)).toEqual(registry.map(({ name }) => name));
  expect((await told('help runs --json')).every(({ name }) => name.startsWith('runs '))).toBe(true);
});

describe('nothing is lost or half done', () => {
  test('what would change the demo is refused, and leaves the folder as it was', async () => {
    using world = openWorld({ files: elmHouse });
    for (const line of ['portfolio import data', 'portfolio demo', 'portfolio undo imp-nothing']) {
      const { code, stderr } = await runSophia(line, world);
      expect({ code, says: stderr.includes('sophia init') }).toEqual({ code: exits.config.code, says: true });
    }
    expect(readdirSync(world.dir)).toEqual(['data']);
  });

  test('some bad rows: the good ones are in, the bad ones in a file with line and reason', async () => {
    using world = await prepare({
      'more/tickets.csv': 'ticket_id,tenant_id,opened_on\n1,ada,2026-11-01\n2,zoe,2026-11-01\n3,ada,11/02/2026\n',
    });
    const { code, stdout } = await runSophia('portfolio import more --json', world);
    expect(code).toBe(exits.partial.code);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ files: [{ new: 1, rejected: 2 }], rejections: [{ line: 3 }, { line: 4 }] });
    const [file = ''] = report.rejectFiles as string[];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    expect(header).toBe('ticket_id,tenant_id,opened_on,rejected_line,rejected_reason');
    expect(rows).toHaveLength(2);
    // Mended where it lies, it is imported as it is.
    writeFileSync(file, readFileSync(file, 'utf8').replace('zoe', 'ben').replace('11/02/2026', '2026-11-02'));
    expect(await ask(`portfolio import "${file}"`, world)).toMatchObject({ files: [{ new: 2, rejected: 0 }] });
  });

  test('what was set aside of one file twice has two files again', async () => {
    const bad = 'ticket_id,tenant_id,opened_on\n1,ada,11/02/2026\n';
    using world = await prepare({ 'more/tickets.csv': bad, 'more/rejected-imp-1-tickets.csv': bad });
    const { rejectFiles } = JSON.parse((await runSophia('portfolio import more --json', world)).stdout) as ImportReport;
    expect(new Set(rejectFiles).size).toBe(2);
    for (const file of rejectFiles) {
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      expect({ header: lines[0]?.startsWith('ticket_id,'), rows: lines.length - 1 }).toEqual({ header: true, rows: 1 });
      writeFileSync(file, readFileSync(file, 'utf8').replace('11/02/2026', '2026-11-02'));
      expect(await ask(`portfolio import "${file}"`, world)).toMatchObject({ rejected: 0 });
    }
  });

  test('what a cell asks a spreadsheet to do is not handed on', async () => {
    using world = await prepare({ 'more/tickets.csv': 'ticket_id,tenant_id,opened_on\n"=cmd|1",ada,soon\n' });
    const report = await ask<{ rejectFiles: string[] }>('portfolio import more', world);
    expect(readFileSync(report.rejectFiles[0] ?? '', 'utf8')).toContain("\n'=cmd|1,ada,soon,");
  });

  test('words of a call without consent are written nowhere', async () => {
    const call = {
      call_id: 'c9',
      tenant_id: 'ada',
      started_at: '2026-11-01T10:00:00Z',
      turns: [{ by: 'resident', text: 'SECRET' }],
    };
    using world = await prepare({ 'more/calls.jsonl': `${JSON.stringify(call)}\n` });
    expect(await runSophia('portfolio import more', world)).toMatchObject({ code: exits.partial.code });
    const everywhere = readdirSync(world.dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const holding = everywhere.filter((each) => readFileSync(join(each.parentPath, each.name)).includes('SECRET'));
    expect(holding.map(({ name }) => name)).toEqual(['calls.jsonl']);
    const { stdout } = await runSophia('portfolio import more', world);
    expect(stdout).toMatch(/^Set aside \(ids only; mend calls\.jsonl\): \S+-calls\.csv$/m);
  });

  test('rows whose day is still to come are counted, once: they count from it on', async () => {
    const lines = ['f1,ada,2026-11-22,fee,1', 'f2,ada,2026-11-23,fee,1', 'f3,ada,2062-11-01,fee,1'];
    using world = await prepare({
      'more/ledger.csv': `line_id,tenant_id,date,type,amount\n${lines.join('\n')}\n`,
      'more/tickets.csv': 'ticket_id,tenant_id,opened_on,known_on\n9,ada,2026-11-01,2026-12-01\n',
    });
    const rehearsal = await ask('portfolio import more --dry-run', world);
    expect(rehearsal).toMatchObject({ files: [{ file: 'ledger.csv', inFuture: 2 }, { inFuture: 1 }] });
    const { stdout } = await runSophia('portfolio import more', world);
    expect(stdout).toContain('\n2 rows of ledger.csv lie in the future: they count from that day on\n');
    expect(stdout).toContain('\n1 row of tickets.csv lies in the future: it counts from that day on\n');
    const again = await ask('portfolio import more', world);
    expect(again).toMatchObject({ files: [{ unchanged: 3, inFuture: 0 }, { inFuture: 0 }] });
    const { newestRow } = await ask<{ newestRow: string }>('portfolio show elm-house', world);
    world.clock = '2026-11-23T15:00:00.000Z';
    expect([newestRow, (await ask<{ newestRow: string }>('portfolio show elm-house', world)).newestRow]).toEqual([
      ...['2026-11-22', '2026-11-23'],
    ]);
  });

  test('a file that cannot be used after good ones leaves neither rows nor reject files', async () => {
    using world = await prepare({
      'more/ledger.csv': 'line_id,tenant_id,date,type,amount\nx1,ada,soon,fee,1.00\nx2,ada,2026-11-01,fee,1.00\n',
      'more/tickets.csv': 'ticket_id,opened_on\n1,2026-11-01\n',
    });
    expect(await runSophia('portfolio import more', world)).toMatchObject({ code: exits.usage.code });
    expect(readdirSync(join(world.dir, 'out'))).toEqual([]);
    expect(await ask('portfolio import data', world)).toMatchObject({
      files: expect.not.arrayContaining([{ changed: 1 }]),
    });
  });

  test('what is not read is said', async () => {
    using world = await prepare({
      'more/tickets.csv': 'ticket_id,tenant_id,opened_on\n1,ada,2026-11-01\n',
      'more/rentroll.xlsx': 'x',
      'more/README.md': '',
    });
    expect(await ask('portfolio import more --dry-run', world)).toMatchObject({ notRead: ['rentroll.xlsx'] });
  });

  test('a dry run says the same and changes nothing', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const { code, stdout } = await runSophia('portfolio import data --dry-run', world);
    expect({ code, ends: stdout.includes('Nothing was changed') }).toEqual({ code: 0, ends: true });
    expect(await ask('portfolio list', world)).toMatchObject({ properties: [] });
    expect(readdirSync(world.dir)).not.toContain('out');
  });

  test('a second import while one runs is told to wait', async () => {
    using world = await prepare();
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.exec(
      "update lease set process = 'other', token = 9, expires_at = '2026-11-22T15:00:30.000Z' where name like 'import:%'",
    );
    db.close();
    expect(await runSophia('portfolio import data', world)).toMatchObject({ code: exits.held.code });
    world.dead.add('other');
    expect(await runSophia('portfolio import data', world)).toMatchObject({ code: 0 });
  });

  test('a damaged database and one from the future are refused by name', async () => {
    using world = await prepare();
    const file = join(world.dir, '.sophia/sophia.db');
    const db = new DatabaseSync(file);
    db.exec("insert into kysely_migration values ('9999-future', 'x')");
    db.close();
    expect(await runSophia('runs list', world)).toMatchObject({ code: exits.incompatible.code });
    writeFileSync(file, 'x'.repeat(9000));
    const { code, stderr } = await runSophia('runs list', world);
    expect({ code, names: stderr.includes(file) }).toEqual({ code: exits.config.code, names: true });
  });

  test('a database of another program, one that is no file, and files in the way of folders are refused by name', async () => {
    using world = await prepare();
    const sophia = join(world.dir, '.sophia');
    rmSync(sophia, { recursive: true });
    mkdirSync(sophia);
    const db = new DatabaseSync(join(sophia, 'sophia.db'));
    db.exec("create table event (mine text); insert into event values ('x')");
    db.close();
    const ends = async (...says: string[]) => {
      const { code, stderr } = await runSophia('portfolio import data', world);
      expect({ code, stderr }).toMatchObject({ code: exits.config.code });
      for (const each of says) expect(stderr).toContain(each);
    };
    await ends('database of another program');
    rmSync(sophia, { recursive: true });
    mkdirSync(join(sophia, 'sophia.db'), { recursive: true });
    await ends('sophia.db', 'is a folder');
    rmSync(sophia, { recursive: true });
    writeFileSync(sophia, '');
    await ends('.sophia');
    rmSync(join(world.dir, 'sophia.yaml'));
    mkdirSync(join(world.dir, 'sophia.yaml'));
    await ends('sophia.yaml', 'is a folder');
  });

  test('a damaged page in the middle of the database is told as such', async () => {
    using world = await prepare();
    const file = join(world.dir, '.sophia/sophia.db');
    const db = new DatabaseSync(file);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const bytes = readFileSync(file);
    for (let page = 2; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 200);
    writeFileSync(file, bytes);
    const { code, stderr } = await runSophia('portfolio list', world);
    expect({ code, stderr }).toMatchObject({ code: exits.config.code, stderr: expect.stringContaining('is damaged') });
  });

  test('a run that another version began is refused, and the same command begins anew', async () => {
    using world = await prepare();
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house', world);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.exec("update run set status = 'running', version = 99 where workflow = 'churn'");
    db.close();
    expect(await ask('runs list --status incompatible', world)).toMatchObject({ runs: [{ id: runId }] });
    expect(await runSophia(`runs resume ${runId}`, world)).toMatchObject({ code: exits.incompatible.code });
    const again = await ask<{ runId: string; resumed: boolean }>('churn analyze elm-house', world);
    expect(again).toMatchObject({ resumed: false, runId: expect.not.stringMatching(runId) });
    expect(await ask('runs list --status cancelled', world)).toMatchObject({ runs: [{ id: runId }] });
  });

  test('a run that has failed is not told to be done: it can be tried again', async () => {
    using world = await prepare();
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house', world);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.exec("update run set status = 'failed', failure = 'unreachable' where workflow = 'churn'");
    db.close();
    expect((await runSophia(`runs resume ${runId}`, world)).stdout).toBe(
      `${runId} has failed: a service could not be reached or timed out (unreachable)\n` +
        `Next: sophia runs retry ${runId}   tries again\n      sophia doctor   looks at what is around it\n`,
    );
  });

  test('escape sequences in words are not obeyed', async () => {
    using world = await prepare();
    const { stderr } = await runSophia('churn analyze "\u001b[2J\u001b]0;title\u0007elm"', world);
    expect(stderr).toContain('no property');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test('nor those in JSON, which keeps every letter', async () => {
    using world = openWorld();
    const { folder } = await ask<{ folder: string }>('portfolio template "\u202eevil\ufeff" --dry-run', world);
    expect(folder).toBe('\u202eevil\ufeff');
    const { stdout } = await runSophia('portfolio template "\u202eevil\ufeff" --dry-run --json', world);
    expect(stdout).toContain('\\u202eevil\\ufeff');
  });

  test('a fault of ours is one message, with a stack only for who asks', async () => {
    const broken = {
      name: 'boom',
      summary: 'Boom',
      load: async () => ({
        default: {
          ...{
            summary: 'Boom',
            status: 'beta' as const,
            changes: 'nothing' as const,
            place: 'any' as const,
            examples: ['sophia boom'] as [string],
          },
          input: () => ({ safeParse: () => ({ data: {} }) }) as never,
          run: () => Promise.reject(new Error('a wire is loose')),
          render: () => '',
        },
      }),
    };
    using world = openWorld({ registry: [broken] });
    const { code, stderr } = await runSophia('boom', world);
    expect(stderr).toContain('--debug');
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: exits.bug.code, lines: 5 });
    world.env.SOPHIA_DEBUG = '1';
    expect((await runSophia('boom', world)).stderr).toContain('failures.test.ts');
  });
});
