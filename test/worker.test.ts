import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { unitFor } from '../src/core/ops/worker/unit.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { build, live, openFolders } from './kill/life.ts';
import { endOf } from './processes.ts';
import { ask, openWorld, packageRoot, runSophia, runWords, type World } from './sophia.ts';

interface Listed {
  readonly runs: readonly { readonly id: string; readonly workflow: string; readonly status: string }[];
}

/** A workspace with an analysis that was begun by its name, and so with a proposal that waits; or one that was left. */
async function proposing(...options: string[]): Promise<World & { readonly analysis: string }> {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  const given = { property: await propertyOf(world), day: '2026-11-22', proposes: 1 };
  const { stdout } = await runWords([...begin(given), ...options], world);
  return Object.assign(world, { analysis: (JSON.parse(stdout) as { id: string }).id });
}

async function propertyOf(world: World): Promise<string> {
  const { properties } = await ask<{ properties: { id: string }[] }>('portfolio list', world);
  return properties[0]?.id ?? '';
}

const begin = (given: object, name = 'churn') => ['workflow', 'run', name, '--with', JSON.stringify(given), '--json'];
const begun = (world: World, given: object, name?: string) => runWords(begin(given, name), world);

const statusesIn = async (world: World) =>
  (await ask<Listed>('runs list', world)).runs.map(({ workflow, status }) => `${workflow} ${status}`).sort();

describe('a workflow', () => {
  test('is run by its name, and its run is read again: state, lines, standing', async () => {
    using world = await proposing();
    const { state } = await ask<{ state: Record<string, unknown> }>(`runs state ${world.analysis}`, world);
    expect(state).toMatchObject({
      day: '2026-11-22',
      ranking: { tenants: expect.any(Array) },
      above: expect.any(Array),
    });
    const watched = (await runSophia(`runs watch ${world.analysis} --json`, world)).stdout.trim().split('\n');
    const lines = watched.map((line) => JSON.parse(line) as { seq: number; kind: string });
    expect(lines.at(-1)?.kind).toBe('run.succeeded');
    const later = await runSophia(`runs watch ${world.analysis} --after ${lines[2]?.seq} --json`, world);
    expect(later.stdout.trim().split('\n')).toEqual(watched.slice(3));
  });

  test('is watched by a human without what is the same in every line, and who stops is told how to go on', async () => {
    using world = await proposing();
    const { runs } = await ask<Listed>('runs list --status waiting', world);
    const [{ id = '' } = {}] = runs;
    // Nothing waits in a test: who would wait is interrupted.
    const { stdout, stderr } = await runSophia(`runs watch ${id}`, world);
    const started = '2026-11-22 09:00  run.started  workflow=retention  version=1';
    expect({ first: stdout.split('\n')[0], stdout }).toEqual({
      first: started,
      stdout: expect.not.stringContaining(id),
    });
    expect(stderr.match(/waits for an answer: .*/g)).toEqual([`waits for an answer: sophia runs approve ${id}`]);
    const [, seq] = new RegExp(`Goes on with: sophia runs watch ${id} --after (\\d+)\n`).exec(stderr) ?? [];
    expect((await runSophia(`runs watch ${id} --after ${seq}`, world)).stdout).toBe('');
    for (const silent of ['--json', '--quiet'])
      expect((await runSophia(`runs watch ${id} ${silent}`, world)).stderr).not.toMatch(/waits|Goes on/);
  });

  test('is not begun with what it does not take: each field is told, with why', async () => {
    using world = await proposing();
    const { workflows } = await ask<{ workflows: { name: string; begins: boolean }[] }>('workflow list', world);
    expect(workflows.filter(({ begins }) => begins).map(({ name }) => name)).toEqual(['churn']);
    const { code, stderr } = await begun(world, { property: 7, day: 'soon', more: 1 });
    expect(code).toBe(exits.usage.code);
    expect(stderr).toContain(
      'property: Invalid input: expected string, received number; day: is not a day like 2026-11-22; more: is not asked for',
    );
    expect(stderr).toContain('"sophia workflow list --json   says what each takes"');
    const misspelt = await runSophia('workflow run chrun', world);
    expect(misspelt.code).toBe(exits.usage.code);
    expect(misspelt.stderr).toMatch(/^sophia: no workflow "chrun"\n {2}try: sophia workflow run churn /);
    expect((await runSophia('workflow run churn', world)).stderr).toMatch(
      /^sophia: --with: is needed: .*\n {2}try: --with/,
    );
    expect(await begun(world, {}, 'retention')).toMatchObject({ code: exits.refused.code });
    expect((await runSophia('workflow run churn --with nonsense', world)).stderr).toContain(
      'there is no file nonsense',
    );
    expect((await runSophia("workflow run churn --with '{'", world)).stderr).toContain('must be a JSON object');
    expect(await statusesIn(world)).toEqual(['churn succeeded', 'retention waiting']);
  });
});

