import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { DatabasePlace } from '../src/core/domain/index.ts';
import { exits } from '../src/core/errors/index.ts';
import type { ImportReport } from '../src/core/ops/import.ts';
import { build } from '../src/core/store/migrations.ts';
import { connect } from '../src/core/store/postgres/open.ts';
import { build as buildProgram, live, openFolders } from './kill/life.ts';
import { PASSWORD } from './server.ts';
import { describePostgres } from './services.ts';
import { packageRoot } from './sophia.ts';

buildProgram();
const folders = openFolders();
afterAll(() => folders.remove());

/** A workspace whose store a server keeps. */
function workspaceOn(place: DatabasePlace): string {
  const dir = folders.workspace();
  writeFileSync(join(dir, '.env'), `SOPHIA_DATABASE_URL=${place.url}\n`);
  return dir;
}

/** What a command answers, as data; fails when it fails. */
async function told<T>(dir: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await live(dir, [...args, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

/** What the fourth migration left. */
async function makeOlder(place: DatabasePlace): Promise<void> {
  const db = connect(place, 1);
  const seen = ['0001-journal', '0002-portfolio', '0003-runs', '0004-proposals'];
  await build(db, seen);
  await sql`create table kysely_migration (name text primary key, timestamp text not null)`.execute(db);
  for (const name of seen)
    await sql`insert into kysely_migration values (${name}, '2026-11-01T00:00:00.000Z')`.execute(db);
  await db.destroy();
}

/** Ids are drawn by chance, and so is the order of tenants who are alike; moments are of the clock. */
function comparable(text: string): unknown {
  const plain = text.replaceAll(/\b[a-z]+-[0-9a-z]{12}\b/g, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'moment');
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  return JSON.parse(plain, (name, value) => (name === 'tenants' && Array.isArray(value) ? value.sort(byKey) : value));
}

const jobs = [
  ['portfolio', 'import', 'data'],
  ['portfolio', 'list'],
  ['churn', 'analyze', 'elm-house', '--top', '10'],
  ['churn', 'proposals'],
  ['churn', 'explain', 'ada'],
  ['runs', 'list'],
];

describePostgres('the main job on a server', (server) => {
  test('gives what it gives on the embedded store, and makes no store beside it', async () => {
    const [embedded, served] = [folders.workspace(), workspaceOn(await server().database())];
    for (const job of jobs) {
      const [here, there] = [await live(embedded, [...job, '--json']), await live(served, [...job, '--json'])];
      expect(there.stderr).toBe('');
      expect(comparable(there.stdout), job.join(' ')).toEqual(comparable(here.stdout));
    }
    expect(existsSync(join(served, '.sophia'))).toBe(false);
  });

  test('leases that are said again unchanged are seen, until what said them first is withdrawn', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    const sightings = () => server().ask(place.database, 'select kind, seen_on from portfolio_sighting order by kind');
    await told(dir, 'portfolio', 'import', 'data');
    const first = await sightings();
    expect(first.map(({ kind }) => kind)).toEqual(['lease', 'line']);
    await server().ask(place.database, "update portfolio_sighting set seen_on = '2026-01-01'");
    const again = await told<ImportReport>(dir, 'portfolio', 'import', 'data');
    expect(again.importId).toBeUndefined();
    expect(await sightings()).toEqual(first);
    writeFileSync(join(dir, 'ledger.csv'), 'line_id,tenant_id,date,type,amount\nlate,ben,2026-10-25,charge,5.00\n');
    const { importId = '' } = await told<ImportReport>(dir, 'portfolio', 'import', 'ledger.csv');
    await told(dir, 'portfolio', 'undo', importId);
    await told(dir, 'churn', 'effect');
  });

  test('a human approves what it proposes, in another process, and two files are written once', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'portfolio', 'import', 'data');
    await told(dir, 'churn', 'analyze', 'elm-house');
    const { runs } = await told<{ runs: { id: string; status: string; workflow: string }[] }>(dir, 'runs', 'list');
    const waiting = runs.find(({ workflow }) => workflow === 'retention')?.id ?? '';
    const { code, stdout, stderr } = await live(dir, ['runs', 'approve', waiting, '--yes', '--json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('approved');
    expect(readdirSync(join(dir, 'out', waiting)).sort()).toEqual(['message.md', 'task.md']);
    expect((await live(dir, ['runs', 'approve', waiting, '--yes'])).code).toBe(9);
    expect((await live(dir, ['events', 'verify'])).code).toBe(0);
    expect(readFileSync(join(dir, 'out', waiting, 'task.md'), 'utf8')).toContain(waiting);
  });

  test('what is approved and left is left to the worker of another machine, and none is started here', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'portfolio', 'import', 'data');
    await told(dir, 'churn', 'analyze', 'elm-house');
    const { runs } = await told<{ runs: { id: string }[] }>(dir, 'runs', 'list', '--status', 'waiting');
    const [{ id = '' } = {}] = runs;
    await server().ask(
      place.database,
      `insert into lease (name, world, process, owner, actor, token, expires_at)
        values ('worker:hill-street:1', 'elsewhere', '1@1', 'hill-street', 'os:eve', 1, '2026-11-22T20:00:00.000Z')`,
    );
    const left = await told(dir, 'runs', 'approve', id, '--yes', '--detach');
    expect(left).toMatchObject({ status: 'queued', left: { worker: 'present' } });
    expect(existsSync(join(dir, 'out'))).toBe(false);
    expect(await told(dir, 'worker', '--once')).toMatchObject({ id, status: 'succeeded' });
    expect(readdirSync(join(dir, 'out', id)).sort()).toEqual(['message.md', 'task.md']);
  });

  test('what is imported twice at once is imported once, and the second is told to wait', async () => {
    const dir = workspaceOn(await server().database());
    const both = await Promise.all([0, 1].map(() => live(dir, ['portfolio', 'import', 'data', '--json'])));
    expect(both.map(({ code }) => code).sort()).toSatisfy(
      (codes: number[]) => codes[0] === 0 && [0, 10].includes(codes[1] ?? 1),
    );
    const { properties } = await told<{ properties: { tenants: number }[] }>(dir, 'portfolio', 'list');
    expect(properties).toMatchObject([{ tenants: 6 }]);
  });
});

