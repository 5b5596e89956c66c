import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type ExitName, exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

interface Failure {
  readonly line: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly exit: ExitName;
  readonly says: string;
}

const failures: readonly Failure[] = [
  { line: 'churn analyse elm-house', exit: 'usage', says: 'Did you mean analyze' },
  { line: 'churn', exit: 'usage', says: 'which command?' },
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
  { line: 'portfolio import bad', files: { 'bad/ledger.csv': '' }, exit: 'insufficient', says: 'ledger.csv is empty' },
  { line: 'portfolio list --owner nobody', exit: 'usage', says: 'no owner "nobody"' },
  { line: 'init', exit: 'refused', says: 'is a workspace already' },
  { line: 'runs list', files: { 'sophia.yaml': 'version: 1\nowners: [' }, exit: 'config', says: 'sophia.yaml:2' },
  { line: 'runs list', files: { 'sophia.yaml': 'version: 1\ntime_zone: Mars' }, exit: 'config', says: 'time_zone' },
];

const prepare = async (files: Readonly<Record<string, string>> = {}): Promise<World> => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(world.dir, name, '..'), { recursive: true });
    writeFileSync(join(world.dir, name), text);
  }
  return world;
};

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

test('every code that the sources can raise is shown by a test', () => {
  const textOf = (pattern: string) =>
    globSync(pattern, { cwd: packageRoot }).map((file) => readFileSync(join(packageRoot, file), 'utf8'));
  const found = (texts: readonly string[], pattern: RegExp) =>
    new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, one, other]) => one ?? other ?? '')));
  const raised = found(textOf('src/**/*.ts'), /(?:UserError|ExternalError)\(\s*'(\w+)'/g);
  const shown = found(textOf('{src,test}/**/*.test.ts'), /exits\.(\w+)\.code|exit: '(\w+)'/g);
  const kinds = ['usage', 'bug', 'sigint', 'sigterm', 'partial'];
  expect([...raised, ...kinds].filter((name) => !shown.has(name))).toEqual([]);
});

describe('nothing is lost or half done', () => {
  test('what would change the demo is refused, and leaves the folder as it was', async () => {
    using world = openWorld({ files: elmHouse });
    for (const line of ['portfolio import data', 'portfolio demo']) {
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
    expect(report.rejectFile).toContain(join(world.dir, 'out'));
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

  test('a run that another version began is refused, and said to be incompatible', async () => {
    using world = await prepare();
    const { runId } = await ask<{ runId: string }>('churn analyze elm-house', world);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.exec("update run set status = 'running', version = 99");
    db.close();
    expect(await ask('runs list --status incompatible', world)).toMatchObject({ runs: [{ id: runId }] });
    expect(await runSophia(`runs resume ${runId}`, world)).toMatchObject({ code: exits.incompatible.code });
  });

  test('escape sequences in words are not obeyed', async () => {
    using world = await prepare();
    const { stderr } = await runSophia('churn analyze "\u001b[2J\u001b]0;title\u0007elm"', world);
    expect(stderr).toContain('no property');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test('a fault of ours is one message, with a stack only for who asks', async () => {
    const broken = {
      name: 'boom',
      summary: 'Boom',
      load: async () => ({
        default: {
          ...{ summary: 'Boom', status: 'beta' as const, place: 'any' as const, examples: ['sophia boom'] as [string] },
          input: () => ({ safeParse: () => ({ data: {} }) }) as never,
          run: () => Promise.reject(new Error('a wire is loose')),
          render: () => '',
        },
      }),
    };
    using world = openWorld({ registry: [broken] });
    const { code, stderr } = await runSophia('boom', world);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: exits.bug.code, lines: 3 });
    world.env.SOPHIA_DEBUG = '1';
    expect((await runSophia('boom', world)).stderr).toContain('failures.test.ts');
  });
});