test('an analysis that is begun by its name with a property alone is one of today, which proposes', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  const inputOf = async (given: object) => JSON.parse((await begun(world, given)).stdout).input;
  expect(await inputOf({ property: 'elm-house' })).toMatchObject({ day: '2026-11-22', proposes: 1 });
  expect(await inputOf({ property: 'elm-house', day: '2026-10-31' })).toMatchObject({ proposes: 0 });
  expect(await inputOf({ property: 'elm-house', proposes: 0 })).toMatchObject({ day: '2026-11-22', proposes: 0 });
});

test('a workflow takes a property by its id, own id or name; one that is not there begins no run', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  const given = { day: '2026-10-31', proposes: 0 };
  const id = await propertyOf(world);
  for (const property of [id, 'elm-house', 'Elm House'])
    expect(JSON.parse((await begun(world, { property, ...given })).stdout)).toMatchObject({ input: { property: id } });
  for (const property of ['elm-hose', 'pro-0123456789ab']) {
    const { code, stderr } = await begun(world, { property, ...given });
    expect({ code, stderr }).toEqual({
      code: exits.usage.code,
      stderr: expect.stringContaining(`no property "${property}`.replaceAll('"', '\\"')),
    });
  }
  expect(await statusesIn(world)).toEqual(Array(3).fill('churn succeeded'));
});

describe('a worker', () => {
  test('carries on what is due, tells of each, and ends when that is done', async () => {
    using world = await proposing('--detach');
    const due = await runSophia('worker --dry-run --json', world);
    expect(
      due.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ kind: 'due', workflow: 'churn', status: 'queued' }]);
    expect(await statusesIn(world)).toEqual(['churn queued']);
    const { stdout, code } = await runSophia('worker --once --json', world);
    expect({ code, told: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      told: { kind: 'carried', workflow: 'churn', status: 'succeeded', waitingOn: null, error: null },
    });
    // What it proposed was brought to its question by whoever carried it, as in the foreground.
    expect(await statusesIn(world)).toEqual(['churn succeeded', 'retention waiting']);
    expect((await runSophia('worker --once --json', world)).stdout).toBe('');
    for (const flag of ['--once', '--dry-run'])
      expect((await runSophia(`worker ${flag}`, world)).stdout, flag).toBe('Nothing is due.\n');
    const [probe] = (await runSophia('events --kind kpi.probe --json', world)).stdout.split('\n');
    expect(JSON.parse(probe ?? '')).toMatchObject({ body: { service: 'worker', ok: 1 } });
  });

  test('without --once waits for what may come, until it is stopped', async () => {
    using world = await proposing('--detach');
    // Nothing waits in a test: who would wait is interrupted.
    expect(await runSophia('worker', world)).toMatchObject({ code: exits.sigint.code });
    expect(await statusesIn(world)).toEqual(['churn succeeded', 'retention waiting']);
  });

  describe('that has stayed for days judges by the day on which it goes on', () => {
    /** What comes to a worker that was begun five days ago. */
    const laterOn = (world: World, comes: () => Promise<unknown>) => {
      world.meanwhile = async () => {
        world.clock = '2026-11-27T15:00:00.000Z';
        world.meanwhile = async () => 'stop';
        await comes();
        return 'go on';
      };
      return runSophia('worker', world);
    };

    test('what was approved is not carried out for who has given notice since', async () => {
      using world = await proposing();
      const [{ id = '' } = {}] = (await ask<Listed>('runs list --status waiting', world)).runs;
      await laterOn(world, async () => {
        await runSophia(`runs approve ${id} --yes --detach`, world);
        const leases = elmHouse['data/leases.csv']?.replace(/^(ada-1,.*),,$/m, '$1,2026-11-26,') ?? '';
        writeFileSync(join(world.dir, 'leases.csv'), leases);
        await ask('portfolio import leases.csv', world);
      });
      const { events } = await ask<{ events: { kind: string }[] }>(`runs show ${id}`, world);
      expect(events.map(({ kind }) => kind)).toContain('proposal.lapsed');
      expect(existsSync(join(world.dir, 'out', id))).toBe(false);
    });

    test('an analysis of that day proposes', async () => {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
      await ask('portfolio import data', world);
      const given = { property: await propertyOf(world), day: '2026-11-27', proposes: 1 };
      await laterOn(world, () => runWords([...begin(given), '--detach'], world));
      expect(await statusesIn(world)).toEqual(['churn succeeded', 'retention waiting']);
    });
  });
});