describePostgres('an import into a server that was killed', (server) => {
  test('is gone on with, and every row is there once', async () => {
    const dir = workspaceOn(await server().database());
    const whole = await told<ImportReport>(dir, 'portfolio', 'import', 'data', '--dry-run');
    await live(dir, ['portfolio', 'import', 'data'], { at: 9, side: 'after' });
    const { wentOnAfter, files } = await told<ImportReport>(dir, 'portfolio', 'import', 'data');
    expect(wentOnAfter).toBeGreaterThan(0);
    expect(files).toEqual(whole.files);
    const sum = files.reduce((so, { new: rows }) => so + rows, 0);
    expect(await told(dir, 'portfolio', 'imports')).toMatchObject({ imports: [{ rows: sum }] });
    const { owners } = await told<{ owners: object[] }>(dir, 'portfolio', 'doctor', '--as-of', '2025-02-15');
    expect(owners).toMatchObject([{ tenants: 6, findings: [{ code: 'source-missing' }, { code: 'band-capped' }] }]);
  });
});

describePostgres('care of a store on a server', (server) => {
  const finding = (checks: { name: string; state: string; evidence: string }[], name: string) =>
    checks.find((each) => each.name === name);

  test('info, check and doctor tell of it', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'portfolio', 'import', 'data');
    const { file, found } = await told<{ file: string; found: { schema: string; owners: string[] } }>(
      dir,
      'store',
      'info',
    );
    expect({ file, owners: found.owners }).toEqual({ file: place.name, owners: ['hill-street'] });
    const { checks } = await told<{ checks: { name: string; state: string; evidence: string }[] }>(
      dir,
      'store',
      'check',
    );
    expect(checks.map(({ name, state }) => `${name}: ${state}`)).toEqual(
      ['store', 'structure', 'owners', 'audit', 'values', 'orphans'].map((name) => `${name}: ok`),
    );
    const doctor = await told<typeof found & { checks: typeof checks }>(dir, 'doctor');
    expect(finding(doctor.checks, 'store')?.evidence).toMatch(
      /^PostgreSQL \d+\.\d+ at 127\.0\.0\.1:\d+\/db\d+, opened in \d+ ms; of this version$/,
    );
  });

  test.each([
    ['a column more', 'alter table run add column note text', 'run.note'],
    ['an index less', 'drop index run_unfinished', 'run_unfinished'],
    ['a trigger that does nothing', 'alter table event disable trigger event_audit_head', 'event_audit_head'],
    ['a column in the order of a language', 'alter table run alter column key type text collate "default"', 'run.key'],
  ])('check finds %s', async (_what, statement, name) => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'runs', 'list');
    await server().ask(place.database, statement);
    const { code, stdout } = await live(dir, ['store', 'check', '--json']);
    expect(code).toBe(7);
    expect(finding(JSON.parse(stdout).checks, 'structure')?.evidence).toBe(`not as sophia makes them: ${name}`);
    expect(await server().ask(place.database, "select 1 from pg_namespace where nspname like 'sophia%'")).toEqual([]);
  });

  test('an older one is refused by commands, and brought up to date by migrate alone', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await makeOlder(place);
    const refused = await live(dir, ['portfolio', 'list']);
    expect(refused.code).toBe(11);
    expect(refused.stderr).toContain('sophia store migrate');
    expect((await told<{ due: string[] }>(dir, 'store', 'migrate', '--dry-run')).due).toContain(
      '0005-withdrawn-imports',
    );
    expect((await live(dir, ['portfolio', 'list'])).code).toBe(11);
    await told(dir, 'store', 'migrate');
    expect((await live(dir, ['portfolio', 'list'])).code).toBe(0);
  });

  test('one of owners of whom none is served here is read with a warning, and neither written nor brought up to date', async () => {
    const place = await server().database();
    await told(workspaceOn(place), 'portfolio', 'import', 'data');
    const dir = workspaceOn(place);
    const config = join(dir, 'sophia.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll('hill-street', 'oak-lane'));
    expect((await live(dir, ['portfolio', 'list'])).stderr).toContain('does not serve: hill-street');
    expect(await live(dir, ['portfolio', 'import', 'data'])).toMatchObject({
      code: exits.config.code,
      stderr: expect.stringContaining('does not serve: hill-street'),
    });

    const older = await server().database();
    await makeOlder(older);
    await server().ask(
      older.database,
      "insert into event (at, owner, room, kind, actor, body) values ('2026-11-01T00:00:00.000Z', 'hill-street', 'runs', 'probe.fired', 'os:ada', '{}')",
    );
    writeFileSync(join(dir, '.env'), `SOPHIA_DATABASE_URL=${older.url}\n`);
    expect(await live(dir, ['store', 'migrate'])).toMatchObject({
      code: exits.config.code,
      stderr: expect.stringContaining('does not serve: hill-street'),
    });
    expect(await server().ask(older.database, 'select count(*)::int as n from kysely_migration')).toEqual([{ n: 4 }]);
  });

  test('copies are left to the server, and so is the end of it', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    for (const command of [['backup'], ['restore', 'x.db', '--dry-run'], ['purge', '--all', '--dry-run']]) {
      const { code, stderr } = await live(dir, ['store', ...command]);
      expect(code).toBe(9);
      expect(stderr).toMatch(/pg_dump|dropdb/);
      expect(stderr).not.toContain(encodeURIComponent(PASSWORD));
    }
  });

  test('purge deletes what is old, and tells the journal', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'portfolio', 'import', 'data');
    await told(dir, 'churn', 'analyze', 'elm-house', '--as-of', '2026-11-20');
    const name = dir.split('/').at(-1) ?? '';
    await told(dir, 'store', 'purge', '--older-than', '0', '--confirm', name);
    expect(await told(dir, 'runs', 'list')).toMatchObject({ runs: [] });
    expect((await live(dir, ['events', '--kind', 'store.purged'])).stdout).toContain('runs=1');
  });
});

describePostgres('a password', (server) => {
  test('is shown by nothing', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    const commands = [
      ['config', 'explain'],
      ['config', 'explain', 'store.url'],
      ['portfolio', 'list', '--debug'],
      ['doctor'],
      ['store', 'info'],
    ];
    const shown: string[] = [];
    for (const command of commands) {
      const { stdout, stderr } = await live(dir, command);
      shown.push(stdout, stderr);
    }
    const wrong = workspaceOn({ ...place, url: place.url.replace(/:[^:@]*@/, ':wrong-horse@') });
    const { code, stdout, stderr } = await live(wrong, ['portfolio', 'list', '--json', '--debug']);
    expect(code).toBe(4);
    const all = [...shown, stdout, stderr].join('\n');
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong-horse']) expect(all).not.toContain(secret);
    expect(all).toContain(`sophia@${place.name}`);
  });
});

describe('a server that cannot be reached', () => {
  test('ends the command as unreachable, and nothing is left', async () => {
    const dir = folders.workspace();
    writeFileSync(join(dir, '.env'), 'SOPHIA_DATABASE_URL=postgresql://sophia:secret@127.0.0.1:1/sophia\n');
    const { code, stdout, stderr } = await live(dir, ['portfolio', 'import', 'data']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('no PostgreSQL to be reached at 127.0.0.1:1: nobody listens there');
    expect(stderr).not.toContain('secret');
    expect(readdirSync(dir).sort()).toEqual(['.env', 'data', 'sophia.yaml']);
  });
});

describePostgres('docs/postgres.md', (server) => {
  test('shows commands that do what it says', async () => {
    const dir = workspaceOn(await server().database());
    const blocks = readFileSync(join(packageRoot, 'docs/postgres.md'), 'utf8').matchAll(/```sh\n([^`]*)```/g);
    const commands = [...blocks].flatMap(([, block = '']) => block.trim().split('\n'));
    expect(commands.length).toBeGreaterThan(7);
    for (const command of commands) {
      const [program, ...args] = command.split(' ');
      const { code, stderr } = await live(dir, args);
      expect({ command, program, code, stderr }).toEqual({ command, program: 'sophia', code: 0, stderr: '' });
    }
  });
});