test('a run of a day that has not come is refused before it is begun', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', world);
  const { code, stderr } = await begun(world, { property: 'elm-house', day: '2026-11-23', proposes: 1 });
  expect({ code, stderr }).toEqual({
    code: exits.usage.code,
    stderr: expect.stringContaining('2026-11-23 is in the future: it is 2026-11-22'),
  });
  expect(await statusesIn(world)).toEqual([]);
});

describe('a run', () => {
  test('that is misspelt is told with the one that may be meant', async () => {
    using world = await proposing();
    const [head, last] = [world.analysis.slice(0, -1), world.analysis.at(-1)];
    for (const near of [`${head}${last === 'x' ? 'y' : 'x'}`, world.analysis.slice(4, 12)])
      expect(await runSophia(`runs show ${near}`, world)).toMatchObject({
        code: exits.usage.code,
        stderr: `sophia: no run "${near}"\n  try: ${world.analysis}\n  try: sophia runs list\n`,
      });
    expect((await runSophia('runs show run-000000000000', world)).stderr).not.toContain(world.analysis);
  });

  test('that waits is ended, once, and asks no more', async () => {
    using world = await proposing();
    expect((await runSophia('runs list', world)).stdout).toContain('2026-11-22 09:00');
    const { runs } = await ask<Listed>('runs list --status waiting', world);
    const [{ id = '' } = {}] = runs;
    expect(await ask(`runs cancel ${id} --dry-run`, world)).toMatchObject({ status: 'waiting', changed: false });
    expect(await ask(`runs cancel ${id}`, world)).toMatchObject({ status: 'cancelled', changed: true });
    expect(await ask(`runs cancel ${id}`, world)).toMatchObject({ status: 'cancelled', changed: false });
    expect(await runSophia(`runs approve ${id} --yes`, world)).toMatchObject({ code: exits.refused.code });
    expect(await runSophia(`runs retry ${id}`, world)).toMatchObject({ code: exits.refused.code });
  });

  test('that is a proposal is not answered past what would be done', async () => {
    using world = await proposing();
    const { runs } = await ask<Listed>('runs list --status waiting', world);
    const [{ id = '' } = {}] = runs;
    expect(await ask(`runs reply ${id} --dry-run`, world)).toMatchObject({ questions: [{ node: 'ask' }] });
    const { code, stderr } = await runWords(['runs', 'reply', id, '--answer', '{"decision":"approved"}'], world);
    expect(code).toBe(exits.refused.code);
    expect(stderr).toContain(`sophia runs approve ${id}`);
  });
});

describe('a worker of its own', () => {
  const folders = openFolders();
  afterAll(() => folders.remove());

  const dir = folders.workspace();
  const launcher = join(packageRoot, 'bin/sophia.cjs');
  const env = { PATH: process.env.PATH, HOME: dir };
  beforeAll(async () => {
    build();
    await live(dir, ['portfolio', 'import', 'data']);
  });

  test('is started for a run that was left, outlives who left it, and says how it went', async () => {
    const said = (words: readonly string[]) =>
      execFileSync(process.execPath, [launcher, ...words, '--json'], { cwd: dir, env, encoding: 'utf8' });
    const { properties } = JSON.parse(said(['portfolio', 'list'])) as { properties: { id: string }[] };
    const given = { property: properties[0]?.id ?? '', day: '2026-11-22', proposes: 0 };
    const { id, status, left } = JSON.parse(said([...begin(given), '--detach']));
    expect({ status, left }).toMatchObject({ status: 'queued', left: { worker: 'started' } });
    expect(said(['runs', 'watch', id])).toContain('"kind":"run.succeeded"');
    await endOf(left.process);
    expect(JSON.parse(readFileSync(left.log, 'utf8'))).toMatchObject({ id, status: 'succeeded', error: null });
  });

  test('says on the loopback how it fares, and ends gracefully', async () => {
    const child = spawn(process.execPath, [launcher, 'worker', '--port', '0'], { cwd: dir, env });
    const ended = new Promise((done) => child.on('close', done));
    let heard = '';
    for await (const text of child.stderr) {
      heard += text;
      if (/http:\S+health/.test(heard)) break;
    }
    const [url = ''] = /http:\S+health/.exec(heard) ?? [];
    expect(await (await fetch(url)).json()).toMatchObject({ status: 'ok', carried: 0, failed: 0, due: 0, stalled: 0 });
    expect(await (await fetch(url.replace('health', 'metrics'))).text()).toMatch(
      /\nsophia_worker_runs_due 0\n(.*\n)*sophia_worker_runs_stalled 0\n(.*\n)*sophia_worker_runs_awaiting_approval 0\n/,
    );
    expect((await fetch(url.replace('health', 'else'))).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toBe(exits.sigterm.code);
  });
});

describe('a unit', () => {
  const service = {
    ...{ node: '/opt/node 24/bin/node', launcher: '/opt/100%/sophia.cjs' },
    ...{ folder: '/home/a "b" <c> $d', words: [] },
  };

  test('hands on whom it is for, where it answers and how long it waits; and is not for one that ends', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const { stdout } = await runSophia('worker --install --owner hill-street --port 9090 --timeout 7', world);
    const told = [
      ...stdout.matchAll(/"(--owner|--port|--timeout)" "([^"]+)"|<string>(--owner|--port|--timeout)<\/string>/g),
    ];
    expect(told.map(([, flag, , other]) => flag ?? other)).toEqual(['--owner', '--port', '--timeout']);
    for (const value of ['hill-street', '9090', '7']) expect(stdout).toContain(value);
    expect(await runSophia('worker --install --once', world)).toMatchObject({ code: exits.usage.code, stdout: '' });
  });

  test('of systemd keeps what a path holds from meaning something, and is not failed when it is stopped', () => {
    const { text } = unitFor('linux', service);
    expect(text).toContain(
      'ExecStart="/opt/node 24/bin/node" "/opt/100%%/sophia.cjs" "worker" "--discreet" "--quiet" "--cwd" "/home/a \\"b\\" <c> $$d"\n',
    );
    expect(text).toContain(`\nSuccessExitStatus=${exits.sigterm.code}\n`);
  });

  test('of launchd is well-formed, and its comment has no two hyphens', () => {
    const { text } = unitFor('darwin', { ...service, folder: '/home/a--b <c> $d' });
    expect(text).toContain('    <string>/home/a--b &lt;c&gt; $d</string>\n');
    expect(text).toMatch(
      /^<\?xml [^\n]*\n<!DOCTYPE [^\n]*\n<!-- (?:(?!--).)*launchctl bootstrap (?:(?!--).)*-->\n<plist /s,
    );
  });

  test.each(['linux', 'darwin'])('on %s is named after its workspace, and says what to type next', (platform) => {
    const [one, other] = ['/srv/hill/homes', '/srv/lake/homes'].map((folder) =>
      unitFor(platform, { ...service, folder }),
    );
    expect(one?.path).toMatch(/\/sophia-worker-homes-[\da-f]{6}\.\w+$/);
    expect(other?.path).not.toBe(one?.path);
    expect(one?.text).toMatch(
      /systemctl --user enable --now sophia-worker-homes-|launchctl bootstrap .*\/sophia-worker-homes-/,
    );
  });

  test('of another system there is none', () => {
    expect(() => unitFor('freebsd', service)).toThrow('systemd and launchd are known');
  });

  test.each([
    ['SOPHIA_DATABASE_URL', 'postgresql://ada:s3cret@h/d', 'SOPHIA_DATABASE_URL_FILE in .env'],
    ['SOPHIA_RETENTION_CAPACITY', '3', 'write it into .env'],
  ])(
    'is not printed where %s is in the environment alone: a service would work without it',
    async (name, value, hint) => {
      using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
      world.env[name] = value;
      const { code, stdout, stderr } = await runSophia('worker --install', world);
      expect({ code, stdout }).toEqual({ code: exits.config.code, stdout: '' });
      expect(stderr).toContain(`${name} in the environment, and a service does not see it`);
      expect(stderr).toContain(hint);
      expect(stderr).not.toContain('s3cret');
      writeFileSync(join(world.dir, '.env'), `${name}=${value}\n`);
      expect((await runSophia('worker --install', world)).code).toBe(0);
    },
  );
});
